import {hostsIn} from '../prosody/config/effective.ts'
import {enabledModules, type EnabledModule} from '../prosody/config/enabled.ts'
import type {Configuration, ConfigPlace, ConfigSetting, ConfigValue} from '../prosody/config/types.ts'
import {shortCodes} from '../text/short-code.ts'
import type {Change} from './types.ts'

/** What a change means for a configuration. */
export interface Impact {
  /** breaking: something that the configuration says has no effect or fails; notable: it gets something else. */
  readonly severity: 'breaking' | 'notable'
  readonly kind: 'module' | 'option' | 'value' | 'default' | 'package' | 'advisory'
  /** One sentence. */
  readonly message: string
  /** Where the configuration says so; [] for what it does not say. */
  readonly places: readonly ConfigPlace[]
  /** Whether it is so in any case; not where a condition or a computed value stands in between. */
  readonly certain: boolean
  /** What to do; null for nothing that is known. */
  readonly hint: string | null
}

/** What a source's releases differ in. */
export interface SourceChanges {
  /** What the later release is called: `jitsi 9457`. */
  readonly release: string
  readonly changes: readonly Change[]
}

/** A configuration, what it enables, and the later release. */
interface Enabling {
  readonly configuration: Configuration
  readonly enabled: readonly EnabledModule[]
  readonly release: string
}

/** Lists what changes of one source mean for a configuration; worst first, in the order of the changes. */
export function impactsOn(configuration: Configuration, {release, changes}: SourceChanges): Impact[] {
  const enabled = enabledIn(configuration)
  const found = changes.flatMap((change): Impact[] => {
    switch (change.kind) {
      case 'advisory-opened':
        return advisoryImpacts(change, enabled, release)
      case 'module-removed':
      case 'module-renamed':
        return moduleImpacts(change, enabled, release)
      case 'prosody-line':
        return change.severity === 'breaking' ? lineImpacts(change, enabled, release) : []
      case 'finding-new':
        return change.name === 'unmet-metadata' ? skippedImpacts(change, enabled, release) : []
      case 'option-removed':
      case 'option-renamed':
        return change.severity === 'news' ? [] : optionImpacts(change, configuration, release)
      case 'option-type':
      case 'option-values':
        return valueImpacts(change, configuration, release)
      case 'option-default':
        return defaultImpacts(change, {configuration, enabled, release})
      default:
        return []
    }
  })
  return found.sort((a, b) => Number(a.severity === 'notable') - Number(b.severity === 'notable'))
}

/** Lists the modules that a configuration enables, on whatever host, each place once. */
export function enabledIn(configuration: Configuration): EnabledModule[] {
  const found = new Map<string, EnabledModule>()
  for (const host of [null, ...hostsIn(configuration)]) {
    for (const one of enabledModules(configuration, host).modules) {
      const key = `${one.name} ${one.file}:${one.line}`
      // A component leaves most of the whole server's out: that is not what is certain of them.
      if (found.get(key)?.certain !== true) found.set(key, one)
    }
  }
  return [...found.values()]
}

function advisoryImpacts(change: Change, enabled: readonly EnabledModule[], release: string): Impact[] {
  const places = enabled.filter(({name}) => change.modules.includes(name))
  if (places.length === 0) return []
  const names = [...new Set(places.map(({name}) => name))].sort()
  return [
    {
      ...{severity: 'breaking', kind: 'advisory'},
      message: `you enable ${names.join(', ')}; ${release} has ${change.name}: ${change.after ?? ''}`,
      places: places.map(placeOf),
      certain: places.some(({certain}) => certain),
      hint: change.note,
    },
  ]
}

function moduleImpacts(change: Change, enabled: readonly EnabledModule[], release: string): Impact[] {
  const places = enabled.filter(({name}) => name === change.name)
  if (places.length === 0) return []
  const isCore = change.kind === 'module-removed' && change.severity === 'notable'
  const gone = isCore ? 'has it no more, and that of Prosody is loaded' : 'has it no more'
  const what = change.kind === 'module-renamed' ? `calls it ${change.after ?? ''}` : gone
  const instead = isCore
    ? 'nothing has to be written: compare what it does, and the options that it reads'
    : change.after === null
      ? `take ${change.name} out`
      : `put ${change.after} in the place of ${change.name}`
  return [
    {
      severity: isCore ? 'notable' : 'breaking',
      kind: 'module',
      message: `you enable ${change.name}; ${release} ${what}`,
      places: places.map(placeOf),
      certain: places.some(({certain}) => certain),
      hint: change.note ?? instead,
    },
  ]
}

function lineImpacts(change: Change, enabled: readonly EnabledModule[], release: string): Impact[] {
  const places = enabled.filter(({name}) => name === change.name)
  if (places.length === 0) return []
  return [
    {
      severity: 'breaking',
      kind: 'module',
      message: `you enable ${change.name}; that of ${release} runs on Prosody ${change.after ?? ''} and later, and ${change.note ?? ''}`,
      places: places.map(placeOf),
      certain: places.some(({certain}) => certain),
      hint: null,
    },
  ]
}

