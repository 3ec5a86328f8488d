import {moduleOfPath} from '../../module-name.ts'
import type {NilFailure} from '../../prosody/log/failure.ts'
import {splitKey, entriesIn} from '../../module-key.ts'
import {libraryPaths} from '../../prosody/module-files.ts'
import {ownValue} from '../../own-value.ts'
import {globalCauses, nameStep, readerSteps} from './global.ts'
import {placeText, releaseSteps, stopped, subjectOf, type Scene} from './scene.ts'
import {maybe, step, sure, type Cause, type Draft} from './types.ts'

/**
 * Explains an error that Lua raises for a nil: a method, function, global or library that is not there; undefined where
 * it is none of these.
 */
export function nilDraft(failure: NilFailure, scene: Scene): Draft | undefined {
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
  const {unknownVersion} = world
  const isThere = line.moduleApi.includes(name) && unknownVersion === undefined
  if (isThere || (having.length === 0 && adder === undefined)) return undefined
  const at = ownValue(facts?.api ?? {}, name)
  const called = at === undefined ? undefined : placeText(scene, at)
  const judge = called === undefined || unknownVersion !== undefined ? maybe : sure
  const others = having.map((one) => `Prosody ${one}`).join(' and ')
  const text =
    adder === undefined
      ? unknownVersion === undefined
        ? `module:${name} came with ${others}; Prosody ${line.line} has no such method`
        : `module:${name} is in ${others}; Prosody ${unknownVersion} may have no such method`
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
        ? [step(`run ${having.map((one) => `Prosody ${one}`).join(' or ')}`), ...releaseSteps(scene)]
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
  return {
    id: 'global-missing',
    subject: subjectOf(failure, scene),
    happened: stopped(failure, scene),
    causes: globalCauses(failure.name, scene.world),
    steps: scene.place === undefined ? [nameStep()] : readerSteps([scene.place], scene.world),
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
    const brought = entriesIn(world.project.lock.modules).flatMap(([key, {files}]) =>
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
