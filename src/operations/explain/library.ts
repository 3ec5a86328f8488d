import type {LogMessage} from '../../prosody/log/reader.ts'
import {isProsodyName, serveLibrary, type Served} from '../../resolve/libraries.ts'
import {shellWord} from '../../text/shell-word.ts'
import {copyPlace} from '../../resolve/libraries.ts'
import {askers, namedIn} from './askers.ts'
import {explainSql} from './start.ts'
import {maybe, step, sure, type Cause, type Draft, type Step} from './types.ts'
import type {Needer, World} from './world.ts'

/** Explains a failed `require` of a Lua library. */
export async function explainLibrary(library: string, message: LogMessage, world: World): Promise<Draft> {
  if (isProsodyName(library)) return ofProsody(library, message, world)
  if (library === 'DBI') return explainSql(undefined, message.module)
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
        step('or look for a rock', `luarocks search ${shellWord(library)}`),
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

/** Lists the steps by which a library comes in. */
export function installSteps(served: Served, {target}: World): Step[] {
  switch (served.by) {
    case 'debian':
      return [step('install the package', `apt-get install --yes --no-install-recommends ${served.package}`)]
    case 'copy':
      return [
        step('install the package', `apt-get install --yes --no-install-recommends ${served.package}`),
        step(
          `and copy its file to where Lua ${target.lua} looks`,
          `install -D --mode=644 ${served.path} ${copyPlace(served.path, target.lua)}`,
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
  if (having.includes(line.line)) {
    const without = world.registry.prosodyLines.filter((one) => !having.includes(one))
    const older = without.length === 0 ? '' : ` (Prosody ${without.join(' and ')} has not)`
    const [why, steps] =
      world.unknownVersion === undefined
        ? [
            `Prosody ${line.line} has it${older}: another Prosody may run, or its package may be incomplete`,
            [step('see which Prosody runs', 'prosodyctl about')],
          ]
        : [
            `Prosody ${having.join(' and ')} has it, and the log is of Prosody ${world.unknownVersion}, which may not: the module is made for another`,
            [step(`run Prosody ${having.join(' or ')}`), ...olderSteps(needers, message, world)],
          ]
    return {
      id: 'library-of-other-prosody',
      subject: library,
      happened: `Lua does not find Prosody's library ${library}`,
      causes: [...asked, maybe(why, evidence)],
      steps,
    }
  }
  if (others.length === 0) {
    const known = world.registry.prosodyLines.join(', ')
    return {
      id: 'library-unknown',
      subject: library,
      happened,
      causes: [...asked, sure(`none of the lines that are known has it: ${known}`, evidence)],
      steps: [step('look into the README of the module that asks for it')],
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

function olderSteps(needers: readonly Needer[], message: LogMessage, world: World): Step[] {
  const {module} = message
  const named = namedIn(message, needers, world)?.key
  const key = named ?? (module === undefined ? needers[0]?.key : world.specOf(module))
  return key === undefined
    ? []
    : [step('or take a release that is made for the Prosody that you have', `prosody-mods versions ${key}`)]
}
