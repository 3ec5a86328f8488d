import type {VariableKind} from './model.ts'

/** The last digit that codes about a variable have, by the kind of variable. */
export const kindDigits: Readonly<Record<VariableKind | 'function', 1 | 2 | 3>> = {
  variable: 1,
  argument: 2,
  loop: 3,
  function: 1,
}
