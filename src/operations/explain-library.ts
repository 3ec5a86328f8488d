import type {LuaPlace} from '../lua/log/line.ts'
import type {LogMessage} from '../lua/log/reader.ts'
import {isProsodyName, serveLibrary, type Served} from '../resolve/libraries.ts'
import {libraryPaths} from '../resolve/layout.ts'
import {isCoreLibrary} from '../resolve/needs.ts'
import {flatSources} from '../resolve/owners.ts'
import {copyTarget} from './deps.ts'
import {maybe, step, sure, type Cause, type Draft, type Step} from './explain-types.ts'
import type {Needer, World} from './explain-world.ts'

/** What a failed `require` of a Lua library comes from. */
export async function explainLibrary(library: string, message: LogMessage, world: World): Promise<Draft> {
  if (isProsodyName(library)) return ofProsody(library, message, world)
  if (library === 'DBI') return explainSql(undefined)
  const {target, line, registry} = world
  const served = serveLibrary(library, {line, lua: target.lua, suite: target.debian}, registry.libraries)
  const needers = await world.needers('libraries', library)
  const asked = askers(message, needers, world)
  const happened = `the Lua library ${library} is not installed for Lua ${target.lua}`
  if (served.by === 'unknown' || served.by === 'prosody' || served.by === 'lua') {
    const reason =
      served.by === 'unknown'
        ? served.reason
        : `Prosody ${line.line} or Lua ${target.lua} should have it themselves`
    return {
      id: 'library-unknown',
      subject: library,
      happened,
      causes: [...asked, sure(reason, 'registry/libraries.json')],
      steps: [
        step('look into the README of the module that asks for it'),
        step('or look for a rock', `luarocks search ${library}`),
      ],
    }
  }
  return {
    id: 'library-missing',
    subject: library,
    happened,
    causes: [...asked, servedCause(library, served, world)],
    steps: [...installSteps(served, world), ...allAtOnce(needers)],
  }
}

function servedCause(library: string, served: Served, {target}: World): Cause {
  const {lua, debian} = target
  switch (served.by) {
    case 'debian':
      return sure(
        `Debian's ${served.package} has it for Lua ${lua} on ${debian}`,
        `registry/libraries.json: packages → ${served.package}`,
      )
    case 'copy':
      return sure(
        `Debian's ${served.package} puts it under other versions of Lua only (${served.path}); its file works with Lua ${lua}, too`,
        `registry/libraries.json: copies → ${library}`,
      )
    default:
      return sure(
        `no package of ${debian} has it for Lua ${lua}; a rock does`,
        `registry/libraries.json: rocks → ${library}`,
      )
  }
}

function installSteps(served: Served, {target}: World): Step[] {
  switch (served.by) {
    case 'debian':
      return [step('install the package', `apt-get install --yes --no-install-recommends ${served.package}`)]
    case 'copy':
      return [
        step('install the package', `apt-get install --yes --no-install-recommends ${served.package}`),
        step(
          `and copy its file to where Lua ${target.lua} looks`,
          `install -D --mode=644 ${served.path} ${copyTarget(served.path, target.lua)}`,
        ),
      ]
    case 'rock':
      return [
        step(
          'install the rock',
          [
            'luarocks',
            `--lua-version=${target.lua}`,
            'install',
            served.rock,
            ...(served.version === undefined ? [] : [served.version]),
          ].join(' '),
        ),
      ]
    default:
      return []
  }
}

function allAtOnce(needers: readonly Needer[]): Step[] {
  if (needers.length === 0) return []
  return [
    step(
      'what all modules of the project need, as one command for a Dockerfile',
      'prosody-mods deps --format apt',
    ),
  ]
}

/** Who asks for it: by the lockfile, and by the stack trace. */
function askers({frames, module}: LogMessage, needers: readonly Needer[], world: World): Cause[] {
  const found = needers.map(({key, at}) =>
    sure(`${key} needs it`, at ?? `prosody-mods.lock.json: modules → ${key} → needs`),
  )
  const place = frames.find(({path}) => !isLoader(path))
  if (found.length > 0) return found
  if (place !== undefined)
    return [sure(`${placeName(place, world)} requires it`, `the stack trace: ${place.path}:${place.line}`)]
  return module === undefined ? [] : [sure(`mod_${module}, or a file that it loads, requires it`)]
}

