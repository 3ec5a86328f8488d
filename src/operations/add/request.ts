import {existsSync} from 'node:fs'
import {resolve} from 'node:path'
import {ProsodyModsError} from '../../errors.ts'
import {type ModuleKey} from '../../module-key.ts'
import type {ManifestChange} from '../../project/manifest-edit.ts'
import type {Candidate} from '../../resolve/owners.ts'
import type {SourceLayout} from '../../registry/types.ts'
import {readSpec} from '../../resolve/address/recognise.ts'
import type {AddressWorld} from '../../resolve/address/world.ts'
import type {Spec} from '../../resolve/spec.ts'
import type {Environment} from '../../workbench/environment.ts'
import {shellWord} from '../../text/shell-word.ts'
import type {PatchMaker} from './made-patches.ts'
import type {Failures} from '../../workbench/failures.ts'
import type {NewProjectFlags} from '../init/new-project.ts'

/** What `add` is asked for. */
export interface AddRequest {
  /** Specs as typed: `[source/]name[@version]`, paths, URLs. */
  readonly specs: readonly string[]
  readonly offline: boolean
  readonly force: boolean
  readonly dryRun: boolean
  /** Whether to ask the publisher for the newest release where no version is given. */
  readonly latest: boolean
  /** Modules to leave out of the whole trees that are named; undefined where nothing is said of it. */
  readonly except?: readonly string[] | undefined
  /** Whether a module may hide one of Prosody's own. */
  readonly allowShadow: boolean
  /** How modules lie in the paths and URLs among the specs; undefined for what their files show. */
  readonly layout?: SourceLayout | undefined
  /** Whether to make a project of the working folder where it is in none. */
  readonly init?: boolean
  /** Of a project that is made: what is for, where the folder does not tell. */
  readonly project?: NewProjectFlags
  /** What else the manifest shall say. */
  readonly changes?: readonly ManifestChange[]
  /** Makes patches of what is added. */
  readonly patching?: PatchMaker
  /** Asks which of several qualified names is meant; absent where nobody can be asked. */
  readonly choose?: (name: string, candidates: readonly Candidate[]) => Promise<ModuleKey>
}

/** A spec as it was typed, and what it says. */
export interface ParsedSpec {
  readonly text: string
  readonly spec: Spec
  /** What is worth knowing where the text is an address that stands for it. */
  readonly notes: readonly string[]
}

/** A request of which each spec is judged by itself. */
export interface JudgedRequest extends AddRequest {
  readonly parsed: readonly ParsedSpec[]
  /** Of all specs, told together. */
  readonly failures: Failures
  /** Whether the project is made with what is added to it. */
  readonly isNew?: boolean
}

/**
 * Refuses --layout where no path and no URL is named: sources of the registry and of the manifest say themselves how
 * their modules lie. Throws USAGE.
 */
export function refuseIdleLayout({
  layout,
  parsed,
}: {
  readonly layout?: SourceLayout | undefined
  readonly parsed: readonly ParsedSpec[]
}): void {
  if (layout === undefined || parsed.some(({spec}) => spec.kind !== 'module')) return
  throw new ProsodyModsError('USAGE', '--layout is about paths and URLs, and none is given', {
    hint: 'of a source that the manifest declares, write "layout" there',
  })
}

/** Reads a spec, or an address that stands for one. Throws SPEC_INVALID. */
export function specOf(text: string, world: AddressWorld, environment: Environment): Spec {
  try {
    return readSpec(text, world)
  } catch (error) {
    throw asPath(error, [text], environment)
  }
}

/** Adds to the error of a folder without a project how one is made in the same go; leaves any other. */
export function namingInit(error: unknown, specs: readonly string[]): unknown {
  if (!(error instanceof ProsodyModsError) || error.code !== 'MANIFEST_MISSING') return error
  return error.with({
    hint: `to make a project here with it: prosody-mods add --init ${specs.map(shellWord).join(' ')}; a project elsewhere is named with -C <folder>`,
  })
}

/** Adds to the error of a spec that reads like a path, and is one, that it has to begin with `./`; leaves any other. */
export function asPath(error: unknown, specs: readonly string[], {cwd}: Environment): unknown {
  const isMeant = error instanceof ProsodyModsError && ['SOURCE_UNKNOWN', 'SPEC_INVALID'].includes(error.code)
  if (!isMeant) return error
  const source = error.details['source']
  const path = specs.find(
    (text) =>
      /^[^@:~.\\/][^@:]*\//.test(text) &&
      (source === undefined || text.split('/')[0] === source) &&
      existsSync(resolve(cwd, text)),
  )
  if (path === undefined) return error
  return error.with({hint: `for the path, write ./ in front: prosody-mods add ./${path}`})
}
