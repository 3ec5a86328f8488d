import {sha256Of} from '../../src/digest.ts'
import {ProsodyModsError} from '../../src/errors.ts'
import {factsOf} from '../../src/facts/facts.ts'
import {problemIn} from '../../src/lua/parse.ts'
import type {LibraryRock, RegistryLibraries, RockFile, RockSource} from '../../src/registry/types.ts'
import {listTags, listTree, readBlobs} from './git.ts'

/** A rock that is nothing but Lua, and where its files are. */
export interface RockRequest {
  /** Name of the rock, as libraries.json has it. */
  readonly rock: string
  /** On GitHub: `owner/name`. */
  readonly at: string
  /** Folder of a Git repository. */
  readonly repository: string
  /** Tag or whole commit. */
  readonly revision: string
  /** Libraries that the files require and don't have among them. */
  readonly needs: readonly string[]
  /** `<path in the repository>=<path where Lua looks>`, the second only where it differs. */
  readonly files: readonly string[]
}

/**
 * Says of each library of a rock which files of its repository have it. Throws USAGE where no library comes with the
 * rock, or the revision has no such file; LUA_INVALID.
 */
export function importRock(
  rocks: RegistryLibraries['rocks'],
  request: RockRequest,
): RegistryLibraries['rocks'] {
  const libraries = Object.keys(rocks).filter((library) => rocks[library]?.rock === request.rock)
  if (libraries.length === 0) throw refusal(`libraries.json has no library of a rock ${request.rock}`)
  const source = readSource(request)
  const lacking = libraries.filter((library) => !source.files.some(({to}) => isFileOf(to, library)))
  if (lacking.length > 0) throw refusal(`none of these files is ${lacking.join(', ')}`)
  return Object.fromEntries(
    Object.entries(rocks).map(([library, rock]) => [
      library,
      libraries.includes(library) ? withSource(rock, source) : rock,
    ]),
  )
}

/** The evidence stays the last. */
function withSource({evidence, ...rock}: LibraryRock, source: RockSource): LibraryRock {
  return {...rock, source, evidence}
}

/** Tells whether `require "<library>"` finds a file. @param path as Lua's package.path has it below a folder */
export function isFileOf(path: string, library: string): boolean {
  const base = library.replaceAll('.', '/')
  return path === `${base}.lua` || path === `${base}/init.lua`
}

function readSource({at, repository, revision, needs, files}: RockRequest): RockSource {
  const commit = listTags(repository).find(({name}) => name === revision)?.commit ?? revision
  const tree = new Map(listTree(repository, commit, '').map((entry) => [entry.path, entry]))
  const wanted = files.map((file) => {
    const [path = '', to = path] = file.split('=')
    const entry = tree.get(path)
    if (entry?.type !== 'file') throw refusal(`${at} has no file ${path} in ${revision}`)
    return {path, to, blob: entry.blob}
  })
  const blobs = readBlobs(repository, new Set(wanted.map(({blob}) => blob)))
  refuseGaps(
    wanted.map(({to}) => to),
    [...blobs.values()],
  )
  return {
    repository: at,
    revision: commit,
    ...(needs.length === 0 ? {} : {needs: [...needs].sort()}),
    files: wanted
      .map(({path, to, blob}) => fileOf({path, to}, blobs.get(blob) ?? Buffer.alloc(0)))
      .sort((a, b) => (a.to < b.to ? -1 : 1)),
  }
}

/** What a file requires of the rock's own must be among the files. */
function refuseGaps(paths: readonly string[], files: readonly Buffer[]): void {
  const own = new Set(paths.map((path) => path.split(/[./]/, 1)[0]))
  for (const bytes of files) {
    for (const {name} of factsOf(bytes, undefined).facts?.requires ?? []) {
      if (name === null || !own.has(name.split('.', 1)[0]) || paths.some((path) => isFileOf(path, name)))
        continue
      throw refusal(`a file requires ${name}, which is not among the files`)
    }
  }
}

function fileOf({path, to}: Pick<RockFile, 'path' | 'to'>, bytes: Buffer): RockFile {
  const problem = problemIn(bytes)
  if (problem !== undefined) throw new ProsodyModsError('LUA_INVALID', `${path}: ${problem.message}`)
  return {path, to, sha256: sha256Of(bytes), size: bytes.length}
}

function refusal(message: string): ProsodyModsError {
  return new ProsodyModsError('USAGE', message, {hint: 'docs/reference/registry.md describes import-rock'})
}
