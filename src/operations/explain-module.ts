import {mainOf} from '../lua/module-files.ts'
import {nearestNames} from '../resolve/nearest.ts'
import {movesOf} from '../resolve/owners.ts'
import {maybe, step, sure, type Cause, type Draft, type Step} from './explain-types.ts'
import type {World} from './explain-world.ts'

/** Names that people write for others; each with a thread that shows it. */
const oftenMeant: Readonly<Record<string, readonly [meant: string, evidence: string]>> = {
  auth_jwt: ['auth_token', 'github.com/jitsi/docker-jitsi-meet/issues/2112'],
  auth_internal: ['auth_internal_hashed', 'github.com/jitsi/docker-jitsi-meet/issues/2219'],
}

const lastPathOnly =
  'Prosody found no file of it in any folder that it searches; its message names only the last path that it tried'

/** Why Prosody finds no file of a module. */
export function explainAbsent(module: string, world: World): Draft {
  const {line, registry} = world
  if (module.startsWith('mod_')) return prefixed(module)
  const key = world.keyOf(module)
  if (key !== undefined) return unreached(module, key, world)
  const happened = `mod_${module} is not there: ${lastPathOnly}`
  const asked = askedBy(module)
  const core = world.linesWith(({coreModules}) => coreModules.includes(module))
  if (line.coreModules.includes(module)) return coreMissing(module, world)
  const {names} = registry.index
  const publishers = Object.hasOwn(names, module) ? (names[module] ?? []) : []
  const histories = publishers.map((id) => historyOf(id, module, world))
  const adding = histories.map((history) => addStep(history, module, world))
  if (core.length > 0) {
    const where = core.map((id) => `Prosody ${id}`).join(' and ')
    const cause = sure(
      `${where} has mod_${module} in its core, Prosody ${line.line} has not`,
      `registry/prosody/${line.line}.json: coreModules`,
    )
    return {
      id: 'module-of-other-prosody',
      module,
      subject: module,
      happened,
      causes: [cause, ...asked],
      steps: [
        step(`run ${where}`),
        ...adding.map((one) => ({...one, text: `or ${one.text}`})),
        enableNot(module),
      ],
    }
  }
  const moves = movesOf(module, undefined, registry)
  if (publishers.length > 0) {
    const notes = moves.map(({note, evidence}) => sure(note, `registry/moves.json: ${evidence}`))
    const left = histories.filter(({last, newest}) => last !== undefined && last !== newest)
    const isMoved =
      left.length === histories.length ||
      moves.some(({change}) => change === 'renamed' || change === 'official')
    return {
      id: isMoved ? 'module-moved' : 'module-not-installed',
      module,
      subject: module,
      happened,
      causes: [
        notInstalled(module, publishers, world),
        ...histories.flatMap((history) => historyCauses(history, module)),
        ...notes,
        ...asked,
      ],
      steps: adding,
    }
  }
  return unknown(module, world, {happened, asked})
}

function prefixed(module: string): Draft {
  const bare = module.replace(/^(?:mod_)+/, '')
  return {
    id: 'module-prefix',
    module,
    subject: module,
    happened: `Prosody puts mod_ in front of each name by itself, and looked for mod_${module}`,
    causes: [sure(`the configuration says "${module}", with the prefix`)],
    steps: [step(`write "${bare}" in modules_enabled`)],
  }
}

function unreached(module: string, key: string, world: World): Draft {
  const main = world.mainFile(module)
  const state = main === undefined ? undefined : world.state(main)
  const installed = main === undefined ? '' : world.installedPath(main)
  const causes: Cause[] = [
    sure(
      `${key} is in the lockfile, and Prosody would find it at ${installed}`,
      `prosody-mods.lock.json: modules → ${key}`,
    ),
  ]
  const steps: Step[] = []
  if (state === 'absent') {
    causes.push(
      sure(
        "its main file is not in the project's context",
        `prosody-modules/${key.split('/')[0] ?? ''}/${main?.file ?? ''}`,
      ),
    )
    steps.push(step('write the context, and build the image again', 'prosody-mods install'))
  } else
    causes.push(
      maybe(
        'plugin_paths of the running configuration may not name that folder, or the folder may not be in the image',
      ),
    )
  return {
    id: 'module-unreached',
    module,
    subject: module,
    happened: `mod_${module} is installed, but not where this Prosody looks: ${lastPathOnly}`,
    causes,
    steps: [
      ...steps,
      step(
        'let the configuration include conf.d/prosody-mods.cfg.lua, and no file behind it set plugin_paths: the last one wins',
      ),
      step(`see what Prosody searches, and whether ${installed} is there`, 'prosodyctl about'),
    ],
  }
}

function coreMissing(module: string, {line, from}: World): Draft {
  const known = from === 'log' ? 'this Prosody' : `Prosody ${line.line}`
  return {
    id: 'module-of-core-missing',
    module,
    subject: module,
    happened: `mod_${module} is not there: ${lastPathOnly}`,
    causes: [
      sure(
        `mod_${module} belongs to ${known}'s core as ${line.coreModulePaths[module] ?? ''}`,
        `registry/prosody/${line.line}.json: coreModules`,
      ),
      maybe(
        `the Prosody that wrote this may be another one than ${line.version}, or its package may be incomplete`,
      ),
    ],
    steps: [
      step('see which Prosody runs, and which folders it searches', 'prosodyctl about'),
      step('install its package again', 'apt-get install --reinstall prosody'),
    ],
  }
}