/** Prosody's own require. */
function isLoader(path: string): boolean {
  return path.endsWith('/util/startup.lua')
}

export function placeName({path}: LuaPlace, world: World): string {
  const match = world.match(path)
  return match.kind === 'ours' || match.kind === 'other'
    ? `${match.key}'s ${match.file}`
    : (path.split('/').at(-1) ?? path)
}

/** A library of Prosody's own: the module is for another line. */
async function ofProsody(library: string, message: LogMessage, world: World): Promise<Draft> {
  const {line, target} = world
  const bare = library.replace(/^prosody\./, '')
  const needers = await world.needers('libraries', library)
  const asked = askers(message, needers, world)
  const having = world.linesWith(
    ({libs, requirePrefixes}) =>
      libs.includes(bare) && (bare === library || requirePrefixes.includes('prosody.')),
  )
  const happened = `Prosody ${target.prosody} has no library ${library}`
  const evidence = `registry/prosody/${line.line}.json: libs, requirePrefixes`
  const others = having.filter((one) => one !== line.line).map((one) => `Prosody ${one}`)
  if (others.length === 0) {
    const cause =
      having.length > 0
        ? maybe(
            `Prosody ${line.line} has it, so another Prosody may run, or its package may be incomplete`,
            evidence,
          )
        : sure(`none of the lines that are known has it: ${world.registry.prosodyLines.join(', ')}`, evidence)
    return {
      id: having.length > 0 ? 'library-of-other-prosody' : 'library-unknown',
      subject: library,
      happened: having.length > 0 ? `Lua does not find Prosody's library ${library}` : happened,
      causes: [...asked, cause],
      steps: [step('see which Prosody runs', 'prosodyctl about')],
    }
  }
  const why = line.libs.includes(bare)
    ? `Prosody ${line.line} has it as ${bare} only; ${others.join(' and ')} knows both names, so the module is made for that`
    : `${others.join(' and ')} has it, Prosody ${line.line} has not: the module is made for that`
  return {
    id: 'library-of-other-prosody',
    subject: library,
    happened,
    causes: [...asked, sure(why, evidence)],
    steps: [step(`run ${others.join(' or ')}`), ...olderSteps(needers, message, world)],
  }
}

function olderSteps(needers: readonly Needer[], {module}: LogMessage, world: World): Step[] {
  const key = needers[0]?.key ?? (module === undefined ? undefined : world.specOf(module))
  return key === undefined
    ? []
    : [step('or take a release that is made for the Prosody that you have', `prosody-mods versions ${key}`)]
}

/** What a failed module:require comes from. */
export async function explainShared(library: string, message: LogMessage, world: World): Promise<Draft> {
  const {registry, line, project} = world
  const needers = await world.needers('shared', library)
  const {module} = message
  const sources = flatSources(registry, library)
  const locked = Object.entries(project.lock.modules).filter(([, {files}]) =>
    libraryPaths(library, library).some((path) => Object.hasOwn(files, path)),
  )
  const looked =
    module === undefined ? `${library}.lib.lua` : libraryPaths(module, library).slice(0, 2).join(', ')
  const causes: Cause[] = askers(message, needers, world)
  const steps: Step[] = []
  for (const [key] of locked) {
    causes.push(
      sure(
        `${key} brings it, but Prosody does not find it: plugin_paths may not name its folder`,
        `prosody-mods.lock.json: modules → ${key}`,
      ),
    )
    steps.push(
      step(
        'let the configuration include conf.d/prosody-mods.cfg.lua, and no file behind it set plugin_paths',
      ),
    )
  }
  if (locked.length === 0) {
    for (const id of sources) {
      causes.push(
        sure(`${id} has a ${library}.lib.lua at the top of its tree`, `registry/releases/${id}.json`),
      )
      const spec = library.includes('/') ? id : `${id}/${library}`
      steps.push(
        step(spec === id ? `add the whole tree of ${id}` : `add ${spec}`, `prosody-mods add ${spec}`),
      )
    }
  }
  if (
    isCoreLibrary(library, {
      ...world.target,
      line,
      suite: world.target.debian,
      coreModules: new Set(),
      moduleLibs: new Set(line.moduleLibs),
    })
  )
    causes.push(
      maybe(
        `Prosody ${line.line} has a library of that name in its own modules: its package may be incomplete, or another Prosody may run`,
        `registry/prosody/${line.line}.json: moduleLibs`,
      ),
    )
  if (causes.length === needers.length && steps.length === 0)
    causes.push(
      sure(
        'no source that is known has a library of that name for others to load: it has to come with the module',
        'registry/releases',
      ),
    )
  if (steps.length === 0 && module !== undefined)
    steps.push(
      step(
        'install the module with all of its files, not its main file alone',
        `prosody-mods add ${world.specOf(module) ?? module}`,
      ),
    )
  return {
    id: 'shared-library-missing',
    subject: library,
    happened: `module:require ${JSON.stringify(library)} finds no file; it looks for ${looked} first`,
    causes,
    steps,
  }
}

