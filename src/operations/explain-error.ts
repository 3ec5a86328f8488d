import type {FileFacts} from '../lua/fact-types.ts'
import type {LogFailure, NilFailure} from '../lua/log/failure.ts'
import type {LuaPlace} from '../lua/log/line.ts'
import type {LogMessage} from '../lua/log/reader.ts'
import {loadingOf, type Loading} from '../lua/loading.ts'
import {mainOf} from '../lua/module-files.ts'
import {splitKey} from '../project/lockfile.ts'
import {libraryPaths, moduleOfPath} from '../resolve/layout.ts'
import {maybe, step, sure, type Cause, type Draft, type Step} from './explain-types.ts'
import type {PathMatch, World} from './explain-world.ts'

type Failed = NilFailure | Extract<LogFailure, {kind: 'raised' | 'other'}>

/** The place that an error names, and what is known of the file. */
interface Scene {
  readonly place: LuaPlace | undefined
  readonly match: PathMatch
  readonly facts: FileFacts | undefined
  /** `mod_x`, or the file. */
  readonly name: string
  readonly world: World
}

/** What an error in a module's code comes from. */
export async function explainError(failure: Failed, message: LogMessage, world: World): Promise<Draft> {
  const scene = await sceneOf(failure, message, world)
  const {match} = scene
  const found = failure.kind === 'nil' ? nilDraft(failure, scene) : componentDraft(textOf(failure), scene)
  if (match.kind === 'other') return shadowed(failure, scene, found?.causes ?? [])
  const draft = found ?? plain(failure, scene)
  return {
    ...draft,
    causes: [...draft.causes, ...fileCauses(scene)],
    steps: [...draft.steps, ...fileSteps(scene, found === undefined)],
  }
}

/** The first place of the error's own or of its stack trace that is in a module. */
async function sceneOf(failure: Failed, {frames, module}: LogMessage, world: World): Promise<Scene> {
  const own = failure.kind === 'other' ? undefined : failure.place
  const places = own === undefined ? frames : [own, ...frames]
  const place = places.find(({path}) => mainOf(path) !== undefined || path.endsWith('.lib.lua')) ?? own
  const match: PathMatch = place === undefined ? {kind: 'unknown'} : world.match(place.path)
  const facts = match.kind === 'ours' ? await world.facts(match) : undefined
  const file = place === undefined ? undefined : place.path.split('/').at(-1)
  const main = place === undefined ? module : mainOf(place.path)
  return {place, match, facts, name: main === undefined ? (file ?? 'the module') : `mod_${main}`, world}
}

function textOf(failure: Failed): string {
  return failure.kind === 'nil'
    ? `attempt to ${failure.action} a nil value (${failure.what} '${failure.name}')`
    : failure.text
}

function stopped(failure: Failed, {place, name, match, world}: Scene): string {
  const line = place === undefined ? '' : ` at line ${place.line}`
  const version = match.kind === 'ours' ? (world.project.lock.modules[match.key]?.version ?? '') : ''
  const owner = match.kind === 'ours' ? ` (${match.key}${version === 'local' ? '' : ` ${version}`})` : ''
  return `the code of ${match.kind === 'core' ? "Prosody's own " : ''}${name}${owner} stopped${line}: ${textOf(failure)}`
}

