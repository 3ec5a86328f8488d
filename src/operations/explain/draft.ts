import {mainOf, prefixed} from '../../module-name.ts'
import type {LogFailure} from '../../prosody/log/failure.ts'
import type {LogMessage} from '../../prosody/log/reader.ts'
import {moduleAskers} from './askers.ts'
import {explainAgain, explainBinary} from './binary.ts'
import {explainError} from './error.ts'
import {explainGlobal, explainSetGlobal} from './global.ts'
import {explainLibrary} from './library.ts'
import {
  explainDeprecated,
  explainDisabled,
  explainHostOption,
  explainNullStorage,
  explainOption,
  explainSyntax,
  explainUnreadable,
} from './load.ts'
import {explainAbsent} from './module.ts'
import {explainServer} from './server.ts'
import {explainShared} from './shared.ts'
import {explainSkipped} from './skipped.ts'
import {explainSql, explainStart} from './start.ts'
import {maybe, step, sure, type Draft} from './types.ts'
import type {World} from './world.ts'

/** Explains what one message comes from. */
export async function draftOf(failure: LogFailure, message: LogMessage, world: World): Promise<Draft> {
  switch (failure.kind) {
    case 'library':
      return explainLibrary(failure.library, message, world)
    case 'again':
      return explainAgain(failure.library, message, world)
    case 'binary':
      return explainBinary(failure, message, world)
    case 'absent':
      return absent(failure, message, world)
    case 'depends':
      return needed(failure.needed, message, world)
    case 'shared':
      return failure.inner.kind === 'absent' || failure.inner.kind === 'other'
        ? explainShared(failure.library, message, world)
        : draftOf(failure.inner, message, world)
    case 'unreadable':
      return explainUnreadable(failure)
    case 'syntax':
      return explainSyntax(failure, world)
    case 'disabled':
      return explainDisabled(failure, message, world)
    case 'sql':
      return explainSql(undefined)
    case 'driver':
      return explainSql(failure.driver)
    case 'nil':
    case 'raised':
    case 'other':
      return explainError(failure, message, world)
    case 'skipped':
      return explainSkipped(failure, world)
    case 'null-storage':
      return explainNullStorage()
    case 'start':
      return explainStart(failure.dependency, world)
    case 'option':
      return explainOption(failure, message, world)
    case 'host-option':
      return explainHostOption(failure)
    case 'deprecated':
      return explainDeprecated(failure, message, world)
    case 'global':
      return explainGlobal(failure.name, message.places, world)
    case 'set-global':
      return explainSetGlobal(failure, message, world)
    default:
      return explainServer(failure, message, world)
  }
}

/** A file that was left out is there; Prosody 13.0.2 and later say so in the same message. */
async function absent(
  {path, skipped}: Extract<LogFailure, {kind: 'absent'}>,
  {module}: LogMessage,
  world: World,
): Promise<Draft> {
  if (path === '') return cutOff(explainAbsent(module ?? '', world))
  if (path.includes('/metronome/')) return ofMetronome(module ?? nameIn(path), path)
  if (skipped === undefined) return explainAbsent(module ?? nameIn(path), world)
  const reason = skipped.reason.includes('Lua')
    ? 'lua'
    : skipped.reason.includes('conflict')
      ? 'conflicts'
      : 'requires'
  const match = world.match(skipped.path)
  const facts = match.kind === 'ours' ? await world.facts(match) : undefined
  const values = (facts?.metadata[reason] ?? '').split(/[, ]+/).filter((one) => one !== '')
  return explainSkipped({kind: 'skipped', path: skipped.path, reason, values}, world)
}

/** Another server, which reads other modules. */
function ofMetronome(module: string, path: string): Draft {
  return {
    id: 'module-unknown',
    module,
    subject: module,
    happened: `Metronome finds no mod_${module}`,
    causes: [
      sure(
        'this is a log of Metronome, which was made of Prosody and went its own way; modules for Prosody are not made for it',
        path,
      ),
    ],
    steps: [step('look for what it has itself, or run Prosody')],
  }
}

/** Of the beginning of a message alone, which does not tell the reason. */
function cutOff(draft: Draft): Draft {
  const usual = maybe(
    'the reason stands behind these words, and is cut off here; that no file is found is the usual one',
  )
  return {...draft, causes: [usual, ...draft.causes]}
}

function nameIn(path: string): string {
  return mainOf(path) ?? path
}

/** A module that another one needs. */
async function needed(name: string, message: LogMessage, world: World): Promise<Draft> {
  const {module, text} = message
  const draft = explainAbsent(name, world)
  const needers = await world.needers('modules', name)
  const by = moduleAskers(message, needers, world)
  // It may be there and fail itself; Prosody then says why in a message before.
  if (!text.includes('No such file or directory') && !/mod_[\w-]+: *$/.test(text)) {
    return {
      ...draft,
      happened: `${module === undefined ? 'a module' : prefixed(module)} needs mod_${name}, which did not load`,
      id: 'module-error',
      causes: [...by, sure(`the message about mod_${name} itself says why`)],
      steps: [step(`put mod_${name} right first`)],
    }
  }
  const causes = [...by, ...draft.causes]
  if (draft.id !== 'module-unknown' || module === undefined) return {...draft, causes}
  // The name stands in the code, whoever wrote it.
  const [, ...others] = draft.steps
  return {
    ...draft,
    causes,
    steps: [step(`see whether ${prefixed(module)} means another name: it asks for it`), ...others],
  }
}
