import {isPrefixed, mainOf} from '../../module-name.ts'
import {onGithub} from '../../sources/repository.ts'
import {schemes} from '../../versioning/index.ts'
import {unversionedNote, type Address} from './types.ts'
import type {AddressSource, AddressWorld} from './world.ts'

/** A place in the repository of a source. */
export interface Place {
  readonly source: AddressSource
  /** Tag, branch or revision; undefined where none is named. */
  readonly ref: string | undefined
  /** Relative to the folder that the source's releases are of; '' for all of it. */
  readonly path: string
  /** Whether the address gives the bytes of a file, and no page about it. */
  readonly isFile: boolean
}

/** Says what a place in a source's repository names; undefined for a file of a branch, which is what it is. */
export function addressOf(place: Place, world: AddressWorld): Address | undefined {
  const {source, ref, path, isFile} = place
  const version = versionOf(source, ref)
  const behind = version === undefined ? '' : `@${version}`
  // What a branch has today, and only that, is what somebody asks for who names a file of it.
  if (isFile && version === undefined && ref !== undefined) return undefined
  const name = moduleIn(path, source, world)
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
function moduleIn(path: string, {id}: AddressSource, world: AddressWorld): string | undefined {
  const main = mainOf(path)
  if (main !== undefined) return main
  const [folder = ''] = path.split('/')
  const name = /^(?:mod_)?([a-z0-9][a-z0-9_-]*)$/.exec(folder)?.[1]
  const isModule = name !== undefined && (isPrefixed(folder) || world.publishers(name).includes(id))
  return isModule ? name : undefined
}

/** As the source's scheme writes it; of a branch undefined: its revision is not known without asking. */
function versionOf(source: AddressSource, ref: string | undefined): string | undefined {
  if (ref === undefined) return undefined
  if (/^[0-9a-f]{7,40}$/.test(ref)) return ref
  const prefix = prefixOf(source)
  return ref.startsWith(prefix) ? schemes[source.scheme].parse(ref.slice(prefix.length))?.text : undefined
}

/** What stands before the version in the names of a source's tags. */
function prefixOf(source: AddressSource): string {
  const github = onGithub(source)
  return github !== undefined && 'tagPrefix' in github ? (github.tagPrefix ?? '') : ''
}