function subjectOf(failure: Failed, {place}: Scene): string {
  return `${place?.path ?? ''}:${place?.line ?? 0} ${textOf(failure)}`
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

function nilDraft(failure: NilFailure, scene: Scene): Draft | undefined {
  return (
    apiDraft(failure, scene) ??
    luaDraft(failure, scene) ??
    globalDraft(failure, scene) ??
    libraryDraft(failure, scene)
  )
}

/** A method of the module API that other lines have, or that another module adds. */
function apiDraft(failure: NilFailure, scene: Scene): Draft | undefined {
  if (failure.what !== 'method' || failure.action !== 'call') return undefined
  const {world, facts} = scene
  const {name} = failure
  const {line, registry} = world
  const runtime = registry.prosodyRuntime(line.line)
  const adder =
    runtime !== undefined && Object.hasOwn(runtime.moduleApiOf, name) ? runtime.moduleApiOf[name] : undefined
  const having = world.linesWith(({moduleApi}) => moduleApi.includes(name))
  if (line.moduleApi.includes(name) || (having.length === 0 && adder === undefined)) return undefined
  const called = facts?.api[name] === undefined ? undefined : placeText(scene, facts.api[name])
  const judge = called === undefined ? maybe : sure
  const others = having.map((one) => `Prosody ${one}`).join(' and ')
  const text =
    adder === undefined
      ? `module:${name} came with ${others}; Prosody ${line.line} has no such method`
      : `mod_${adder} adds module:${name}, and is not loaded there`
  return {
    id: 'api-missing',
    subject: name,
    happened: stopped(failure, scene),
    causes: [
      judge(
        text,
        `registry/${adder === undefined ? 'prosody' : 'runtime'}/${line.line}.json`,
        ...(called === undefined ? [] : [called]),
      ),
    ],
    steps:
      adder === undefined
        ? [step(`run ${others}`), ...releaseSteps(scene)]
        : [step(`enable "${adder}" for that host, too`)],
  }
}

/** Functions that Lua lost → what has their place. */
const gone: Readonly<Record<string, readonly [since: string, instead: string]>> = {
  unpack: ['5.2', 'table.unpack'],
  loadstring: ['5.2', 'load'],
  setfenv: ['5.2', '_ENV, or the fourth argument of load'],
  getfenv: ['5.2', '_ENV'],
  getn: ['5.1', 'the operator #'],
  maxn: ['5.3', 'a loop'],
  pow: ['5.3', 'the operator ^'],
  gfind: ['5.1', 'string.gmatch'],
  bit32: ['5.3', "Lua's own operators"],
}

function luaDraft(failure: NilFailure, scene: Scene): Draft | undefined {
  const [since, instead] = (Object.hasOwn(gone, failure.name) ? gone[failure.name] : undefined) ?? []
  const {lua} = scene.world.target
  if (since === undefined || lua < since || (failure.what !== 'global' && failure.what !== 'field'))
    return undefined
  return {
    id: 'lua-missing',
    subject: failure.name,
    happened: stopped(failure, scene),
    causes: [
      (failure.what === 'global' ? sure : maybe)(
        `Lua ${lua} has no ${failure.name}: ${since === '5.1' ? 'old versions had it' : `it went with Lua ${since}`}, and ${instead ?? ''} has its place`,
      ),
    ],
    steps: [step('take a release of the module that is made for this Lua'), ...releaseSteps(scene)],
  }
}

function globalDraft(failure: NilFailure, scene: Scene): Draft | undefined {
  if (failure.what !== 'global') return undefined
  return {...missingGlobal(failure.name, scene.world), happened: stopped(failure, scene)}
}

/** A variable that Prosody does not give to modules. */
export function missingGlobal(name: string, world: World): Draft {
  const {line, registry} = world
  const has = (id: string): boolean => registry.prosodyRuntime(id)?.globals.includes(name) === true
  const having = registry.prosodyLines.filter((id) => has(id))
  const old = registry.deprecations.find((one) => one.kind === 'global' && one.name === name)
  const causes = [
    having.length > 0 && !having.includes(line.line)
      ? sure(
          `Prosody ${having.join(', ')} gives modules a variable ${name}, ${line.line} does not`,
          `registry/runtime/${line.line}.json: globals`,
        )
      : sure(
          `no file that is loaded set a global variable ${name}, and Prosody ${line.line} has ${having.length > 0 ? 'one in modules only' : 'none'}`,
          `registry/runtime/${line.line}.json: globals`,
        ),
    ...(old?.instead === undefined
      ? []
      : [sure(`${old.instead} has its place`, `registry/deprecations.json: ${old.evidence}`)]),
  ]
  return {
    id: 'global-missing',
    subject: name,
    happened: `code read the global variable ${name}, which is not there`,
    causes,
    steps: [step('look for the misspelled name, or the missing "local"', 'prosody-mods lint')],
  }
}

/** A part of a library that another one of the same name has. */
function libraryDraft(failure: NilFailure, scene: Scene): Draft | undefined {
  const {facts, world} = scene
  const libraries = (facts?.libraries ?? []).filter(({name}) => name !== null && !name.includes('/'))
  if (failure.what === 'method' || libraries.length === 0) return undefined
  const module = scene.match.kind === 'ours' ? (moduleOfPath(scene.match.file) ?? '') : ''
  const causes: Cause[] = libraries.flatMap(({name, line}) => {
    const reached = new Set([...libraryPaths(module, name ?? ''), ...libraryPaths(name ?? '', name ?? '')])
    const brought = Object.entries(world.project.lock.modules).flatMap(([key, {files}]) =>
      Object.keys(files)
        .filter((path) => reached.has(path))
        .map((path) => `${splitKey(key)[0]}/${path}`),
    )
    return brought.length < 2
      ? []
      : [
          maybe(
            `module:require "${name ?? ''}" may have found another file than the one that is meant: ${brought.join(', ')}`,
            placeText(scene, line),
          ),
        ]
  })
  if (causes.length === 0) return undefined
  return {
    id: 'nil-value',
    subject: subjectOf(failure, scene),
    happened: stopped(failure, scene),
    causes,
    steps: [step('see which folder comes first in plugin_paths', 'prosodyctl about')],
  }
}

const places: Readonly<Record<Loading['where'], (name: string) => string>> = {
  global: (name) => `put "${name}" into modules_enabled at the top`,
  host: (name) => `put "${name}" into modules_enabled of a VirtualHost`,
  muc: (name) => `put "${name}" into modules_enabled under Component "…" "muc"`,
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
          step('see what is wrong with the code for this Prosody', `prosody-mods lint ${match.key}`),
          step('see which options it reads, with their defaults', `prosody-mods options ${match.key}`),
        ]
      : []),
  ]
}

function releaseSteps({match}: Scene): Step[] {
  return match.kind === 'ours' ? [step('or take another release', `prosody-mods versions ${match.key}`)] : []
}

function placeText({match, place}: Scene, line: number): string {
  return match.kind === 'ours'
    ? `${splitKey(match.key)[0]}/${match.file}:${line}`
    : `${place?.path ?? ''}:${line}`
}
