import {createReadStream} from 'node:fs'
import {gunzip} from '../../src/compression/gunzip.ts'
import {unxz} from '../../src/compression/unxz.ts'
import {ProsodyModsError} from '../../src/errors.ts'
import type {RegistryLibraries, ServedLibraries} from '../../src/registry/types.ts'
import {hiddenLibraries} from './hidden-libraries.ts'

type Packages = RegistryLibraries['packages']
/** Name for require → Lua versions that find it. */
type Served = Map<string, Set<string>>

export interface LibrariesRequest {
  readonly suite: string
  /** Contents and Packages files of the suite, in any order; those that end in .gz or .xz are unpacked. */
  readonly files: readonly string[]
}

/**
 * Reads off a Debian archive's own indices which Lua libraries its packages serve: those that lie where Debian's Lua
 * looks for them, and those that are known to be inside one. What was known of the suite is replaced, other suites stay.
 */
export async function importLibraries(packages: Packages, request: LibrariesRequest): Promise<Packages> {
  const {served, versions} = await readIndices(request.files)
  const names = [...new Set([...Object.keys(packages), ...served.keys()])].sort()
  const entries = names.map((name) => {
    const others = Object.entries(packages[name] ?? {}).filter(([suite]) => suite !== request.suite)
    const libraries = served.get(name)
    if (libraries === undefined) return [name, others] as const
    const version = versions.get(name) ?? refuse(`no Packages file has the version of ${name}`)
    const own = [request.suite, {version, serves: byLua(withHidden(name, libraries))}] as const
    return [name, [...others, own].sort(([a], [b]) => (a < b ? -1 : 1))] as const
  })
  return Object.fromEntries(
    entries.flatMap(([name, suites]) =>
      suites.length === 0 ? [] : [[name, Object.fromEntries(suites)] as const],
    ),
  )
}

interface Indices {
  /** Of the packages that serve any. */
  readonly served: ReadonlyMap<string, Served>
  /** Of all packages. */
  readonly versions: ReadonlyMap<string, string>
}

async function readIndices(files: readonly string[]): Promise<Indices> {
  const served = new Map<string, Served>()
  const versions = new Map<string, string>()
  for (const file of files) {
    let current = ''
    for await (const line of linesOf(file)) {
      // Only a list of packages has lines of this form; a path in Contents has no space after a colon at its start.
      const [, field, value = ''] = /^(Package|Version): (\S+)$/.exec(line) ?? []
      if (field === 'Package') current = value
      else if (field === 'Version') versions.set(current, value)
      else if (line.startsWith('usr/')) addContents(served, line)
    }
  }
  if (served.size === 0) refuse(`no package of ${files.join(', ')} has a Lua library`)
  return {served, versions}
}

function addContents(served: Map<string, Served>, line: string): void {
  // Path, blanks, then section/package, more of them after commas.
  const [, path = '', locations = ''] = /^(.*\S)\s+(\S+)$/.exec(line) ?? []
  const library = libraryAt(path)
  if (library === undefined) return
  for (const location of locations.split(',')) {
    const name = location.slice(location.lastIndexOf('/') + 1)
    const libraries = served.get(name) ?? new Map<string, Set<string>>()
    const lua = libraries.get(library.module) ?? new Set()
    served.set(name, libraries.set(library.module, lua.add(library.lua)))
  }
}

/** Where package.path and package.cpath of Debian's Lua lead, /usr/local excepted. */
const searched = [
  /^usr\/share\/lua\/(5\.\d)\/(.+)\.lua$/,
  /^usr\/lib\/(?:\w+-linux-gnu\w*\/)?lua\/(5\.\d)\/(.+)\.so$/,
]

export function libraryAt(path: string): {module: string; lua: string} | undefined {
  const [, lua, inside] = searched.map((place) => place.exec(path)).find((found) => found !== null) ?? []
  if (lua === undefined || inside === undefined) return undefined
  // Dots of a name stand for folders, so that what has one in its path can't be named.
  if (!/^\w[\w-]*(?:\/\w[\w-]*)*$/.test(inside)) return undefined
  const module = path.endsWith('.lua') ? inside.replace(/(?<=.)\/init$/, '') : inside
  return {lua, module: module.replaceAll('/', '.')}
}

function withHidden(name: string, libraries: Served): Served {
  const all = new Map(libraries)
  for (const hidden of hiddenLibraries.filter((one) => one.package === name)) {
    const lua = libraries.get(hidden.inside)
    if (lua !== undefined) for (const module of hidden.modules) all.set(module, lua)
  }
  return all
}

/** One entry for each set of Lua versions. */
function byLua(libraries: Served): ServedLibraries[] {
  const groups = new Map<string, string[]>()
  for (const [module, lua] of [...libraries].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const key = [...lua].sort().join(' ')
    groups.set(key, [...(groups.get(key) ?? []), module])
  }
  return [...groups.keys()].sort().map((key) => ({lua: key.split(' '), modules: groups.get(key) ?? []}))
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of unpacked(file)) {
    const lines = (rest + decoder.decode(chunk, {stream: true})).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

function unpacked(file: string): AsyncIterable<Buffer> {
  const source: AsyncIterable<Buffer> = createReadStream(file)
  if (file.endsWith('.gz')) return gunzip(source, file)
  return file.endsWith('.xz') ? unxz(source, file) : source
}

function refuse(problem: string): never {
  throw new ProsodyModsError('USAGE', problem, {
    hint: "give the suite's Contents files (all and one architecture) and its Packages file",
  })
}
