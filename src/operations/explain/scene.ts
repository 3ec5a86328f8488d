import type {FileFacts} from '../../facts/fact-types.ts'
import type {LogFailure, NilFailure} from '../../prosody/log/failure.ts'
import type {LuaPlace} from '../../prosody/log/line.ts'
import type {LogMessage} from '../../prosody/log/reader.ts'
import {mainOf} from '../../prosody/module-files.ts'
import {splitKey} from '../../module-key.ts'
import {step, type Step} from './types.ts'
import {coreLibrary} from './match.ts'
import {type PathMatch} from './path-match.ts'
import type {World} from './world.ts'

/** An error in code: what Lua raised for a nil, or what the code raised itself. */
export type Failed = NilFailure | Extract<LogFailure, {kind: 'raised' | 'other'}>

/** The place that an error names, and what is known of the file. */
export interface Scene {
  readonly place: LuaPlace | undefined
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
  const match: PathMatch = place === undefined ? {kind: 'unknown'} : world.match(place.path)
  const facts = match.kind === 'ours' ? await world.facts(match) : undefined
  const file =
    place === undefined ? undefined : (coreLibrary(place.path, world.line) ?? place.path.split('/').at(-1))
  const main = place === undefined ? module : mainOf(place.path)
  return {place, match, facts, name: main === undefined ? (file ?? 'the module') : `mod_${main}`, world}
}

/** Returns what an error says, in Lua's words or those of the code. */
export function textOf(failure: Failed): string {
  return failure.kind === 'nil'
    ? `attempt to ${failure.action} a nil value (${failure.what} '${failure.name}')`
    : failure.text
}

/** Says that an error stopped a module, and where. */
export function stopped(failure: Failed, {place, name, match, world}: Scene): string {
  const line = place === undefined ? '' : ` at line ${place.line}`
  const version = match.kind === 'ours' ? (world.project.lock.modules[match.key]?.version ?? '') : ''
  const owner = match.kind === 'ours' ? ` (${match.key}${version === 'local' ? '' : ` ${version}`})` : ''
  return `the code of ${match.kind === 'core' ? "Prosody's own " : ''}${name}${owner} stopped${line}: ${textOf(failure)}`
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
