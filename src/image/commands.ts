import type {RegistryLibraries} from '../registry/types.ts'
import {copyPlace} from '../resolve/libraries.ts'

/** A Lua library that modules need; the shape is part of --json (docs/reference/json.md). */
export interface Dependency {
  readonly library: string
  readonly by: 'debian' | 'copy' | 'rock' | 'missing'
  /** The Debian package; null for rocks and what is missing. */
  readonly package: string | null
  /** Of a copy: the file of the package. */
  readonly file: string | null
  readonly rock: {
    readonly name: string
    readonly version: string | null
    /** Code that wants another version, and which. */
    readonly note: string | null
  } | null
  /** Of what is missing: what is known of it instead. */
  readonly reason: string | null
  readonly neededBy: readonly string[]
  /** Whether every module that would use it does without it. */
  readonly optional: boolean
}

/** What the parts of a command for an image are made of. */
export interface CommandParts {
  /** Libraries that are needed for certain. */
  readonly needed: readonly Dependency[]
  /** The version of Lua that the target has: `5.4` */
  readonly lua: string
  readonly rocks: RegistryLibraries['rocks']
}

/**
 * Writes the command that installs packages, and puts files where the target's Lua finds them; null where there are
 * none.
 */
export function aptCommand({needed, lua}: CommandParts): string | null {
  const packages = [...new Set(needed.flatMap(({package: name}) => name ?? []))].sort()
  if (packages.length === 0) return null
  const copies = [...new Set(needed.flatMap(({file}) => file ?? []))].sort()
  return withPackages(
    packages,
    copies.map((file) => `install -D --mode=644 ${file} ${copyPlace(file, lua)}`),
  )
}

/**
 * Writes the command that installs LuaRocks, with a compiler where a rock needs one, and the rocks; null where there
 * are none.
 */
export function rocksCommand(parts: CommandParts): string | null {
  const {needed, lua} = parts
  const versions = new Map<string, string | null>()
  for (const {by, rock} of needed) if (by === 'rock' && rock !== null) versions.set(rock.name, rock.version)
  if (versions.size === 0) return null
  const installs = [...versions].sort(([a], [b]) => (a < b ? -1 : 1))
  return withPackages(
    buildPackages(parts),
    installs.map(([name, version]) =>
      ['luarocks', `--lua-version=${lua}`, 'install', name, ...(version === null ? [] : [version])].join(' '),
    ),
  )
}

/** Lists the packages of Debian that rocks are installed with. Of a rock that is not known, a compiler may be needed. */
export function buildPackages({
  needed,
  lua,
  rocks,
}: Pick<CommandParts, 'lua' | 'rocks'> & {
  readonly needed: readonly Pick<Dependency, 'by' | 'library'>[]
}): string[] {
  const packages = new Set(['ca-certificates', `lua${lua}`, 'luarocks'])
  for (const {by, library} of needed) {
    if (by !== 'rock') continue
    const known = Object.hasOwn(rocks, library) ? rocks[library] : undefined
    const headers = known === undefined ? [] : known.headers
    if (headers === undefined) continue
    for (const name of ['gcc', 'libc6-dev', `liblua${lua}-dev`, 'make', ...headers]) packages.add(name)
  }
  return [...packages].sort()
}

function withPackages(packages: readonly string[], steps: readonly string[]): string {
  return [
    'apt-get update',
    `apt-get install --yes --no-install-recommends ${packages.join(' ')}`,
    ...steps,
    'rm -rf /var/lib/apt/lists/*',
  ].join(' && ')
}
