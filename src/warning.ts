/**
 * The codes of warnings, which stand in their text as those of errors do: `warning[CORE_HIDDEN]: …`. None is a code of
 * an error; docs/reference/warnings.md has a section for each.
 */
export const warningCodes = [
  // what the manifest says
  'KEY_UNKNOWN',
  'PROSODY_UNKNOWN',
  'DEBIAN_UNKNOWN',
  'IMAGE_UNKNOWN',
  // modules and what is around them
  'CORE_HIDDEN',
  'IMAGE_HIDES',
  'NEEDS_UNMET',
  'OTHER_FILE_LOADED',
  // patches
  'PATCH_NEEDLESS',
  'PATCH_SHIFTED',
  // files beside the modules
  'IMAGE_OUTDATED',
  'PLUGIN_PATHS_TWICE',
  'PLUGIN_PATHS_CHANGED',
  'MODULES_LEFT',
  // what is told while a command works
  'CUT_OFF',
  'STORE_DAMAGED',
  // what import reads
  'VARIABLE_UNSET',
] as const

/** A code that tells programs which warning it is. */
export type WarningCode = (typeof warningCodes)[number]

/** What a user should know, though nothing is wrong enough to stop. */
export interface Warning {
  readonly code: WarningCode
  readonly message: string
}

/** A warning of a result; the shape is part of --json (docs/reference/json.md). */
export interface ToldWarning extends Warning {
  /** Whether it was there before the command, for the same modules. */
  readonly known: boolean
}

/** The warnings of a result, with their codes and without; the shape is part of --json (docs/reference/json.md). */
export interface Warnings {
  readonly warnings: readonly string[]
  /** Those of the warnings that were there before the command, for the same modules. */
  readonly knownWarnings: readonly string[]
  readonly codedWarnings: readonly ToldWarning[]
}

/** Makes a warning. */
export function warning(code: WarningCode, message: string): Warning {
  return {code, message}
}

/** Returns warnings as results have them. @param known those that were there before, others among them perhaps */
export function toldWarnings(warnings: readonly Warning[], known: readonly Warning[] = []): Warnings {
  const before = new Set(known.map(({message}) => message))
  return {
    warnings: warnings.map(({message}) => message),
    knownWarnings: known.map(({message}) => message),
    codedWarnings: warnings.map((one) => ({...one, known: before.has(one.message)})),
  }
}