/** What Prosody passes over is not what runs. */
function skippedImpacts(change: Change, enabled: readonly EnabledModule[], release: string): Impact[] {
  const places = enabled.filter(({name}) => change.modules.includes(name))
  if (places.length === 0) return []
  const what = change.after?.replace('this file', `that of ${release}`) ?? ''
  return [
    {
      severity: 'notable',
      kind: 'module',
      message: `you enable ${places[0]?.name ?? ''}; ${what}`,
      places: places.map(placeOf),
      certain: places.some(({certain}) => certain),
      hint: change.note,
    },
  ]
}

function settingsOf({sections}: Configuration, name: string): (ConfigSetting & {readonly sure: boolean})[] {
  return sections.flatMap(({settings, certain}) =>
    settings
      .filter((setting) => setting.name === name)
      .map((setting) => ({...setting, sure: setting.certain && certain})),
  )
}

function optionImpacts(change: Change, configuration: Configuration, release: string): Impact[] {
  const settings = settingsOf(configuration, change.name)
  if (settings.length === 0) return []
  const what =
    change.kind === 'option-renamed'
      ? `does not read it any more, and seems to read ${change.after ?? ''} in its place`
      : 'does not read it any more'
  return [
    {
      severity: 'breaking',
      kind: 'option',
      message: `you set ${change.name}; ${release} ${what}`,
      places: settings.map(placeOf),
      certain: settings.some(({sure}) => sure),
      hint:
        change.kind === 'option-renamed'
          ? `compare the two before you set ${change.after ?? ''}: that it is the same is ${change.note ?? ''}`
          : change.note,
    },
  ]
}

function valueImpacts(change: Change, configuration: Configuration, release: string): Impact[] {
  const after = change.after ?? ''
  const isType = change.kind === 'option-type'
  const wrong = settingsOf(configuration, change.name).filter(({value}) =>
    isType ? !after.split(' or ').some((type) => fits(value, type)) : !isAllowed(value, after),
  )
  if (wrong.length === 0) return []
  return [
    {
      severity: 'breaking',
      kind: 'value',
      message: `you set ${change.name} to ${shownValue(wrong[0]?.value)}; ${release} ${isType ? `reads ${articleFor(after)}` : `takes ${after}`}`,
      places: wrong.map(placeOf),
      certain: wrong.some(({sure}) => sure),
      hint: null,
    },
  ]
}

function articleFor(type: string): string {
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`
}

/** Prosody makes a table of one value, and a number or boolean of a text that is one. */
function fits(value: ConfigValue, type: string): boolean {
  if (value.kind === 'unknown' || value.kind === 'nil') return true
  switch (type) {
    case 'boolean':
      return (
        value.kind === 'boolean' || (value.kind === 'string' && /^(?:true|false|[01])$/.test(value.value))
      )
    case 'number':
    case 'integer':
      return value.kind === 'number' || (value.kind === 'string' && !Number.isNaN(Number(value.value)))
    case 'period':
    case 'string':
    case 'path':
    case 'enum':
      return value.kind !== 'table'
    default:
      return true
  }
}

function isAllowed(value: ConfigValue, values: string): boolean {
  if (value.kind !== 'string' || values === '') return true
  const allowed = values.split(', ')
  // What is no text in quotes is computed, and may be any.
  return allowed.some((one) => one === JSON.stringify(value.value) || !one.startsWith('"'))
}

function shownValue(value: ConfigValue | undefined): string {
  if (value === undefined || value.kind === 'table' || value.kind === 'unknown') return 'a table'
  return value.kind === 'nil' ? 'nil' : JSON.stringify(value.value)
}

/** Who leaves an option out gets its default; who sets it under a condition may. */
function defaultImpacts(change: Change, {configuration, enabled, release}: Enabling): Impact[] {
  const {name, before, after} = change
  const readers = enabled.filter((one) => change.modules.includes(one.name))
  const settings = settingsOf(configuration, name)
  if (change.severity === 'news' || readers.length === 0 || settings.some(({sure}) => sure)) return []
  const [old, now] = shortCodes(before ?? 'nil', after ?? 'nil')
  // Nobody can set nothing, or what is too long to be told.
  const isToBeSet = old !== 'nil' && !old.includes('…')
  const left = settings.length === 0 ? 'you leave' : 'where you leave'
  return [
    {
      severity: 'notable',
      kind: 'default',
      message: `${left} ${name} out${settings.length === 0 ? ';' : ','} ${release} takes ${now} for it, where it was ${old}`,
      places: settings.map(placeOf),
      certain: settings.length === 0 && readers.some(({certain}) => certain),
      hint: isToBeSet ? `to keep what it is: ${name} = ${old}` : null,
    },
  ]
}

function placeOf({file, line}: ConfigPlace): ConfigPlace {
  return {file, line}
}
