import {entriesIn, splitKey, type ModuleKey} from '../../module-key.ts'
import {asPublished, contextPathOf, type LockedModule} from '../../project/lockfile.ts'
import type {Registry} from '../../registry/registry.ts'
import {flawsIn, toldFlaw, type FoundFlaw} from '../../resolve/advisories.ts'
import {schemes} from '../../versioning/index.ts'
import {shellWord} from '../../text/shell-word.ts'
import type {ProjectWithLock} from '../../workbench/open-project.ts'
import {flawedProsody} from '../prosody-flaws.ts'
import {problem} from './problem.ts'
import type {Problem} from './types.ts'

/** Tells of known flaws that locked files have as they were published, and the Prosody that the project names. */
export function advisoryProblems(project: ProjectWithLock, registry: Registry): Problem[] {
  const {lock} = project
  const found = entriesIn(lock.modules).flatMap(([key, locked]) =>
    flawsIn(asPublished(locked).files, registry.advisories).map((flaw) => ({key, locked, flaw})),
  )
  return [
    ...found.map((one) => problemOf(one, {found, project, registry})),
    ...flawedProsody(project, registry).map(({message, file, line, hint}) =>
      problem(['advisory', 'warning'], message, {path: file, line, hint}),
    ),
  ]
}

interface LockedFlaw {
  readonly key: ModuleKey
  readonly locked: LockedModule
  readonly flaw: FoundFlaw
}

interface World {
  /** All of the project. */
  readonly found: readonly LockedFlaw[]
  readonly project: ProjectWithLock
  readonly registry: Registry
}

function problemOf({key, locked, flaw}: LockedFlaw, world: World): Problem {
  const {id, summary, source, fixed} = toldFlaw(flaw)
  const published = asPublished(locked).files
  const [path = ''] = flaw.paths
  const isPatched = flaw.paths.some((one) => locked.files[one] !== published[one])
  const patched = isPatched ? '; the file is patched here, and whether that mends it is not known' : ''
  return problem(['advisory', 'warning'], `${id}: ${summary}; fixed in ${source} ${fixed}${patched}`, {
    module: key,
    path: contextPathOf(key, path),
    hint: hintFor({key, locked, flaw}, world),
  })
}

function hintFor({key, flaw}: LockedFlaw, {found, project, registry}: World): string {
  const {source, fixed, url} = toldFlaw(flaw)
  const [own, name] = splitKey(key)
  const page = url === null ? '' : `; ${url}`
  if (own !== source)
    return `it is the file of ${source}: ask the publisher of ${key} for what ${fixed} mends${page}`
  if (!Object.hasOwn(project.manifest.modules ?? {}, key)) return `others need it: prosody-mods update${page}`
  const scheme = schemes[registry.source(source)?.scheme ?? 'build']
  const isFlat = registry.source(source)?.layout === 'flat'
  // One move closes all that are known of what moves together.
  const together = found.filter((one) => (isFlat ? splitKey(one.key)[0] === source : one.key === key))
  const versions = together
    .filter((one) => one.flaw.affected.source === source)
    .map((one) => one.flaw.affected.fixed)
  const [last = fixed] = versions
    .flatMap((text) => scheme.parse(text) ?? [])
    .sort((a, b) => scheme.compare(b, a))
    .map(({text}) => text)
  const what = isFlat || name === '*' ? source : key
  return `"prosody-mods bump ${shellWord(`${what}@${last}`)}", or a later one${page}`
}
