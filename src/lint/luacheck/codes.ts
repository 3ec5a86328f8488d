import type {VariableKind} from './model.ts'

/** The last digit of codes that are about a variable. */
export const kindDigits: Readonly<Record<VariableKind | 'function', 1 | 2 | 3>> = {
  variable: 1,
  argument: 2,
  loop: 3,
  function: 1,
}
