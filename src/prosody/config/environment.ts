import {readConfiguration} from './read.ts'
import type {ConfigItem, Configuration, ConfigSection, ConfigSources, ConfigValue} from './types.ts'

/** A variable of the environment, and where it is set. */
export interface VariableLine {
  readonly name: string
  readonly value: string
  /** From 1. */
  readonly line: number
  /** Whether the value has other variables in it. */
  readonly computed: boolean
}

interface Part {
  readonly kind: 'global' | 'host' | 'component'
  readonly host: string | null
  readonly module: string | null
}

/** What docker-jitsi-meet calls its hosts where the variables do not say so. */
const names = {
  XMPP_DOMAIN: 'meet.jitsi',
  XMPP_MUC_DOMAIN: 'muc.meet.jitsi',
  XMPP_INTERNAL_MUC_DOMAIN: 'internal-muc.meet.jitsi',
}

type Name = (variable: keyof typeof names) => string

const muc = (host: string): Part => ({kind: 'component', host, module: 'muc'})
const main = (name: Name): Part => ({kind: 'host', host: name('XMPP_DOMAIN'), module: null})
const whole = (): Part => ({kind: 'global', host: null, module: null})
const rooms = (name: Name): Part => muc(name('XMPP_MUC_DOMAIN'))
const internal = (name: Name): Part => muc(name('XMPP_INTERNAL_MUC_DOMAIN'))

/** Variables that go into docker-jitsi-meet's configuration as lists of modules, or as lines of it. */
const variables: Readonly<Record<string, {readonly part: (name: Name) => Part; readonly lines?: string}>> = {
  GLOBAL_MODULES: {part: whole},
  XMPP_MODULES: {part: main},
  XMPP_MUC_MODULES: {part: rooms},
  XMPP_INTERNAL_MUC_MODULES: {part: internal},
  XMPP_LOBBY_MUC_MODULES: {part: (name) => muc(`lobby.${name('XMPP_DOMAIN')}`)},
  XMPP_BREAKOUT_MUC_MODULES: {part: (name) => muc(`breakout.${name('XMPP_DOMAIN')}`)},
  XMPP_SPEAKERSTATS_MODULES: {
    part: (name) => ({...muc(`speakerstats.${name('XMPP_DOMAIN')}`), module: 'speakerstats_component'}),
  },
  GLOBAL_CONFIG: {part: whole, lines: '\\n'},
  XMPP_CONFIGURATION: {part: main, lines: ','},
  XMPP_MUC_CONFIGURATION: {part: rooms, lines: ','},
  XMPP_INTERNAL_MUC_CONFIGURATION: {part: internal, lines: ','},
}

/**
 * Reads what variables of docker-jitsi-meet add to its configuration: modules, and lines of Lua, which it splits at
 * commas, or GLOBAL_CONFIG at `\n`. Every place is the line of the variable. Lists of modules are not complete: the
 * image's own come before them.
 * @param file how the file of the variables is named
 */
export function readVariables(file: string, lines: readonly VariableLine[]): Configuration {
  const set = new Map(lines.map((one) => [one.name, one]))
  const name: Name = (variable) => {
    const found = set.get(variable)
    return found === undefined || found.computed || found.value === '' ? names[variable] : found.value
  }
  const found = [...set.values()].flatMap((variable) => {
    const known = Object.hasOwn(variables, variable.name) ? variables[variable.name] : undefined
    return known === undefined ? [] : [added(variable, {file, part: known.part(name), split: known.lines})]
  })
  const [first] = found
  return first === undefined ? {files: [], sections: [], reads: [], problems: [], unknown: []} : merged(found)
}

/** Puts what several configurations say together, as if one came behind the other. */
export function merged(configurations: readonly Configuration[]): Configuration {
  return {
    files: [...new Set(configurations.flatMap(({files}) => files))],
    sections: configurations.flatMap(({sections}) => sections),
    reads: configurations.flatMap(({reads}) => reads),
    problems: configurations.flatMap(({problems}) => problems),
    unknown: configurations.flatMap(({unknown}) => unknown),
  }
}

interface Place {
  readonly file: string
  readonly part: Part
  /** What the lines in it are parted by; undefined for a list of modules. */
  readonly split: string | undefined
}

function added({name, value, line, computed}: VariableLine, {file, part, split}: Place): Configuration {
  const place = {file, line}
  if (computed) {
    const text = `${name} has other variables in it`
    return {files: [file], sections: [], reads: [], problems: [], unknown: [{kind: 'option', text, ...place}]}
  }
  const section = {...part, ...place, certain: true, continued: false, unordered: []}
  const words = value.split(split ?? ',').filter((word) => word !== '')
  if (split === undefined) {
    const items = words.map((word): ConfigItem => ({value: text(word), ...place, certain: true}))
    const list: ConfigValue = {kind: 'table', items, fields: [], complete: false}
    const settings = [{name: 'modules_enabled', value: list, ...place, certain: true}]
    return {files: [file], sections: [{...section, settings}], reads: [], problems: [], unknown: []}
  }
  const sources: ConfigSources = {
    read: (path) => (path === file ? Buffer.from(words.join('\n'), 'utf8') : undefined),
    list: () => undefined,
  }
  const read = readConfiguration(file, sources, {isPart: true})
  return {
    files: [file],
    sections: read.sections.map((one) => moved(one, section)),
    reads: read.reads,
    problems: read.problems.map(({message}) => ({...place, column: 1, message: `${name}: ${message}`})),
    unknown: read.unknown.map((one) => ({...one, ...place, text: `${name}: ${one.text}`})),
  }
}

function text(value: string): ConfigValue {
  return {kind: 'string', value}
}

/** What such lines set without naming a host is set for the part that they are put into. */
function moved(found: ConfigSection, section: Omit<ConfigSection, 'settings'>): ConfigSection {
  const {file, line} = section
  const settings = found.settings.map((one) => ({...one, value: at(one.value, {file, line}), file, line}))
  return found.kind === 'global' ? {...section, settings} : {...found, file, line, settings}
}

function at(value: ConfigValue, place: {readonly file: string; readonly line: number}): ConfigValue {
  if (value.kind !== 'table') return value
  return {
    ...value,
    items: value.items.map((one) => ({...one, ...place, value: at(one.value, place)})),
    fields: value.fields.map((one) => ({...one, ...place, value: at(one.value, place)})),
  }
}
