import type {ConfigPlace, ConfigSection, ConfigSetting, Configuration, ConfigValue} from './types.ts'

/** A host of a configuration, with all sections that are about it. */
export interface ConfigHost extends ConfigPlace {
  readonly kind: 'host' | 'component'
  /** Null where the name is computed: each such section is a host of its own. */
  readonly host: string | null
  /** Of a component, the module that its last section names; null where it is computed. */
  readonly module: string | null
  readonly certain: boolean
  readonly sections: readonly ConfigSection[]
}

/** What an option is for a host. */
export interface EffectiveOption {
  /** Unknown, with what it may be, where more than one setting may be the one that holds. */
  readonly value: ConfigValue
  /** The settings that may be the one that holds, in order: where there is no doubt, one. */
  readonly settings: readonly ConfigSetting[]
  /** Whether it is set for the whole server, and not for the host; null where that depends. */
  readonly inherited: boolean | null
}

/** Lists the hosts of a configuration in the order in which they come up. */
export function hostsIn({sections}: Configuration): ConfigHost[] {
  const found: {key: string | ConfigSection; sections: ConfigSection[]}[] = []
  for (const section of sections) {
    if (section.kind !== 'host' && section.kind !== 'component') continue
    const key = section.host ?? `${section.file}:${section.line}`
    const known = found.find((one) => one.key === key)
    if (known === undefined) found.push({key, sections: [section]})
    else known.sections.push(section)
  }
  return found.map(({sections: own}) => hostOf(own))
}

function hostOf(sections: readonly ConfigSection[]): ConfigHost {
  const [first] = sections
  if (first === undefined) throw new RangeError('a host has no section')
  const {host, file, line} = first
  const kind = sections.some((one) => one.kind === 'component') ? 'component' : 'host'
  return {
    kind,
    host,
    module: moduleOf(sections),
    certain: sections.some((one) => one.certain),
    file,
    line,
    sections,
  }
}

/** The module that a component has in the end, where that does not depend on anything. */
function moduleOf(sections: readonly ConfigSection[]): string | null {
  const isSet = sections.some(({settings}) => settings.some(({name}) => name === 'component_module'))
  if (isSet) return null
  const begun = sections.filter(({continued}) => !continued)
  const certain = begun.findLastIndex((one) => one.certain)
  const found = new Set(begun.slice(Math.max(certain, 0)).map(({module}) => module))
  const [only, ...others] = found
  return others.length > 0 ? null : (only ?? null)
}

/**
 * Finds what an option is for a host, by its own settings and those of the whole server; undefined where nothing sets
 * it.
 * @param host null for the whole server
 */
export function optionFor(
  configuration: Configuration,
  host: ConfigHost | null,
  name: string,
): EffectiveOption | undefined {
  const global = holding(globalSections(configuration), name)
  if (host === null) return effective(name, global, false)
  const own = holding(ownSections(configuration, host), name)
  if (!own.mayBeUnset) return effective(name, own, false)
  const settings = [...global.settings, ...own.settings]
  const inherited = own.settings.length === 0 ? true : global.settings.length === 0 ? false : null
  return effective(name, {settings, mayBeUnset: global.mayBeUnset}, inherited)
}

/** Finds what the settings of a host itself say of an option, whatever those of the whole server are. */
export function ownOptionFor(
  configuration: Configuration,
  host: ConfigHost,
  name: string,
): EffectiveOption | undefined {
  return effective(name, holding(ownSections(configuration, host), name), false)
}

/** Lists the sections of a host, and those that may be of it. */
function ownSections({sections}: Configuration, host: ConfigHost): ConfigSection[] {
  return sections.filter((one) => one.kind === 'unclear' || host.sections.includes(one))
}

/** Lists the sections of the whole server, and those that may be of it. */
function globalSections({sections}: Configuration): ConfigSection[] {
  return sections.filter(({kind}) => kind === 'global' || kind === 'unclear')
}

interface Placed {
  readonly setting: ConfigSetting
  readonly section: ConfigSection
}

/** The settings of an option that may be the last word, and whether there may be none. */
interface Holding {
  readonly settings: readonly ConfigSetting[]
  readonly mayBeUnset: boolean
}

function holding(sections: readonly ConfigSection[], name: string): Holding {
  let open: Placed[] = []
  let isSet = false
  for (const section of sections)
    for (const setting of section.settings) {
      if (setting.name !== name) continue
      const placed = {setting, section}
      const isSure = setting.certain && section.kind !== 'unclear'
      if (isSure) {
        open = open.filter((one) => mayBeLater(one.section, section))
        isSet = setting.value.kind !== 'nil'
      }
      open.push(placed)
    }
  const settings = open.filter(({setting}) => setting.value.kind !== 'nil').map(({setting}) => setting)
  const mayBeUnset = !isSet || open.some(({setting: {value}}) => mayBeNil(value))
  return {settings, mayBeUnset}
}

/** What is unknown may be nothing as well, as a variable of the environment that is not set. */
function mayBeNil(value: ConfigValue): boolean {
  return value.kind === 'nil' || (value.kind === 'unknown' && value.candidates.length === 0)
}

/** Whether Prosody may read the earlier of two sections after the later one: files of one folder have no order. */
function mayBeLater(earlier: ConfigSection, later: ConfigSection): boolean {
  for (const [index, {group, member}] of earlier.unordered.entries()) {
    const other = later.unordered[index]
    if (other?.group !== group) return false
    if (other.member !== member) return true
  }
  return false
}

function effective(
  name: string,
  {settings, mayBeUnset}: Holding,
  inherited: EffectiveOption['inherited'],
): EffectiveOption | undefined {
  const [only, ...others] = settings
  if (only === undefined) return undefined
  if (others.length === 0 && !mayBeUnset && only.certain) return {value: only.value, settings, inherited}
  const values = settings.map(({value}) => value)
  const candidates = values.flatMap((one) => (one.kind === 'unknown' ? one.candidates : [one]))
  const isPlain = others.length === 0 && only.value.kind === 'unknown'
  const text = isPlain ? only.value.text : name
  return {value: {kind: 'unknown', text, candidates}, settings, inherited}
}
