import type {MissingName} from '../../recipe/any/found.ts'
import type {Found} from './gather.ts'
import type {ImportLine, ImportedLibrary} from './types.ts'

/** What one place of a text came to. */
export interface ReadPlace {
  readonly line: number
  readonly lastLine: number
  readonly text: string
  readonly found: readonly Found[]
  /** What is said of it where it brings nothing to the project; what it brings is told by what that became. */
  readonly said?: Pick<ImportLine, 'state' | 'what' | 'hint'>
  readonly library?: Omit<ImportedLibrary, 'neededBy'>
  /** The module that it names alone. */
  readonly named?: string
}

/** What was read of a text. */
export interface ReadText {
  readonly places: readonly ReadPlace[]
  readonly missing: readonly MissingName[]
  readonly notes: readonly string[]
}
