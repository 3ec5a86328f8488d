import {ProsodyModsError} from '../errors.ts'
import type {LockTarget} from '../project/lockfile.ts'
import {defaultProsody} from '../project/manifest.ts'
import type {RegistryLibraries} from '../registry/types.ts'
import {lockTargetOf} from '../resolve/differences.ts'
import {knownSuites} from '../resolve/libraries.ts'
import {missing} from '../resolve/needs.ts'
import type {Environment} from './environment.ts'
import {listNeeds, lockedProject, type ProjectWithLock} from './needs-graph.ts'

/** A Lua library that modules need; the shape is part of --json (docs/reference/json.md). */
export interface Dependency {
  readonly library: string
  readonly by: 'debian' | 'copy' | 'rock' | 'missing'
  /** Debian package; null for rocks and what is missing. */
  readonly package: string | null
  /** Of a copy: the file of the package. */
  readonly file: string | null
  readonly rock: {readonly name: string; readonly version: string | null} | null
  readonly neededBy: readonly string[]
  /** Whether every module that would use it does without it. */
  readonly optional: boolean
}

export interface DepsResult {
  readonly target: LockTarget | null
  readonly libraries: readonly Dependency[]
  /** Shell commands for a Dockerfile's RUN; null where there is nothing to do in that way. */
  readonly commands: {readonly apt: string | null; readonly luarocks: string | null}
  /** Libraries that the commands leave out. */
  readonly left: {readonly apt: readonly string[]; readonly luarocks: readonly string[]}
  /** Why something can't be told; null where all can. */
  readonly unknown: UnknownNeeds | null
}

export interface UnknownNeeds {
  /**
   * lockfile: it does not say what the modules need, and install would look it up; line: nobody can look it up; suite:
   * what is needed is known, and which packages serve it is not.
   */
  readonly what: 'lockfile' | 'line' | 'suite'
  readonly reason: string
  readonly hint: string
}

/** The Lua libraries of a project, and what brings them into an image. Throws LOCKFILE_MISSING. */
export async function deps(environment: Environment): Promise<DepsResult> {
  const project = await lockedProject(environment)
  const {lock} = project
  const known = environment.registry.libraries
  const found = new Map<string, {server: string; neededBy: string[]; optional: boolean}>()
  for (const [key, {needs}] of Object.entries(lock.modules)) {
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
    .map(([library, one]) => dependencyOf(library, one, known))
  const needed = libraries.filter(({optional}) => !optional)
  const lua = lock.target?.lua ?? ''
  return {
    target: lock.target ?? null,
    libraries,
    commands: {apt: aptCommand(needed, lua), luarocks: rocksCommand(needed, lua)},
    left: {
      apt: needed.filter(({package: name}) => name === null).map(({library}) => library),
      luarocks: needed.filter(({by, rock}) => by !== 'debian' && rock === null).map(({library}) => library),
    },
    unknown: unknownIn(project, environment) ?? unknownSuite(libraries, lock.target, environment),
  }
}

function unknownIn({manifest, lock}: ProjectWithLock, {registry}: Environment): UnknownNeeds | null {
  if (lock.target !== undefined || Object.keys(lock.modules).length === 0) return null
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
 * The command that brings libraries into an image; null where there is nothing to do in that way. Throws
 * LOCKFILE_OUTDATED, NEEDS_UNKNOWN where an empty command would only look like that.
 */
export function commandOf({commands, unknown}: DepsResult, way: 'apt' | 'luarocks'): string | null {
  if (unknown === null || (unknown.what === 'suite' && way === 'luarocks')) return commands[way]
  const {what, reason, hint} = unknown
  throw new ProsodyModsError(what === 'lockfile' ? 'LOCKFILE_OUTDATED' : 'NEEDS_UNKNOWN', reason, {hint})
}

function dependencyOf(
  library: string,
  {
    server,
    neededBy,
    optional,
  }: {readonly server: string; readonly neededBy: readonly string[]; readonly optional: boolean},
  {copies, rocks}: RegistryLibraries,
): Dependency {
  const colon = server.indexOf(':')
  const kind = colon === -1 ? missing : server.slice(0, colon)
  const name = server.slice(colon + 1)
  const by = kind === 'debian' || kind === 'copy' || kind === 'rock' ? kind : missing
  const rock = Object.hasOwn(rocks, library) ? rocks[library] : undefined
  const at = name.indexOf('@')
  const locked = {name: at === -1 ? name : name.slice(0, at), version: at === -1 ? null : name.slice(at + 1)}
  return {
    library,
    by,
    package: by === 'debian' || by === 'copy' ? name : null,
    file: by === 'copy' && Object.hasOwn(copies, library) ? (copies[library]?.path ?? null) : null,
    rock:
      by === 'rock' ? locked : rock === undefined ? null : {name: rock.rock, version: rock.version ?? null},
    neededBy,
    optional,
  }
}

/** Installs packages, and puts files where the target's Lua finds them. */
function aptCommand(needed: readonly Dependency[], lua: string): string | null {
  const packages = [...new Set(needed.flatMap(({package: name}) => name ?? []))].sort()
  if (packages.length === 0) return null
  const copies = [...new Set(needed.flatMap(({file}) => file ?? []))].sort()
  return [
    'apt-get update',
    `apt-get install --yes --no-install-recommends ${packages.join(' ')}`,
    ...copies.map((file) => `install -D --mode=644 ${file} ${copyTarget(file, lua)}`),
    'rm -rf /var/lib/apt/lists/*',
  ].join(' && ')
}

/** `/usr/share/lua/5.1/a/b.lua` → below the folder of another Lua that Debian leaves to the administrator. */
export function copyTarget(file: string, lua: string): string {
  return file.replace(/^\/usr\/share\/lua\/5\.[1-9]\//, `/usr/local/share/lua/${lua}/`)
}

/** Rocks for all that no package serves, those with a copy rule among them. */
function rocksCommand(needed: readonly Dependency[], lua: string): string | null {
  const rocks = new Map<string, string | null>()
  for (const {by, rock} of needed) if (by !== 'debian' && rock !== null) rocks.set(rock.name, rock.version)
  if (rocks.size === 0) return null
  return [...rocks]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, version]) =>
      ['luarocks', `--lua-version=${lua}`, 'install', name, ...(version === null ? [] : [version])].join(' '),
    )
    .join(' && ')
}
