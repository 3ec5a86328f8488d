import {isPrefixed} from '../../module-name.ts'
import {nearestNames} from '../../text/nearest.ts'
import {isPublished, movesOf} from '../../resolve/owners.ts'
import {shellWord} from '../../text/shell-word.ts'
import {elsewhereCauses, libraryCauses} from './absent-causes.ts'
import {addStep, historyCauses, historyOf} from './history.ts'
import {maybe, step, sure, type Cause, type Draft, type Step} from './types.ts'
import type {World} from './world.ts'
import {keysIn, type ModuleKey, moduleKey} from '../../module-key.ts'

/** Names that people write for others; each with a thread that shows it. */
const oftenMeant: Readonly<Record<string, readonly [meant: string, evidence: string]>> = {
  auth_jwt: ['auth_token', 'github.com/jitsi/docker-jitsi-meet/issues/2112'],
  auth_internal: ['auth_internal_hashed', 'github.com/jitsi/docker-jitsi-meet/issues/2219'],
}

const lastPathOnly =
  'Prosody found no file of it in any folder that it searches; its message names only the last path that it tried'

/** Explains why Prosody finds no file of a module. */
export function explainAbsent(module: string, world: World): Draft {
  const {line, registry} = world
  if (isPrefixed(module)) return withPrefix(module)
  const key = world.keyOf(module)
  if (key !== undefined) return unreached(module, key, world)
  const happened = `mod_${module} is not there: ${lastPathOnly}`
  const asked = askedBy(module)
  const core = world.linesWith(({coreModules}) => coreModules.includes(module))
  if (line.coreModules.includes(module) && world.unknownVersion === undefined)
    return coreMissing(module, world)
  const publishers = registry.publishers(module)
  const histories = publishers.map((id) => historyOf(id, module, world))
  const adding = histories.map((history) => addStep(history, module, world))
  if (core.length > 0) {
    const where = core.map((id) => `Prosody ${id}`).join(' and ')
    const other =
      world.unknownVersion === undefined
        ? `Prosody ${line.line} has not`
        : `and the log is of Prosody ${world.unknownVersion}, of which nothing is known here`
    const cause = sure(
      `${where} ${core.length > 1 ? 'have' : 'has'} mod_${module} in the core, ${other}`,
      `registry/prosody/${line.line}.json: coreModules`,
    )
    return {
      id: 'module-of-other-prosody',
      module,
      subject: module,
      happened,
      causes: [cause, ...asked],
      steps: [
        step(`run ${core.map((id) => `Prosody ${id}`).join(' or ')}`),
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
        ...elsewhereCauses(publishers, world),
      ],
      steps: [
        ...moves
          .flatMap(({to = []}) => to)
          .filter((to) => to !== moduleKey(histories[0]?.id ?? '', module) && isPublished(to, registry))
          .map((to) => step(`take what has its place: ${to}`, `prosody-mods add ${to}`)),
        ...adding,
      ],
    }
  }
  return unknown(module, world, {happened, asked})
}

function withPrefix(module: string): Draft {
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

function unreached(module: string, key: ModuleKey, world: World): Draft {
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
  const locked = keysIn(project.lock.modules).map((key) => key.slice(key.indexOf('/') + 1))
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
      ...libraryCauses(module, line),
      ...(often === undefined ? [] : [maybe(`mod_${often[0]} may be meant`, often[1])]),
      ...(near.length === 0 ? [] : [maybe(`similar names: ${near.join(', ')}`)]),
      ...asked,
    ],
    steps: [
      step('correct the name in the configuration'),
      step('or look for it', `prosody-mods search ${shellWord(module)}`),
      step('a module of your own is added by its path', `prosody-mods add ${shellWord(`./mod_${module}`)}`),
    ],
  }
}
