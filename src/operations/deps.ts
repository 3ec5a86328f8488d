import {ProsodyModsError} from '../errors.ts'
import type {LockTarget} from '../project/lockfile.ts'
import {defaultProsody} from '../project/manifest.ts'
import {lockTargetOf} from '../resolve/differences.ts'
import {knownSuites, serveLibrary} from '../resolve/libraries.ts'
import {needsTargetOf} from '../resolve/needs.ts'
import {aptCommand, rocksCommand, type Dependency} from '../image/commands.ts'
import type {Environment} from '../workbench/environment.ts'
import {lockedProject, type ProjectWithLock} from '../workbench/open-project.ts'
import {listNeeds} from '../resolve/needs.ts'
import {entriesIn, keysIn} from '../module-key.ts'

/** What `deps` found; the shape is part of --json (docs/reference/json.md). */
export interface DepsResult {
  readonly target: LockTarget | null
  readonly libraries: readonly Dependency[]
  /** Shell commands for a Dockerfile's RUN; null where there is nothing to do in that way. */
  readonly commands: {readonly apt: string | null; readonly luarocks: string | null}
  /** Libraries that the commands leave out: what no package brings, and what neither package nor rock does. */
  readonly left: {readonly apt: readonly string[]; readonly luarocks: readonly string[]}
  /** Why something can't be told; null where all can. */
  readonly unknown: UnknownNeeds | null
}

/** Why it can't be told what a project needs in an image. */
export interface UnknownNeeds {
  /**
   * lockfile: it does not say what the modules need, and install would look it up; line: nobody can look it up; suite:
   * what is needed is known, and which packages serve it is not.
   */
  readonly what: 'lockfile' | 'line' | 'suite'
  readonly reason: string
  readonly hint: string
}

/** Lists the Lua libraries of a project, and what brings them into an image. Throws LOCKFILE_MISSING. */
export async function deps(environment: Environment): Promise<DepsResult> {
  const project = await lockedProject(environment)
  const {lock} = project
  const {registry} = environment
  const found = new Map<string, {server: string; neededBy: string[]; optional: boolean}>()
  for (const [key, {needs}] of entriesIn(lock.modules)) {
    for (const {kind, name, server, optional} of listNeeds(needs ?? {})) {
      if (kind !== 'libraries') continue
      const one = found.get(name) ?? {server, neededBy: [], optional: true}
      if (!one.neededBy.includes(key)) one.neededBy.push(key)
      one.optional &&= optional
      found.set(name, one)
    }
  }
  const libraries = [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([library, one]) => dependencyOf(library, one, {registry, target: lock.target}))
  const needed = libraries.filter(({optional}) => !optional)
  const parts = {needed, lua: lock.target?.lua ?? '', rocks: registry.libraries.rocks}
  return {
    target: lock.target ?? null,
    libraries,
    commands: {apt: aptCommand(parts), luarocks: rocksCommand(parts)},
    left: {
      apt: needed.filter(({package: name}) => name === null).map(({library}) => library),
      luarocks: needed.filter(({by}) => by === 'missing').map(({library}) => library),
    },
    unknown: unknownIn(project, environment) ?? unknownSuite(libraries, lock.target, environment),
  }
}

function unknownIn({manifest, lock}: ProjectWithLock, {registry}: Environment): UnknownNeeds | null {
  if (lock.target !== undefined || keysIn(lock.modules).length === 0) return null
  if (lockTargetOf(manifest, registry) !== undefined) {
    return {
      what: 'lockfile',
      reason: 'the lockfile does not say what its modules need',
      hint: 'run "prosody-mods install", which looks it up',
    }
  }
  return {
    what: 'line',
    reason: `what the modules need is not known, since nothing is known of Prosody ${manifest.prosody ?? defaultProsody}`,
    hint: `lines that are known: ${registry.prosodyLines.join(', ')}; the README of a module may say what it needs`,
  }
}

function unknownSuite(
  {length}: readonly Dependency[],
  target: LockTarget | undefined,
  {registry}: Environment,
): UnknownNeeds | null {
  if (length === 0 || target === undefined) return null
  const known = knownSuites(registry.libraries)
  if (known.includes(target.debian)) return null
  return {
    what: 'suite',
    reason: `which packages serve these libraries is not known, since nothing is known of Debian ${target.debian}`,
    hint: `suites that are known: ${known.join(', ')}; "prosody-mods deps --format luarocks" prints what rocks there are`,
  }
}

/**
 * Returns the command that brings libraries into an image; null where there is nothing to do in that way. Throws
 * LOCKFILE_OUTDATED, NEEDS_UNKNOWN where an empty command would only look like that.
 */
export function commandOf({commands, unknown}: DepsResult, way: 'apt' | 'luarocks'): string | null {
  if (unknown === null || (unknown.what === 'suite' && way === 'luarocks')) return commands[way]
  const {what, reason, hint} = unknown
  throw new ProsodyModsError(what === 'lockfile' ? 'LOCKFILE_OUTDATED' : 'NEEDS_UNKNOWN', reason, {hint})
}

type Locked = Pick<Dependency, 'neededBy' | 'optional'> & {readonly server: string}

interface World {
  readonly registry: Environment['registry']
  readonly target: LockTarget | undefined
}

function dependencyOf(library: string, {server, neededBy, optional}: Locked, world: World): Dependency {
  const {copies, rocks} = world.registry.libraries
  const {by, name, version} = serverOf(server)
  const rock = Object.hasOwn(rocks, library) ? rocks[library] : undefined
  const note = rock?.note ?? null
  const other = rock === undefined ? null : {name: rock.rock, version: rock.version ?? null, note}
  return {
    library,
    by,
    package: by === 'debian' || by === 'copy' ? name : null,
    file: by === 'copy' && Object.hasOwn(copies, library) ? (copies[library]?.path ?? null) : null,
    rock: by === 'rock' ? {name, version, note} : other,
    reason: by === 'missing' ? reasonOf(library, world) : null,
    neededBy,
    optional,
  }
}

/** What a lockfile says of a library, taken apart; that it is a name for a shell is looked at when it is read. */
function serverOf(server: string): {
  readonly by: Dependency['by']
  readonly name: string
  readonly version: string | null
} {
  const [, kind = '', name = '', version = null] = /^([a-z]+):([^@]+)(?:@(.+))?$/.exec(server) ?? []
  const by = kind === 'debian' || kind === 'copy' || kind === 'rock' ? kind : 'missing'
  return {by, name, version}
}

function reasonOf(library: string, {registry, target}: World): string | null {
  if (target === undefined || registry.prosodyLine(target.prosody) === undefined) return null
  const served = serveLibrary(library, needsTargetOf(target, registry), registry.libraries)
  return served.by === 'unknown' ? served.reason : null
}
