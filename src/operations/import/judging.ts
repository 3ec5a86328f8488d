import type {Registry} from '../../registry/registry.ts'
import type {Thing} from '../../recipe/follow/thing.ts'
import type {BesideConfiguration} from './context-configuration.ts'

/** What meanings are judged by. */
export interface Judging {
  readonly registry: Registry
  /** Modules that configuration or the user names: what is taken of a repository that is fetched whole. */
  readonly names: ReadonlySet<string>
  /** Whether configuration was found that would name modules. */
  readonly isConfigured: boolean
  /** Configuration that goes into no image by the input: what is asked where nothing else tells of a repository. */
  readonly beside?: BesideConfiguration
  /** Folders that Prosody searches; [] where that is not known. */
  readonly pluginPaths: readonly string[]
  /** Whether the user has named modules of repositories that are fetched whole. */
  readonly isAsked?: boolean
  /** Things of which a line takes parts away, and which parts can't be told. */
  readonly thinned?: ReadonlySet<Thing>
  /** Whether a repository that is named without a version, as a whole, may only be spoken of. */
  readonly isLoose?: boolean
  /** The line of Prosody that the project is for: `13.0`. */
  readonly line: string
}
