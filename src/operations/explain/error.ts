import type {LogMessage} from '../../prosody/log/reader.ts'
import {mainOf} from '../../prosody/module-files.ts'
import {splitKey} from '../../module-key.ts'
import {shellWord} from '../../text/shell-word.ts'
import {hostDraft} from './host-type.ts'
import {shadowIn, type Shadow} from './match.ts'
import {nilDraft} from './nil.ts'
import {refusedOption, unsetDraft} from './options.ts'
import {ownCauses, ownSteps} from './own.ts'
import {raisedCauses} from './raised.ts'
import {sceneOf, stopped, subjectOf, textOf, type Failed, type Scene} from './scene.ts'
import {maybe, step, sure, type Cause, type Draft, type Step} from './types.ts'
import type {World} from './world.ts'
import type {PathMatch} from './path-match.ts'

/** Explains an error in a module's code. */
export async function explainError(failure: Failed, message: LogMessage, world: World): Promise<Draft> {
  const scene = await sceneOf(failure, message, world)
  const {match} = scene
  const shadow = shadowIn(pathsOf(failure, message), world.line)
  if (shadow !== undefined) return shadowedLibrary(shadow, failure, scene)
  const found = unsetDraft(failure, scene) ?? kindDraft(failure, scene)
  if (match.kind === 'other') return shadowed(failure, {...scene, match}, found?.causes ?? [])
  const draft = found ?? plain(failure, scene)
  return {
    ...draft,
    subject: `${keptFrom(message)} ${draft.subject}`,
    causes: [...draft.causes, ...raisedCauses(textOf(failure), message), ...fileCauses(scene)],
    steps: [...draft.steps, ...fileSteps(scene, found === undefined)],
  }
}

function kindDraft(failure: Failed, scene: Scene): Draft | undefined {
  if (failure.kind === 'nil') return nilDraft(failure, scene)
  return hostDraft(textOf(failure), scene) ?? refusedOption(failure, scene)
}

function pathsOf(failure: Failed, {frames}: LogMessage): string[] {
  const own = failure.kind === 'other' ? undefined : failure.place
  return [...(own === undefined ? [] : [own]), ...frames].map(({path}) => path)
}

/** A module that did not load has an explanation of its own, whatever else fails at the same place. */
function keptFrom({module, phase}: LogMessage): string {
  return phase === 'later' ? '' : (module ?? '')
}

function shadowed(
  failure: Failed,
  scene: Scene & {readonly match: Extract<PathMatch, {kind: 'other'}>},
  others: readonly Cause[],
): Draft {
  const {place, match, world} = scene
  const {key, file} = match
  return {
    id: 'shadowed',
    subject: place?.path ?? '',
    happened: stopped(failure, scene),
    causes: [
      sure(
        `Prosody loaded ${place?.path ?? ''}; the file of ${key} that the lockfile has belongs at ${world.installedPath({key, file})}`,
        `prosody-mods.lock.json: modules → ${key} → files → ${file}`,
      ),
      ...others,
    ],
    steps: [
      step(
        'unless you copied it there yourself, remove that file, or let its folder come behind those of conf.d/prosody-mods.cfg.lua in plugin_paths; installer_plugin_path comes before all of them',
      ),
      step('see which folders Prosody searches, in order', 'prosodyctl about'),
    ],
  }
}

/** A rock's file under a name of Prosody's own, which then gets the wrong one. */
function shadowedLibrary({path, library}: Shadow, failure: Failed, scene: Scene): Draft {
  const {line, target} = scene.world
  return {
    id: 'library-shadowed',
    subject: path,
    happened: `Lua took ${path} for Prosody's library ${library}: ${textOf(failure)}`,
    causes: [
      sure(
        `${library} is a library of Prosody's own, and a rock brings a file of that name, which LuaRocks's loader finds first`,
        `registry/prosody/${line.line}.json: libs`,
      ),
    ],
    steps: [
      step('see which rock it is of', `luarocks --lua-version=${target.lua} which ${library}`),
      step('remove that rock, or the file', `rm ${shellWord(path)}`),
    ],
  }
}

function plain(failure: Failed, scene: Scene): Draft {
  return {
    id: failure.kind === 'nil' ? 'nil-value' : 'module-error',
    subject: subjectOf(failure, scene),
    happened: stopped(failure, scene),
    causes: [],
    steps: [],
  }
}

/** What is known of the file, whatever it says. */
function fileCauses({match, place, world}: Scene): Cause[] {
  const {line} = world
  if (match.kind !== 'ours') return place === undefined ? [] : ownCauses(place.path, match, world)
  const {key, file} = match
  const main = mainOf(file)
  const causes: Cause[] = []
  if (world.state(match) === 'changed')
    causes.push(
      maybe(
        'the file in the context has other bytes than the lockfile says',
        `prosody-modules/${splitKey(key)[0]}/${file}`,
      ),
    )
  if (main !== undefined && line.coreModules.includes(main))
    causes.push(
      maybe(
        `it is loaded in place of Prosody ${line.line}'s own mod_${main}, for which other modules may be made`,
        `registry/prosody/${line.line}.json: coreModules`,
      ),
    )
  return causes
}

function fileSteps(scene: Scene, isPlain: boolean): Step[] {
  const {match, world} = scene
  if (match.kind === 'edited') return ownSteps(scene.place?.path ?? '', match)
  if (match.kind !== 'ours') return match.kind === 'unknown' && isPlain ? foreignSteps(scene) : []
  return [
    ...(world.state(match) === 'changed'
      ? [step('compare the context with the lockfile', 'prosody-mods verify')]
      : []),
    ...(isPlain
      ? [
          step(
            'see what is wrong with the code for this Prosody',
            `prosody-mods lint ${shellWord(match.key)}`,
          ),
          step('see which options it reads, with their defaults', `prosody-mods options ${match.key}`),
        ]
      : []),
  ]
}

/** Of a module's file that no project has: which release it is of, and whether another one does better. */
function foreignSteps({place, world}: Scene): Step[] {
  const module = place === undefined ? undefined : mainOf(place.path)
  if (place === undefined || module === undefined) return []
  const folder = /^\/[^\s]*(?=\/[^/]+$)/.exec(place.path)?.[0]
  const spec = world.specOf(module)
  return [
    ...(folder === undefined
      ? []
      : [step('see which release the file is of', `prosody-mods identify ${shellWord(folder)}`)]),
    ...(spec === undefined
      ? []
      : [step('see which other releases there are', `prosody-mods versions ${shellWord(spec)}`)]),
  ]
}
