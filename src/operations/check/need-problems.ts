import {entriesIn, moduleKey} from '../../module-key.ts'
import type {Lockfile, LockTarget} from '../../project/lockfile.ts'
import {
  missingNeeds,
  missingText,
  needsOf,
  needsTargetOf,
  Providers,
  type MissingNeed,
} from '../../resolve/needs.ts'
import {serveLibrary} from '../../resolve/libraries.ts'
import {flatSources} from '../../resolve/owners.ts'
import {type ContextCode} from './read-context.ts'
import {contextPathOf} from '../../project/lockfile.ts'
import type {Problem} from './types.ts'
import type {Environment} from '../../workbench/environment.ts'
import {problem} from './problem.ts'

interface Locked {
  readonly lock: Lockfile
  readonly target: LockTarget
}

/** Lists what modules need and nothing serves. */
export function needProblems(
  {named}: ContextCode,
  {lock, target}: Locked,
  {registry}: Environment,
): Problem[] {
  const providers = new Providers()
  for (const [key, locked] of entriesIn(lock.modules)) providers.add(key, locked)
  const world = {providers, target: needsTargetOf(target, registry), libraries: registry.libraries}
  return [...named].flatMap(([key, names]) =>
    missingNeeds(names, needsOf(key, names, world)).map((need) => {
      const path = need.file === undefined ? null : contextPathOf(key, need.file)
      const severity = need.kind === 'libraries' ? 'warning' : 'error'
      const hint = need.kind === 'libraries' ? libraryHint(need.name, world) : addHint(need, registry)
      return problem(['needs', severity], `it needs ${missingText(need)}`, {
        module: key,
        path,
        line: need.line,
        hint,
      })
    }),
  )
}

function libraryHint(
  name: string,
  {target, libraries}: Omit<Parameters<typeof needsOf>[2], 'providers'>,
): string {
  const served = serveLibrary(name, target, libraries)
  return `${served.by === 'unknown' ? `${served.reason}; ` : ''}bring it into the image yourself`
}

function addHint({kind, name}: MissingNeed, registry: Environment['registry']): string {
  const ids = registry.publishers(name).map((id) => moduleKey(id, name))
  const trees = kind === 'shared' && ids.length === 0 ? flatSources(registry, name) : []
  const specs = [...ids, ...trees]
  return specs.length === 0
    ? 'add the module that has it, by its path or URL'
    : `prosody-mods add ${specs.join(' or ')}`
}
