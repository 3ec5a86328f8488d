import {join} from 'node:path'
import type {Placement} from '../../facts/placement.ts'
import {readsVariable, type JitsiVariable} from '../../image/jitsi-folders.ts'
import type {JitsiTag} from '../../image/jitsi-image.ts'
import {readRegular} from '../../regular-file.ts'
import {envLine} from '../../text/env-line.ts'
import {shellWord} from '../../text/shell-word.ts'
import type {Enabling} from '../user-config/enabling.ts'
import {readEnvFile} from './env-file.ts'

/** A module and where it is enabled. */
export interface PlacedName {
  readonly name: string
  readonly where: Placement['where']
  /** Of in-component: the type of the component. */
  readonly component?: string | undefined
}

/** What the .env of docker-jitsi-meet beside a project sets: the last line of each variable counts. */
export type SetVariables = ReadonlyMap<string, ReturnType<typeof readEnvFile>[number]>

/** Reads the .env in a folder; empty where there is none. */
export function variablesIn(folder: string): SetVariables {
  try {
    const text = readRegular(join(folder, '.env'), 'configuration').toString('utf8')
    return new Map(readEnvFile(text).map((one) => [one.name, one]))
  } catch {
    return new Map()
  }
}

const byPlace: Readonly<Partial<Record<Placement['where'], JitsiVariable>>> = {
  host: 'XMPP_MODULES',
  'muc-component': 'XMPP_MUC_MODULES',
  global: 'GLOBAL_MODULES',
}

/** Names the variable of docker-jitsi-meet that enables a module where it belongs; undefined where there is none. */
export function variableFor({where, component}: PlacedName, tag: JitsiTag): JitsiVariable | undefined {
  const variable =
    where !== 'in-component'
      ? byPlace[where]
      : component === 'muc'
        ? 'XMPP_MUC_MODULES'
        : component === 'speakerstats_component'
          ? 'XMPP_SPEAKERSTATS_MODULES'
          : undefined
  return variable !== undefined && readsVariable(tag, variable) ? variable : undefined
}

/** Splits the value of a variable that lists modules, as docker-jitsi-meet's templates do. */
export function namesIn(value: string): string[] {
  return value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

/** Adds names to what a variable has. */
export function withNames(before: string, names: readonly string[]): string {
  return [...new Set([...namesIn(before), ...names])].join(',')
}

/** Says what to do for a module that no variable enables. */
export function byHand({name, where, component}: PlacedName, tag: JitsiTag): string {
  const own = 'a file of your own, such as ${CONFIG}/prosody/config/conf.d/own.cfg.lua'
  switch (where) {
    case 'authentication': {
      const type = name.replace(/^auth_/, '')
      return readsVariable(tag, 'JWT_AUTH_TYPE')
        ? `${name}: ENABLE_AUTH=1, AUTH_TYPE=jwt and JWT_AUTH_TYPE=${type} make it the authentication of the main host`
        : `${name}: no variable of ${tag.tag} sets it; authentication = "${type}" belongs into its template`
    }
    case 'storage':
      return `${name}: ${envLine('GLOBAL_CONFIG', `storage = "${name.replace(/^storage_/, '')}"`)} takes it for all but the rooms, which are kept in memory`
    case 'component':
      return `${name}: it is a host of its own: Component "${name.replaceAll('_', '-')}.<your XMPP_DOMAIN>" "${name}" in ${own}`
    case 'in-component':
      return `${name}: it belongs below a Component of the type ${component ?? '?'}, in ${own}`
    default:
      return `${name}: ${tag.tag} has no variable for it: modules_enabled, in ${own}`
  }
}

/** Says what to do in the .env of a project for docker-jitsi-meet for modules to be loaded: each has those before it, too. */
export function enablingInEnv(
  all: readonly PlacedName[],
  tag: JitsiTag,
  set: SetVariables,
): ReadonlyMap<string, readonly Enabling[]> {
  const known = new Map(set)
  return new Map(
    all.map((placed) => {
      const enabling = oneInEnv(placed, tag, known)
      const variable = variableFor(placed, tag)
      const before = variable && known.get(variable)
      if (variable !== undefined && before?.computed !== true)
        known.set(variable, {
          ...{name: variable, line: before?.line ?? 0, computed: false},
          value: withNames(before?.value ?? '', [placed.name]),
        })
      return [placed.name, enabling]
    }),
  )
}

function oneInEnv(placed: PlacedName, tag: JitsiTag, set: SetVariables): readonly Enabling[] {
  const variable = variableFor(placed, tag)
  if (variable === undefined)
    return [{what: 'option', text: `by hand: ${byHand(placed, tag)}`, file: null, line: null}]
  const before = set.get(variable)
  const isThere = before !== undefined && before.line > 0
  const at = isThere ? {file: '.env', line: before.line} : {file: null, line: null}
  if (before?.computed === true)
    return [{what: 'name', text: `add ${placed.name} to ${variable}, set apart by a comma`, ...at}]
  const has = namesIn(before?.value ?? '').includes(placed.name)
  if (has) return [{what: 'enabled', text: 'it is enabled', ...at}]
  const line = envLine(variable, withNames(before?.value ?? '', [placed.name]))
  return [{what: 'name', text: isThere ? line : `${line} in .env`, ...at}]
}

/** Returns the folder of docker-jitsi-meet's settings, as a word for a shell. */
export function settingsFolder(set: SetVariables): string {
  const folder = set.get('CONFIG')?.value ?? ''
  if (folder === '' || folder.includes('$')) return '~/.jitsi-meet-cfg'
  return folder.startsWith('~/') ? `~/${shellWord(folder.slice(2))}` : shellWord(folder)
}

/** Returns the command that puts a project's modules where docker-jitsi-meet's Compose file mounts them from. */
export function installCommand(set: SetVariables): string {
  return `prosody-mods install --destdir ${settingsFolder(set)}/prosody`
}
