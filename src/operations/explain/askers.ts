import type {LuaPlace} from '../../prosody/log/line.ts'
import type {LogMessage} from '../../prosody/log/reader.ts'
import {fileName} from './scene.ts'
import {sure, type Cause} from './types.ts'
import type {Needer, World} from './world.ts'

/** Lists who asks for a library: what the message names first, then what needs it besides by the lockfile. */
export function askers(message: LogMessage, needers: readonly Needer[], world: World): Cause[] {
  const named = namedIn(message, needers, world)
  const place = requirer(message)
  const unlocked =
    place !== undefined
      ? sure(`${placeName(place, world)} requires it`, `the stack trace: ${place.path}:${place.line}`)
      : message.module === undefined
        ? undefined
        : sure(`mod_${message.module}, or a file that it loads, requires it`)
  return inOrder(needers, named, unlocked)
}

/** Lists who asks for a module: what the message names first, then what needs it besides by the lockfile. */
export function moduleAskers(message: LogMessage, needers: readonly Needer[], world: World): Cause[] {
  const {module} = message
  const unlocked = module === undefined ? undefined : sure(`mod_${module} needs it`)
  return inOrder(needers, namedIn(message, needers, world), unlocked)
}

/**
 * Finds the module that the message is about, among those that need something: by the stack trace, or by the name in
 * it.
 */
export function namedIn(message: LogMessage, needers: readonly Needer[], world: World): Needer | undefined {
  const place = requirer(message)
  const match = place && world.match(place.path)
  const byPlace = match?.kind === 'ours' || match?.kind === 'other' ? match.key : undefined
  const byName = message.module === undefined ? undefined : world.keyOf(message.module)
  return needers.find(({key}) => key === byPlace) ?? needers.find(({key}) => key === byName)
}

/** @param unlocked what the message says of one that the lockfile does not have with this need */
function inOrder(
  needers: readonly Needer[],
  named: Needer | undefined,
  unlocked: Cause | undefined,
): Cause[] {
  const first = named === undefined ? unlocked : needCause(named, '')
  const also = first === undefined ? '' : ', too'
  const rest = needers.filter((one) => one !== named).map((one) => needCause(one, also))
  return first === undefined ? rest : [first, ...rest]
}

function needCause({key, at}: Needer, also: string): Cause {
  return sure(`${key} needs it${also}`, at ?? `prosody-mods.lock.json: modules → ${key} → needs`)
}

function requirer({frames}: LogMessage): LuaPlace | undefined {
  return frames.find(({path}) => !isLoader(path))
}

/** Prosody's own require, and what loads modules: that comes next where a file ends with `return require "x"`. */
function isLoader(path: string): boolean {
  return (
    /\/util\/startup\.lua$|\/luarocks\/loader\.lua$/.test(path) || /\/prosody\/core\/[^/]+\.lua$/.test(path)
  )
}

function placeName({path}: LuaPlace, world: World): string {
  const match = world.match(path)
  return match.kind === 'ours' || match.kind === 'other'
    ? `${match.key}'s ${match.file}`
    : fileName(path, world)
}
