import {prefixed} from '../../module-name.ts'
import {relative, resolve, sep} from 'node:path'
import {layoutConflicts} from '../../prosody/layout-proof.ts'
import {splitKey, keysIn} from '../../module-key.ts'
import type {Lockfile, LockTarget} from '../../project/lockfile.ts'
import {compareLines} from '../../registry/lines.ts'
import {movesOf} from '../../resolve/owners.ts'
import {layoutOf, wantedIn} from '../../image/layout.ts'
import {type ContextCode} from './read-context.ts'
import type {Problem} from './types.ts'
import type {Environment} from '../../workbench/environment.ts'
import {lint} from '../lint/lint.ts'
import {type ProjectWithLock} from '../../workbench/open-project.ts'
import {ownersOf, problem} from './problem.ts'

/** Lists the files that Prosody would not load for the module that ships them. */
export function layoutProblems(
  code: ContextCode,
  {project, target}: {readonly project: ProjectWithLock; readonly target: LockTarget},
  {registry}: Environment,
): Problem[] {
  const line = registry.prosodyLine(target.prosody)
  if (line === undefined) return []
  const layout = layoutOf(code, project, line)
  const wanted = wantedIn(code, project)
  const loader = {lua: target.lua, features: new Set(line.features), metadataKeys: line.metadataKeys}
  return layoutConflicts(
    layout,
    wanted.map(({wanted: one}) => one),
    loader,
  ).map(({wanted: one, why, hint}) => {
    const from = wanted.find(({wanted: other}) => other === one)
    const what = {
      module: prefixed(one.module),
      library: `"${one.kind === 'library' ? one.library : ''}" for mod_${one.module}`,
      resource: `${one.kind === 'resource' ? one.resource : ''} for mod_${one.module}`,
    }[one.kind]
    const place = {module: from?.key ?? null, path: from?.path ?? null, hint}
    return problem(['layout', 'error'], `Prosody would not load ${what} from its own file: ${why}`, place)
  })
}

/** Rules that the other parts of a check know more of. */
const left = new Set(['missing-file', 'shadows-core'])

/** Lists what the rules about Prosody find in the code of all modules. */
export async function codeProblems(project: ProjectWithLock, environment: Environment): Promise<Problem[]> {
  if (keysIn(project.lock.modules).length === 0) return []
  const request = {paths: [], std: undefined, config: false, rules: 'prosody', excerpts: false}
  const {findings} = await lint(request, environment)
  const ownerOf = ownersOf(project.lock)
  const problems = findings
    .filter(({code}) => !left.has(code))
    .map(({path, line, message, severity, code, hint}) => {
      const inProject = relative(project.folder, resolve(environment.cwd, path)).split(sep).join('/')
      const place = {module: ownerOf(inProject), path: inProject, line, hint: hint ?? null}
      return problem(['compatibility', severity], `${message} [${code}]`, place)
    })
  return withWorkingReleases(problems, project, environment)
}

/** Says which release works of modules that do not, where the store has what it takes to tell. */
async function withWorkingReleases(
  problems: readonly Problem[],
  project: ProjectWithLock,
  environment: Environment,
): Promise<Problem[]> {
  const broken = new Set(
    problems.flatMap(({severity, module}) => (severity === 'error' ? (module ?? []) : [])),
  )
  if (broken.size === 0) return [...problems]
  const {storedWorkingReleases} = await import('../../context/working-release.ts')
  const works = await storedWorkingReleases([...broken], project, environment)
  return problems.map((one) => {
    const version = one.severity === 'error' && one.module !== null ? works.get(one.module) : undefined
    if (version === undefined) return one
    return {...one, hint: `${one.module ?? ''}@${version} is the newest known release that works here`}
  })
}

const stages: Readonly<Record<string, Problem['severity']>> = {
  Obsolete: 'warning',
  Deprecated: 'warning',
  Broken: 'warning',
  Merged: 'note',
}

/** Tells what the registry knows of modules: their stage, and where they went. */
export function moduleNotes({modules}: Lockfile, {prosody}: LockTarget, {registry}: Environment): Problem[] {
  return keysIn(modules).flatMap((key) => {
    const [source, name] = splitKey(key)
    const {names} = registry.releases(source)
    const {stage, supersededBy} = (Object.hasOwn(names, name) ? names[name] : undefined) ?? {}
    const severity = stage === undefined ? undefined : stages[stage]
    const successor = supersededBy === undefined ? null : `${supersededBy} takes its place`
    const staged =
      severity === undefined
        ? []
        : [
            problem(['module', severity], `its publisher calls it ${(stage ?? '').toLowerCase()}`, {
              module: key,
              hint: successor,
            }),
          ]
    const moves = movesOf(name, source, registry)
      .filter(({change, since}) => change !== 'core' || compareLines(since, prosody) <= 0)
      .map(({note}) => problem(['module', 'note'], note, {module: key}))
    return [...staged, ...moves]
  })
}
