import {ProsodyModsError, says} from '../errors.ts'
import {splitKey, type ModuleKey} from '../module-key.ts'
import {isPublished, type OwnTree} from '../resolve/owners.ts'
import {ownTree, type LockedProject} from './own-tree.ts'
import {isOnlyYoung} from './old-enough.ts'
import {whereItWent} from './where-it-went.ts'
import type {Workbench} from '../workbench/workbench.ts'
import {availableIn} from '../resolve/choose.ts'

/**
 * Adds to the news that a release lacks a module what the project has of its tree, what became of the module, and what
 * there is in its place. Any other failure is returned as it is.
 */
export async function explainMissing(
  error: unknown,
  {key, ...project}: LockedProject & {readonly key: ModuleKey},
  bench: Workbench,
): Promise<unknown> {
  if (!(error instanceof ProsodyModsError) || !saysMissing(error) || isOnlyYoung(error)) return error
  const [source, name] = splitKey(key)
  const own = await ownTree(key, project, bench)
  const {moves, notes} = whereItWent(key, project.manifest, bench.environment.registry)
  // A tree has no module of its own name.
  const lacks = name !== '*' && own?.has === false
  const newest = availableIn(error)?.[0]
  // A name that is most likely mistyped has been told what it is like.
  const isTypo = newest === undefined && hasSimilar(error)
  if ((!lacks || isTypo) && notes.length === 0) return error
  const {code, message, details} = error
  const offers = await offersFor(
    moves.flatMap(({to = []}) => to),
    project,
    bench,
  )
  const hint = [
    ...(lacks || error.hint === undefined ? [] : [error.hint]),
    ...offers,
    ...(lacks && offers.length === 0 ? [moveOn(source, name, newest)] : []),
  ].join('; ')
  return new ProsodyModsError(
    code,
    [lacks ? lackText(key, own, newest) : message, ...notes.map((note) => `  ${note}`)].join('\n'),
    {...(hint === '' ? {} : {hint}), details: {...details, moves}, cause: error},
  )
}

function hasSimilar({details: {similar}}: ProsodyModsError): boolean {
  return Array.isArray(similar) && similar.length > 0
}

/** What could not be asked for is told apart from what is not there by the versions that come with it. */
function saysMissing(error: ProsodyModsError): boolean {
  return says(error, 'absent') || (says(error, 'silent') && availableIn(error) !== undefined)
}

function lackText(key: ModuleKey, {version}: OwnTree, newest: string | undefined): string {
  const [source, name] = splitKey(key)
  const known = newest === undefined ? '' : `\n  the newest known release with it is ${newest}`
  return `${key}: ${source} ${version}, which this project has, has no module ${name}${known}`
}

function moveOn(source: string, name: string, newest: string | undefined): string {
  return newest === undefined
    ? `search for another with: prosody-mods search ${name}`
    : `all modules of ${source} come from one release; move it with "prosody-mods bump ${source}@<version>"`
}

/** Tells how to get what took a module's place, as far as the project can have it. */
export async function offersFor(
  keys: readonly ModuleKey[],
  project: LockedProject,
  bench: Workbench,
): Promise<string[]> {
  const [present, absent]: [ModuleKey[], ModuleKey[]] = [[], []]
  for (const key of keys) {
    const own = await ownTree(key, project, bench)
    if (own?.has === false || !isPublished(key, bench.environment.registry)) continue
    if (own?.whole === true) present.push(key)
    else absent.push(key)
  }
  const [first] = present
  const names = present.map((key) => splitKey(key)[1]).join(' and ')
  return [
    ...(first === undefined ? [] : [`${splitKey(first)[0]}/* of this project has ${names} already`]),
    ...(absent.length === 0 ? [] : [`take in its place: prosody-mods add ${absent.join(' ')}`]),
  ]
}
