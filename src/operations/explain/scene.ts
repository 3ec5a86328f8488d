import {mainOf, prefixed} from '../../module-name.ts'
import type {FileFacts} from '../../facts/fact-types.ts'
import type {LogFailure, NilFailure} from '../../prosody/log/failure.ts'
import type {LuaPlace} from '../../prosody/log/line.ts'
import type {LogMessage} from '../../prosody/log/reader.ts'
import {splitKey} from '../../module-key.ts'
import {step, type Step} from './types.ts'
import {coreLibrary} from './match.ts'
import {type PathMatch} from './path-match.ts'
import type {World} from './world.ts'

/** An error in code: what Lua raised for a nil, or what the code raised itself. */
export type Failed = NilFailure | Extract<LogFailure, {kind: 'raised' | 'other'}>

/** The place in a module that an error names or came from, and what is known of the file. */
export interface Scene {
  readonly place: LuaPlace | undefined
  /** Where the error was raised, if that is in what the code at `place` calls. */
  readonly inner: LuaPlace | undefined
  readonly match: PathMatch
  readonly facts: FileFacts | undefined
  /** What messages call it: `mod_x`, or the file. */
  readonly name: string
  readonly world: World
}

/** Finds the first place of the error's own or of its stack trace that is in a module, and what is known of it. */
export async function sceneOf(failure: Failed, {frames, module}: LogMessage, world: World): Promise<Scene> {
  const own = failure.kind === 'other' ? undefined : failure.place
  const places = own === undefined ? frames : [own, ...frames]
  const place = places.find(({path}) => mainOf(path) !== undefined || path.endsWith('.lib.lua')) ?? own
  const [raised] = places
  const inner = raised === place ? undefined : raised
  const match: PathMatch = place === undefined ? {kind: 'unknown'} : world.match(place.path)
  const facts = match.kind === 'ours' ? await world.facts(match) : undefined
  const main = place === undefined ? module : mainOf(place.path)
  const file = place === undefined ? 'the module' : fileName(place.path, world)
  return {place, inner, match, facts, name: main === undefined ? file : prefixed(main), world}
}

/** Names a file; a library for modules with its folder, as several have the same name: `token/util.lib.lua`. */
export function fileName(path: string, {line}: World): string {
  const parts = path.split('/')
  return coreLibrary(path, line) ?? parts.slice(path.endsWith('.lib.lua') ? -2 : -1).join('/')
}

/** Returns what an error says, in Lua's words or those of the code. */
export function textOf(failure: Failed): string {
  return failure.kind === 'nil'
    ? `attempt to ${failure.action} a nil value (${failure.what} '${failure.name}')`
    : failure.text
}

/** Says that an error stopped a module, and where. */
export function stopped(failure: Failed, scene: Scene): string {
  const {name, match, world} = scene
  const version = match.kind === 'ours' ? (world.project.lock.modules[match.key]?.version ?? '') : ''
  const owner = match.kind === 'ours' ? ` (${match.key}${version === 'local' ? '' : ` ${version}`})` : ''
  const code = `${match.kind === 'core' ? "Prosody's own " : ''}${name}${owner}`
  return `the code of ${whereIn(code, scene)}: ${textOf(failure)}`
}

/** A library of Prosody's own that raises an error was given something wrong: what calls it is named first. */
function whereIn(code: string, {place, inner, world}: Scene): string {
  const line = place === undefined ? '' : ` at line ${place.line}`
  if (place === undefined || inner === undefined) return `${code} stopped${line}`
  return world.match(inner.path).kind === 'core'
    ? `${code} stopped${line}, in ${fileName(inner.path, world)}, line ${inner.line}`
    : `${inner.path} stopped at line ${inner.line}, called by ${code}${line}`
}

/** Names what an error is about, so that the same errors become one explanation. */
export function subjectOf(failure: Failed, {place}: Scene): string {
  return `${place?.path ?? ''}:${place?.line ?? 0} ${textOf(failure)}`
}

/** Suggests to look for another release of the module, where it is one of the project. */
export function releaseSteps({match}: Scene): Step[] {
  return match.kind === 'ours' ? [step('or take another release', `prosody-mods versions ${match.key}`)] : []
}

/** Writes a line of the file that an error names: as `source/path:line` where the file is the project's. */
export function placeText({match, place}: Scene, line: number): string {
  return match.kind === 'ours'
    ? `${splitKey(match.key)[0]}/${match.file}:${line}`
    : `${place?.path ?? ''}:${line}`
}
