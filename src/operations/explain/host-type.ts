import {mainOf} from '../../module-name.ts'
import {loadingOf, type Loading} from '../../facts/loading.ts'
import {placeText, stopped, type Scene} from './scene.ts'
import {maybe, step, sure, type Draft, type Step} from './types.ts'

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

/**
 * What modules say that insist on a type of host, or refuse one. The word alone proves nothing: options and hosts are
 * called so, too.
 */
const insists =
  /\b(?:loaded|load|enabled|used|runs?|works?)\b(?: \w+){0,3} (?:as|on|for|under|in) (?:an? |the )?(?:\w+ )?components?\b|\bis not an? (?:\w+ )?component\b|\bneeds? to be an? (?:\w+ )?component\b/i
const refuses =
  /\bnot (?:be )?(?:loaded |enabled |used )?(?:as|on|for|under) (?:an? |the )?(?:\w+ )?components?\b|\bonly(?: be)? (?:loaded |enabled |used )?(?:as|on|for|under) (?:an? )?(?:virtual ?|user |normal |regular )?hosts?\b|Don't load mod_\w+ manually/i

/** Explains an error of a module that is on a host of the wrong type; undefined for any other. */
export function hostDraft(text: string, scene: Scene): Draft | undefined {
  const {place, facts} = scene
  const type = facts?.hostTypes.find(
    ({line}) => place !== undefined && Math.abs(line - place.line) <= 1,
  )?.name
  if (type === 'local' || (type === undefined && refuses.test(text))) return refused(text, scene)
  if (type === undefined && !insists.test(text)) return undefined
  return insisted(text, scene)
}

function insisted(text: string, scene: Scene): Draft {
  const {place, facts} = scene
  const name = place === undefined ? undefined : mainOf(place.path)
  const type = facts?.hostTypes.find((one) => one.name === 'component')
  return {
    id: 'component-only',
    subject: name ?? text,
    happened: stopped({kind: 'other', text}, scene),
    causes: [
      type === undefined
        ? maybe('it stands in modules_enabled of a host that is no component, or for all hosts')
        : sure(
            'it loads on components only, and was enabled on a host that is none, or for all hosts',
            placeText(scene, type.line),
          ),
    ],
    steps: componentSteps(name, scene),
  }
}

function componentSteps(name: string | undefined, {facts, world}: Scene): Step[] {
  const where = name === undefined || facts === undefined ? [] : loadingOf(name, facts)
  if (where.length > 0 && name !== undefined) return where.map((one) => step(places[one.where](name)))
  return [
    step(
      name === undefined || world.line.coreModules.includes(name)
        ? 'name it as the second word of a Component line, or enable it under one'
        : `load it as Component "…" "${name}", or enable it under the component that it is for`,
    ),
  ]
}

function refused(text: string, scene: Scene): Draft {
  const {place, facts} = scene
  const name = place === undefined ? undefined : mainOf(place.path)
  const type = facts?.hostTypes.find((one) => one.name === 'local')
  return {
    id: 'host-only',
    subject: name ?? text,
    happened: stopped({kind: 'other', text}, scene),
    causes: [
      type === undefined
        ? maybe('it stands under a Component line, and is for hosts with users')
        : sure(
            'it loads on hosts with users only, and was enabled on a component',
            placeText(scene, type.line),
          ),
    ],
    steps: [
      step(
        `put ${name === undefined ? 'it' : `"${name}"`} into modules_enabled of a VirtualHost, and take it out from under Component`,
      ),
    ],
  }
}
