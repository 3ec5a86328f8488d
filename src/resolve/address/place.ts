import {isPrefixed, mainOf} from '../../module-name.ts'
import type {Registry} from '../../registry/registry.ts'
import type {RegistrySource} from '../../registry/types.ts'
import {schemes} from '../../versioning/index.ts'
import {unversionedNote, type Address} from './types.ts'

/** A place in the repository of a source that the registry describes. */
export interface Place {
  readonly source: RegistrySource
  /** Tag, branch or revision; undefined where none is named. */
  readonly ref: string | undefined
  /** Relative to the folder that the source's releases are of; '' for all of it. */
  readonly path: string
  /** Whether the address gives the bytes of a file, and no page about it. */
  readonly isFile: boolean
}

/** Says what a place in a source's repository names; undefined for a file of a branch, which is what it is. */
export function addressOf(place: Place, registry: Registry): Address | undefined {
  const {source, ref, path, isFile} = place
  const version = versionOf(source, ref)
  const behind = version === undefined ? '' : `@${version}`
  // What a branch has today, and only that, is what somebody asks for who names a file of it.
  if (isFile && version === undefined && ref !== undefined) return undefined
  const name = moduleIn(path, source, registry)
  const whole = path === '' && source.layout === 'flat' ? source.id : undefined
  const meant = name === undefined ? whole : `${source.id}/${name}`
  if (meant !== undefined) {
    const note = version === undefined ? {note: unversionedNote} : {}
    return {kind: 'spec', text: meant + behind, ...note}
  }
  // Files can be had as such, whatever they are.
  if (isFile) return undefined
  if (path === '') {
    return {
      kind: 'other',
      about: `it is the repository of ${source.id}, which has many modules`,
      hint: `name the one that you want: ${source.id}/<module>${behind}; "prosody-mods search <word>" finds it`,
    }
  }
  return {
    kind: 'other',
    about: `${path} is no module of ${source.id}, and comes with those that ask for it`,
    hint: `name a module: ${source.id}/<module>${behind}`,
  }
}

/** Names the module that a path of a repository lies in: by its main file, or by its folder. */
function moduleIn(path: string, {id}: RegistrySource, registry: Registry): string | undefined {
  const main = mainOf(path)
  if (main !== undefined) return main
  const [folder = ''] = path.split('/')
  const name = /^(?:mod_)?([a-z0-9][a-z0-9_-]*)$/.exec(folder)?.[1]
  const isModule = name !== undefined && (isPrefixed(folder) || registry.publishers(name).includes(id))
  return isModule ? name : undefined
}

/** As the source's scheme writes it; of a branch undefined: its revision is not known without asking. */
function versionOf({scheme}: RegistrySource, ref: string | undefined): string | undefined {
  if (ref === undefined) return undefined
  return /^[0-9a-f]{7,40}$/.test(ref) ? ref : schemes[scheme].parse(ref)?.text
}
