import type {LogMessage} from '../lua/log/reader.ts'
import {loadingOf, type Loading} from '../lua/loading.ts'
import {mainOf} from '../lua/module-files.ts'
import {splitKey} from '../project/lockfile.ts'
import {shellWord} from '../shell-word.ts'
import {nilDraft} from './explain-nil.ts'
import {placeText, sceneOf, stopped, subjectOf, textOf, type Failed, type Scene} from './explain-scene.ts'
import {maybe, step, sure, type Cause, type Draft, type Step} from './explain-types.ts'
import type {World} from './explain-world.ts'

/** What an error in a module's code comes from. */
export async function explainError(failure: Failed, message: LogMessage, world: World): Promise<Draft> {
  const scene = await sceneOf(failure, message, world)
  const {match} = scene
  const found = failure.kind === 'nil' ? nilDraft(failure, scene) : componentDraft(textOf(failure), scene)
  if (match.kind === 'other') return shadowed(failure, scene, found?.causes ?? [])
  const draft = found ?? plain(failure, scene)
  return {
    ...draft,
    subject: `${keptFrom(message)} ${draft.subject}`,
    causes: [...draft.causes, ...fileCauses(scene)],
    steps: [...draft.steps, ...fileSteps(scene, found === undefined)],
  }
}

/** A module that did not load has an explanation of its own, whatever else fails at the same place. */
function keptFrom({module, phase}: LogMessage): string {
  return phase === 'later' ? '' : (module ?? '')
}

function shadowed(failure: Failed, scene: Scene, others: readonly Cause[]): Draft {
  const {place, match, world} = scene
  const {key, file} = match.kind === 'other' ? match : {key: '', file: ''}
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

const places: Readonly<Record<Loading['where'], (name: string) => string>> = {
  global: (name) => `put "${name}" into modules_enabled at the top`,
  host: (name) => `put "${name}" into modules_enabled of a VirtualHost`,
  muc: (name) => `put "${name}" into modules_enabled under Component "…" "muc"`,
  'in-component': (name) => `put "${name}" into modules_enabled under the component that it is for`,
  component: (name) => `load it as Component "…" "${name}"`,
  authentication: (name) => `set authentication = "${name.replace(/^auth_/, '')}" under a VirtualHost`,
  storage: (name) => `set storage = "${name.replace(/^storage_/, '')}"`,
  command: (name) => `run prosodyctl mod_${name}`,
}

/** A module that insists on a component. */
function componentDraft(text: string, scene: Scene): Draft | undefined {
  const {place, facts, world} = scene
  if (!/\bcomponent/i.test(text)) return undefined
  const name = place === undefined ? undefined : mainOf(place.path)
  const type = facts?.hostTypes.find((one) => one.name === 'component')
  const where = name === undefined || facts === undefined ? [] : loadingOf(name, facts)
  const cause =
    type === undefined
      ? maybe('it stands in modules_enabled of a host that is no component, or for all hosts')
      : sure(
          'it loads on components only, and was enabled on a host that is none, or for all hosts',
          placeText(scene, type.line),
        )
  const fallback =
    world.line.coreModules.includes(name ?? '') || name === undefined
      ? 'name it as the second word of a Component line, or enable it under one'
      : `load it as Component "…" "${name}", or enable it under the component that it is for`
  return {
    id: 'component-only',
    subject: name ?? text,
    happened: stopped({kind: 'other', text}, scene),
    causes: [cause],
    steps:
      where.length === 0 || name === undefined
        ? [step(fallback)]
        : where.map((one) => step(places[one.where](name))),
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
function fileCauses({match, world}: Scene): Cause[] {
  const {line} = world
  if (match.kind !== 'ours') return []
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

function fileSteps({match, world}: Scene, isPlain: boolean): Step[] {
  if (match.kind !== 'ours') return []
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
