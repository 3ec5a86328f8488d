import {binaryReason, type BinaryFailure, type BinaryReason} from '../../prosody/log/binary.ts'
import type {LogMessage} from '../../prosody/log/reader.ts'
import {isProsodyName, serveLibrary, type Served} from '../../resolve/libraries.ts'
import {shellWord} from '../../text/shell-word.ts'
import {askers} from './askers.ts'
import {installSteps} from './library.ts'
import {maybe, step, sure, type Cause, type Draft, type Step} from './types.ts'
import type {World} from './world.ts'

/** Explains a compiled library that is there and does not load. */
export async function explainBinary(
  failure: BinaryFailure,
  message: LogMessage,
  world: World,
): Promise<Draft> {
  const {library, file, reason} = failure
  const text = reason ?? message.details[0] ?? ''
  const why = text === '' ? undefined : binaryReason(text)
  const needers = await world.needers('libraries', library)
  const isOwn = isProsodyName(library)
  return {
    id: 'library-incompatible',
    subject: library,
    happened: `the Lua library ${library} is there, and its compiled file does not load${text === '' ? '' : `: ${text}`}`,
    causes: [
      ...(why === undefined ? [] : [reasonCause(why, file, world)]),
      ...askers(message, needers, world),
    ],
    steps: isOwn ? ownSteps() : [...removeSteps(failure, world), ...againSteps(library, why, world)],
  }
}

function reasonCause(why: BinaryReason, file: string | undefined, {target}: World): Cause {
  const it = file ?? 'the file'
  switch (why.kind) {
    case 'lua':
      return luaCause(why, it, target.lua)
    case 'openssl':
      return sure(`${it} was compiled with another OpenSSL than this system has: it asks for ${why.what}`)
    case 'libc':
      return sure(`${it} was compiled on a newer system than this one: it asks for ${why.what}`)
    case 'system':
      return sure(`${it} asks for ${why.library} of the system, which is not installed`)
    case 'format':
      return sure(`${it} is no library for this machine: one for another processor, or damaged`)
    case 'other':
      return maybe(`${it} may have been compiled for another Lua or another system`)
  }
}

function luaCause({symbol, lua}: Extract<BinaryReason, {kind: 'lua'}>, it: string, runs: string): Cause {
  if (lua.length === 0) return sure(`${it} was compiled for another Lua than ${runs}: that has no ${symbol}`)
  const versions = lua.length === 1 ? lua.join('') : `${lua[0] ?? ''} to ${lua.at(-1) ?? ''}`
  return lua.includes(runs)
    ? sure(`${it} was compiled for Lua ${versions}, and an older Lua runs: ${symbol} is not there`)
    : sure(
        `${it} was compiled for Lua ${versions}, or its source is older than Lua ${runs}: it calls ${symbol}, which Lua ${runs} has not`,
      )
}

function removeSteps({library, rock, file}: BinaryFailure, {target, registry}: World): Step[] {
  if (file?.startsWith('/') !== true) return []
  const {rocks} = registry.libraries
  const known = Object.hasOwn(rocks, library) ? rocks[library] : undefined
  const text = 'remove it: Lua would go on to find it before any other'
  const name = rock?.name ?? known?.rock
  // Debian's own packages lie elsewhere.
  if (name === undefined || !/\/usr\/local\/|\/\.luarocks\//.test(file))
    return [step(text, `rm ${shellWord(file)}`)]
  const version = rock === undefined ? '' : ` ${shellWord(rock.version)}`
  return [step(text, `luarocks --lua-version=${target.lua} remove --force ${shellWord(name)}${version}`)]
}

function againSteps(library: string, why: BinaryReason | undefined, world: World): Step[] {
  const {target, line, registry} = world
  const served = serveLibrary(library, {line, lua: target.lua, suite: target.debian}, registry.libraries)
  if (why?.kind === 'system' && served.by !== 'debian')
    return [
      step(`or install the package that has ${why.library}`, `apt-file search ${shellWord(why.library)}`),
    ]
  const from = fromOf(served)
  if (from !== undefined) return [...installSteps(served, world), ...from]
  return [
    step(
      `build it again in the image that runs it, for Lua ${target.lua}`,
      `luarocks --lua-version=${target.lua} install ${shellWord(library)}`,
    ),
  ]
}

/** What has to be known beside the steps that install it; undefined where nothing that is known has it. */
function fromOf(served: Served): Step[] | undefined {
  if (served.by === 'debian' || served.by === 'copy') return []
  if (served.by !== 'rock') return undefined
  return [step('let the rock be built in the image that runs it: what one system compiled fits no other')]
}

function ownSteps(): Step[] {
  return [step("install Prosody's package again: it is a part of it", 'apt-get install --reinstall prosody')]
}

/** Explains a library of which Lua 5.1 says only that it failed before. */
export async function explainAgain(library: string, message: LogMessage, world: World): Promise<Draft> {
  const {target, line, registry, contents} = world
  const first = contents.messages.find(
    ({failure}) => (failure.kind === 'library' || failure.kind === 'binary') && failure.library === library,
  )
  const served = serveLibrary(library, {line, lua: target.lua, suite: target.debian}, registry.libraries)
  const needers = await world.needers('libraries', library)
  return {
    id: 'library-failed-before',
    subject: library,
    happened: `the library ${library} did not load before, and Lua does not try again nor say why`,
    causes: [
      first === undefined
        ? maybe(
            'the first message that names it says why; it stands further up in the log, at the start of Prosody',
          )
        : sure('the first message that names it says why', `line ${first.line}`),
      maybe(`or it requires itself, through others in a loop`),
      ...askers(message, needers, world),
    ],
    steps: [
      first === undefined
        ? step(`start Prosody again, and look for the first message that names ${library}`)
        : step(`put right what line ${first.line} tells`),
      ...(first === undefined
        ? installSteps(served, world).map((one) => ({...one, text: `if it is not installed, ${one.text}`}))
        : []),
    ],
  }
}
