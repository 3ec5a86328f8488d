import type {Origin} from '../origin.ts'
import type {Entry} from './outline.ts'

/** Something that a text refers to. */
export interface FoundReference {
  /** From 1; where the text is in a loop there is one for each of its rounds. */
  readonly line: number
  readonly lastLine: number
  readonly origin: Origin
  /** As it stands, variables unfilled. */
  readonly text: string
  /** A digest that stands beside it, of the bytes of its URL: 64 hexadecimal digits in lower case. */
  readonly sha256?: string
  /** Variables in it that have no value, so that they stand in the origin as they are written. */
  readonly unknown: readonly string[]
  /** Whether it is commented out; missing where it is not. */
  readonly isComment?: true
}

/** A variable that a reference needs and that nothing gives a value. */
export interface MissingName {
  readonly name: string
  /** Where it is used first. */
  readonly line: number
}

/** A reference with what it was made of. */
export interface Draft extends FoundReference {
  /** Offset of its text. */
  readonly at: number
  /** What gave values that went into it: no references of their own. */
  readonly used: readonly Entry[]
}