const drivers: Readonly<Record<string, string>> = {
  MySQL: 'lua-dbi-mysql',
  PostgreSQL: 'lua-dbi-postgresql',
  SQLite3: 'lua-dbi-sqlite3',
}

/** What a database lacks. @param driver as the option `sql` names it; undefined where the message names none */
export function explainSql(driver: string | undefined): Draft {
  const packages = driver === undefined ? Object.values(drivers) : [drivers[driver] ?? '']
  const install = packages
    .filter((name) => name !== '')
    .map((name) =>
      step(
        driver === undefined
          ? `for ${Object.keys(drivers).find((one) => drivers[one] === name) ?? ''}`
          : 'install the package',
        `apt-get install --yes --no-install-recommends ${name}`,
      ),
    )
  return {
    id: 'sql-library-missing',
    subject: driver ?? '',
    happened:
      driver === undefined
        ? 'mod_storage_sql finds no library for databases'
        : `LuaDBI has no driver for ${driver}`,
    causes: [
      sure(
        driver === undefined
          ? 'neither LuaDBI nor LuaSQLite3 is installed; Debian has a package of LuaDBI for each database'
          : `the driver for ${driver} is a package of its own in Debian`,
        'registry/libraries.json: packages → lua-dbi-common',
      ),
    ],
    steps: install.length > 0 ? install : [step('install the driver with LuaDBI', 'luarocks install luadbi')],
  }
}

/** As util/dependencies.lua names them. */
const startLibraries: Readonly<Record<string, readonly [name: string, fatal: boolean]>> = {
  luaexpat: ['lua-expat', true],
  luasocket: ['lua-socket', true],
  luafilesystem: ['lua-filesystem', true],
  LuaSec: ['lua-sec', false],
  'lua-bitops': ['lua-bitop', false],
  'lua-unbound': ['lua-unbound', false],
}

/** What Prosody looks for when it starts. */
export function explainStart(dependency: string, {target}: World): Draft {
  const known = Object.hasOwn(startLibraries, dependency) ? startLibraries[dependency] : undefined
  const isOwn = /^(?:prosody\.)?util\./.test(dependency)
  const [name, fatal] = known ?? ['', isOwn]
  return {
    id: 'start-library-missing',
    subject: dependency,
    happened: `Prosody looked for ${dependency} at its start and did not find it; ${fatal ? 'it ends without' : 'it goes on without'}`,
    causes: [
      isOwn
        ? sure(`${dependency} is a compiled part of Prosody's own, which its package brings`)
        : sure(
            `it is not installed for Lua ${target.lua}${name === '' ? '' : `; Debian's ${name} has it`}`,
            'registry/libraries.json',
          ),
    ],
    steps: isOwn
      ? [step('install its package again', 'apt-get install --reinstall prosody')]
      : name === ''
        ? []
        : [step('install the package', `apt-get install --yes --no-install-recommends ${name}`)],
  }
}