function notInstalled(module: string, publishers: readonly string[], {isProject}: World): Cause {
  const where =
    publishers.length === 1
      ? `${publishers[0] ?? ''} publishes it`
      : `${publishers.join(' and ')} publish a module of that name each, which are not the same`
  return sure(
    `${isProject ? `mod_${module} is not in the lockfile` : `mod_${module} is no part of Prosody`}; ${where}`,
    'registry/index.json: names',
  )
}

/** What the registry knows of a source's releases, and of a module in them. */
interface History {
  readonly id: string
  /** The last release that has the module; undefined where none is known that does. */
  readonly last: string | undefined
  readonly newest: string | undefined
  /** The release of a flat tree in the lockfile, where that is one without the module. */
  readonly lockedWithout: string | undefined
}

function historyOf(id: string, module: string, {registry, project}: World): History {
  const {releases} = registry.releases(id)
  const having = releases.filter(({files, links = {}}) =>
    [...Object.keys(files), ...Object.keys(links)].some(
      (path) => mainOf(path) === module || path === `mod_${module}`,
    ),
  )
  const [, locked] =
    Object.entries(project.lock.modules).find(
      ([key, {layout}]) => layout === 'flat' && key.startsWith(`${id}/`),
    ) ?? []
  const release = releases.find(({version}) => version === locked?.version)
  return {
    id,
    last: having.at(-1)?.version,
    newest: releases.at(-1)?.version,
    lockedWithout: release === undefined || having.includes(release) ? undefined : release.version,
  }
}

function historyCauses({id, last, newest, lockedWithout}: History, module: string): Cause[] {
  const evidence = `registry/releases/${id}.json`
  const causes: Cause[] = []
  if (last !== undefined && newest !== undefined && last !== newest)
    causes.push(
      sure(
        `${id} ${last} is the last known release that has mod_${module}; ${newest} has it no more`,
        evidence,
      ),
    )
  if (lockedWithout !== undefined && last !== undefined)
    causes.push(sure(`${id} ${lockedWithout}, which is in the lockfile, has no mod_${module}`, evidence))
  return causes
}

function addStep({id, last, newest, lockedWithout}: History, module: string, {isProject}: World): Step {
  const key = `${id}/${module}`
  const isLeft = last !== undefined && last !== newest
  if (isLeft)
    return step(
      `take the last release of it: for all that you have of ${id}, where that is one tree`,
      `prosody-mods add ${key}@${last}`,
    )
  if (lockedWithout !== undefined && newest !== undefined)
    return step(
      `move to a release of ${id} that has it, and see first what that changes`,
      `prosody-mods bump ${id}@${newest} --dry-run`,
    )
  const command = `prosody-mods add ${key}`
  return isProject
    ? step(`add ${key}`, command)
    : step(`add ${key}, in a project (prosody-mods init makes one)`, command)
}

function enableNot(module: string): Step {
  return step(`or take "${module}" out of the configuration`)
}

/** What the prefixes of providers tell of the option that asked. */
function askedBy(module: string): Cause[] {
  const [, kind, name] = /^(auth|storage)_(.+)$/.exec(module) ?? []
  if (kind === undefined || name === undefined) return []
  const option = kind === 'auth' ? 'authentication' : 'storage'
  return [maybe(`${option} = "${name}" asks for it`)]
}

function unknown(
  module: string,
  {registry, line, project}: World,
  {happened, asked}: {readonly happened: string; readonly asked: readonly Cause[]},
): Draft {
  const moves = movesOf(module, undefined, registry)
  const locked = Object.keys(project.lock.modules).map((key) => key.slice(key.indexOf('/') + 1))
  const all = new Set([...line.coreModules, ...Object.keys(registry.index.names), ...locked])
  const often = Object.hasOwn(oftenMeant, module) ? oftenMeant[module] : undefined
  const near = nearestNames(module, all, 3).filter((name) => name !== often?.[0])
  return {
    id: moves.length > 0 ? 'module-moved' : 'module-unknown',
    module,
    subject: module,
    happened,
    causes: [
      sure(
        `no source that is known publishes a module ${module}, and Prosody ${line.line} has none`,
        'registry/index.json: names',
        `registry/prosody/${line.line}.json: coreModules`,
      ),
      ...moves.map(({note, evidence}) => sure(note, `registry/moves.json: ${evidence}`)),
      ...(often === undefined ? [] : [maybe(`mod_${often[0]} may be meant`, often[1])]),
      ...(near.length === 0 ? [] : [maybe(`similar names: ${near.join(', ')}`)]),
      ...asked,
    ],
    steps: [
      step('correct the name in the configuration'),
      step('or look for it', `prosody-mods search ${module}`),
      step('a module of your own is added by its path', `prosody-mods add ./mod_${module}`),
    ],
  }
}
