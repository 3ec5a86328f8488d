import {isSha256} from '../../digest.ts'
import {posix} from 'node:path'
import {bareName, isPrefixed, mainOf, mainFile} from '../../module-name.ts'
import type {Mount} from '../../recipe/follow/files.ts'
import {repositoryPlace, type RepositoryPlace} from '../../recipe/place.ts'
import {originOf, type Thing} from '../../recipe/follow/thing.ts'
import type {Meaning, Wanted} from './wanted.ts'

/**
 * Says what a thing stands for that no source of the registry has: a module by its file's URL, modules of a repository on
 * GitHub, which is declared, or an archive.
 */
export function unknownRepository(
  thing: Thing,
  mounts: readonly Mount[],
  place: RepositoryPlace | undefined,
): Meaning {
  const placed = mounts.filter((mount) => isOfModules(mount))
  if (placed.length === 0) return {kind: 'unrelated'}
  const [unknown] = thing.unknown
  if (unknown !== undefined)
    return {
      kind: 'open',
      why: `${unknown} has no value here, so it can't be said what ${thing.from} is`,
      hint: 'give it a value where it is declared, or add the module by its address: prosody-mods add <url>',
    }
  const files = placed.filter(({piece}) => piece.stripped === undefined && piece.path === '')
  if (thing.kind === 'url' && files.length === placed.length) return fileMeaning(thing, files)
  if (place?.repository.startsWith('github.com/') === true) return githubMeaning(placed, place)
  if (thing.kind === 'url') return {kind: 'modules', wanted: [urlWanted(thing, undefined)], notes: []}
  return {
    kind: 'open',
    why: `${thing.from} is a repository that the registry does not know, and no forge that it can be asked at`,
    hint: 'declare it as a source (docs/reference/manifest.md), or take the modules from a folder: prosody-mods add ./<folder>',
  }
}

/** Tells whether what lies somewhere is, by its name or by where it lies, of modules. */
function isOfModules({at, piece}: Mount): boolean {
  const names = [at, piece.path, piece.pattern ?? '', piece.thing.from.replace(/[?#].*/, '')]
  if (names.some((name) => /(?:^|\/)mod_[a-z0-9_*]+(?:\.lua|\/|$)/i.test(name))) return true
  return (
    at.endsWith('.lib.lua') ||
    (piece.stripped !== undefined &&
      /(?:prosody|jitsi)[^/]*\/.*(?:modules|plugins)|prosody[-_]?(?:plugins|modules)/i.test(at))
  )
}

function fileMeaning(thing: Thing, files: readonly Mount[]): Meaning {
  const [first] = files
  const name = first === undefined ? undefined : mainOf(first.at)
  const own = mainOf(new URL(safe(thing.from)).pathname)
  if (name === undefined && own === undefined) {
    const isLibrary = files.every(({at}) => at.endsWith('.lua'))
    return isLibrary
      ? {
          kind: 'open',
          why: `${thing.from} is a library beside modules, and no module`,
          hint: 'the modules that require it bring it, where their publisher has it; else put the file beside your own modules',
        }
      : {kind: 'unrelated'}
  }
  if (name !== undefined && own !== undefined && name !== own)
    return {
      kind: 'open',
      why: `${mainFile(own)} is kept under another name, ${mainFile(name)}`,
      hint: `save it as ${mainFile(name)} in the project and add that: prosody-mods add ./${mainFile(name)}`,
    }
  return {kind: 'modules', wanted: [urlWanted(thing, own ?? name)], notes: []}
}

function safe(url: string): string {
  return URL.canParse(url) ? url : 'https://unknown.invalid/'
}

function urlWanted({from, sha256}: Thing, name: string | undefined): Wanted {
  const digest = sha256 !== undefined && isSha256(sha256) ? `#sha256=${sha256}` : ''
  return {spec: `${from}${digest}`, name, version: undefined, except: []}
}

function githubMeaning(mounts: readonly Mount[], place: RepositoryPlace): Meaning {
  const [owner = '', name = ''] = place.written.split('/').slice(1)
  const repository = `${owner}/${name}`
  const wanted = mounts.flatMap((mount): Wanted[] => {
    const origin = originOf(mount.piece)
    const path = origin === undefined ? '' : (repositoryPlace(origin)?.path ?? '')
    const found = moduleIn(path) ?? moduleAt(mount.at, path)
    if (found === undefined) return []
    const source = {
      kind: 'github' as const,
      repository,
      ...(found.folder === '' ? {} : {folder: found.folder}),
    }
    const id = idOf(name)
    return [
      {
        spec: `${id}/${found.name}`,
        name: found.name,
        version: mount.piece.ref ?? place.ref,
        except: [],
        declares: {id, source},
      },
    ]
  })
  if (wanted.length > 0) return {kind: 'modules', wanted, notes: []}
  return {
    kind: 'open',
    why: `${place.written} is a repository that the registry does not know, and nothing here says which of its modules are used`,
    hint: `declare it in prosody-mods.json: "sources": {"${idOf(name)}": {"kind": "github", "repository": "${repository}"}}; then: prosody-mods add ${idOf(name)}/<module>`,
  }
}

/** The module that a path is of, and the folder that has it. */
function moduleIn(path: string): {readonly name: string; readonly folder: string} | undefined {
  const parts = path.split('/')
  const at = parts.findIndex((part) => isPrefixed(part))
  const part = parts[at]
  if (part === undefined) return undefined
  const name = mainOf(part) ?? bareName(part)
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(name)) return undefined
  return {name, folder: parts.slice(0, at).join('/')}
}

/** A repository that is one module: its top folder becomes `mod_x`. */
function moduleAt(at: string, path: string): {readonly name: string; readonly folder: string} | undefined {
  const base = posix.basename(at)
  if (!isPrefixed(base) || path.includes('/')) return undefined
  const name = mainOf(base) ?? bareName(base)
  return /^[a-z0-9][a-z0-9_-]*$/.test(name) ? {name, folder: ''} : undefined
}

function idOf(name: string): string {
  const id = bareName(name.toLowerCase())
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
  return id === '' ? 'modules' : id
}
