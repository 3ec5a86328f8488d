import type {LogFailure} from '../../prosody/log/failure.ts'
import type {LuaPlace} from '../../prosody/log/line.ts'
import type {LogMessage} from '../../prosody/log/reader.ts'
import {isOfModule} from '../../prosody/module-files.ts'
import {splitKey, type ModuleKey} from '../../module-key.ts'
import {serveLibrary} from '../../resolve/libraries.ts'
import {maybe, step, sure, type Cause, type Draft, type Step} from './types.ts'
import type {World} from './world.ts'

/** Explains a variable that code reads and nothing has set. @param places of the code */
export function explainGlobal(name: string, places: readonly LuaPlace[], world: World): Draft {
  const isForeign = isOutside(places, world)
  return {
    id: 'global-missing',
    subject: name,
    happened: `code read the global variable ${name}, which is not there`,
    causes: [
      ...places.map((place) => readerCause(place, world)),
      ...(isForeign
        ? [
            maybe(
              'such a file may only look whether the variable is there, as libraries for several versions of Lua do; that harms nothing',
            ),
          ]
        : globalCauses(name, world)),
    ],
    steps: readerSteps(places, world),
  }
}

/** Explains code that sets a variable for all of Prosody, which forbids that. */
export function explainSetGlobal(
  {name, place}: Extract<LogFailure, {kind: 'set-global'}>,
  {frames}: LogMessage,
  world: World,
): Draft {
  const at = place ?? frames[0]
  const match = at === undefined ? undefined : world.match(at.path)
  const isOurs = match?.kind === 'ours'
  const file = at?.path.split('/').at(-1) ?? 'code'
  return {
    id: 'global-set',
    subject: `${name} ${at?.path ?? ''}`,
    happened: `${isOurs ? `the code of ${match.key}` : file} set the global variable ${name}, which Prosody forbids`,
    causes: [
      sure(
        `a "local" is missing before ${name}: it would be a variable of the whole server`,
        ...(at === undefined
          ? []
          : [isOurs ? `${splitKey(match.key)[0]}/${match.file}:${at.line}` : `${at.path}:${at.line}`]),
      ),
    ],
    steps: [
      isOurs
        ? step('see where it does so', `prosody-mods lint ${match.key}`)
        : step('take another release of that library, or put "local" before the name in its file'),
      ...(isOurs ? [step('or take another release', `prosody-mods versions ${match.key}`)] : []),
    ],
  }
}

/** Lists why modules don't have a variable. */
export function globalCauses(name: string, world: World): Cause[] {
  const {line, registry} = world
  const has = (id: string): boolean => registry.prosodyRuntime(id)?.globals.includes(name) === true
  const having = registry.prosodyLines.filter((id) => has(id))
  const old = registry.deprecations.find((one) => one.kind === 'global' && one.name === name)
  return [
    having.length > 0 && !having.includes(line.line)
      ? sure(
          `Prosody ${having.join(', ')} gives modules a variable ${name}, ${line.line} does not`,
          `registry/runtime/${line.line}.json: globals`,
        )
      : sure(
          `no file that is loaded set a global variable ${name}, and Prosody ${line.line} has ${having.length > 0 ? 'one in modules only' : 'none'}`,
          `registry/runtime/${line.line}.json: globals`,
        ),
    ...libraryOf(name, world),
    ...(old?.instead === undefined
      ? []
      : [sure(`${old.instead} has its place`, `registry/deprecations.json: ${old.evidence}`)]),
  ]
}

/** Lua 5.1 let a library make a variable of its name; later ones give it to who requires it, and to nobody else. */
function libraryOf(name: string, {line, target, registry}: World): Cause[] {
  const served = serveLibrary(name, {line, lua: target.lua, suite: target.debian}, registry.libraries)
  const {copies, rocks} = registry.libraries
  const isKnown = Object.hasOwn(copies, name) || Object.hasOwn(rocks, name) || served.by === 'debian'
  if (!isKnown) return []
  return [
    maybe(
      `${name} is a Lua library; what was made for Lua 5.1 may expect a variable of that name from it, which the code has to take for itself today: local ${name} = require "${name}"`,
      'registry/libraries.json',
    ),
  ]
}

/** Lists what can be done about the code at `places`. */
export function readerSteps(places: readonly LuaPlace[], world: World): Step[] {
  if (isOutside(places, world))
    return [step('leave it, unless an error of that file follows: it is no file of a module')]
  const keys = places.flatMap(({path}) => {
    const match = world.match(path)
    return match.kind === 'ours' ? [match.key] : []
  })
  return [nameStep([...new Set(keys)])]
}

/** Suggests to look for a misspelled name or a missing `local`, in the modules of these keys. */
export function nameStep(keys: readonly ModuleKey[] = []): Step {
  return step(
    'look for the misspelled name, or the missing "local"',
    ['prosody-mods lint', ...keys].join(' '),
  )
}

function readerCause({path, line}: LuaPlace, world: World): Cause {
  const match = world.match(path)
  return match.kind === 'ours'
    ? sure(`the code of ${match.key} reads it`, `${splitKey(match.key)[0]}/${match.file}:${line}`)
    : sure(`${path.split('/').at(-1) ?? path} reads it`, `the stack trace: ${path}:${line}`)
}

/** Whether all of the code is that of Prosody or of Lua libraries. */
function isOutside(places: readonly LuaPlace[], world: World): boolean {
  return places.length > 0 && places.every(({path}) => isForeign(path, world))
}

function isForeign(path: string, world: World): boolean {
  const {kind} = world.match(path)
  return kind === 'core' || (kind === 'unknown' && !isOfModule(path))
}
