import {ProsodyModsError, says} from '../errors.ts'
import type {Wanted} from '../resolve/meaning.ts'
import {editDistance} from '../text/edit-distance.ts'
import {nearestNames} from '../text/nearest.ts'
import {isPublished} from '../resolve/owners.ts'
import {listModules} from '../sources/index.ts'
import type {Workbench} from '../workbench/workbench.ts'
import {moduleKey, type ModuleKey} from '../module-key.ts'

/**
 * Lists modules that the registry knows of a source and that are like one that it does not know; none where it knows
 * it.
 */
export function similarIn(
  {definition, name}: Wanted,
  {environment: {registry}}: Workbench,
): readonly ModuleKey[] {
  const {id} = definition
  if (name === '*' || registry.source(id) === undefined || isPublished(moduleKey(id, name), registry))
    return []
  const names = Object.keys(registry.releases(id).names)
  return nearestNames(name, names).map((one) => moduleKey(id, one))
}

/** Letters that a mistyped name has otherwise. */
const mistakes = 2

/**
 * Makes the error of a name that is most likely mistyped.
 * @param silence why the publisher could not be asked whether it has such a module, where it was to be
 */
export function misspelled(
  {definition, name}: Wanted,
  similar: readonly ModuleKey[],
  silence: ProsodyModsError | undefined,
): ProsodyModsError {
  const key = moduleKey(definition.id, name)
  const lines = [
    `${key}: no release of ${definition.id} that is known has a module ${name}`,
    `  similar names: ${similar.join(', ')}`,
    ...(silence === undefined
      ? []
      : ['  its publisher could not be asked for a new one:', indented(silence)]),
  ]
  const [nearest = ''] = similar
  const isTypo = editDistance(name, nearest.slice(definition.id.length + 1), mistakes) !== undefined
  // A name that is just like others may be a new one: who could not be asked, is what ends it.
  const code = silence === undefined || isTypo ? 'MODULE_UNKNOWN' : silence.code
  return new ProsodyModsError(code, lines.join('\n'), {
    hint: `did you mean ${similar[0] ?? ''}? A module that is newer than the registry is asked for with its version: ${key}@<version>`,
    details: {...silence?.details, module: key, similar},
    ...(silence === undefined ? {} : {cause: silence}),
  })
}

/** Makes the error of a module that a source, which no registry describes, does not have: with what it has itself. */
export async function notThere(
  wanted: Wanted,
  error: ProsodyModsError,
  bench: Workbench,
): Promise<ProsodyModsError> {
  const {definition, name} = wanted
  const names = await namesOf(wanted, bench)
  if (names === undefined || names.includes(name)) return error
  const {id} = definition
  const similar = nearestNames(name, names).map((one) => moduleKey(id, one))
  return new ProsodyModsError('MODULE_UNKNOWN', `${id}/${name}: ${id} has no module ${name}`, {
    hint: similar.length > 0 ? `did you mean ${similar.join(' or ')}?` : listed(names),
    details: {module: moduleKey(id, name), modules: names, similar},
    cause: error,
  })
}

/** Undefined where nobody can say it. */
async function namesOf({definition}: Wanted, {context}: Workbench): Promise<readonly string[] | undefined> {
  try {
    return await listModules(definition, context)
  } catch (error) {
    if (says(error, 'silent')) return undefined
    throw error
  }
}

const shown = 12

/** Lists what there is in words, the beginning of a long list. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return 'a module is mod_<name>.lua, in a folder of its name or by itself'
  const rest = names.length - shown
  return `it has ${names.slice(0, shown).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

function indented({message}: ProsodyModsError): string {
  return message
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')
}
