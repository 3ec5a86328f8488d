import type {Placement} from '../../facts/placement.ts'
import {bareName} from '../../module-name.ts'
import {enabledModules} from '../../prosody/config/enabled.ts'
import {hostsIn, optionFor, ownOptionFor, type ConfigHost} from '../../prosody/config/effective.ts'
import type {Configuration, ConfigPlace} from '../../prosody/config/types.ts'

/** What to do to a configuration for a module to be loaded; the shape is part of --json (docs/reference/json.md). */
export interface Enabling {
  /**
   * enabled: it is enabled there; perhaps: it is under a condition; name: its name belongs into a list that is there;
   * list: a host that is there needs such a list; option: an option has to be set; host: a host has to be made.
   */
  readonly what: 'enabled' | 'perhaps' | 'name' | 'list' | 'option' | 'host'
  /** In words, one line: `add "smacks" to modules_enabled of VirtualHost "example.org"`. */
  readonly text: string
  /** Where in the configuration that is; null for what is not there yet. */
  readonly file: string | null
  readonly line: number | null
}

/**
 * Says what to do to a configuration for a module to be loaded, one or more ways to do it.
 * @param name of the module, without `mod_`
 */
export function enablingOf(
  name: string,
  placement: Placement,
  configuration: Configuration,
): readonly Enabling[] {
  const found = placesOf(name, configuration)
  const certain = found.filter((one) => one.certain)
  if (certain.length > 0) return certain.map((one) => at('enabled', `it is enabled`, one))
  if (found.length > 0) return found.map((one) => at('perhaps', 'it is enabled there under a condition', one))
  if (configuration.files.every(isVariables)) return [ofVariables(name, placement, configuration)]
  switch (placement.where) {
    case 'authentication':
      return [ofOption('authentication', name.replace(/^auth_/, ''), configuration)]
    case 'storage':
      return [ofOption('storage', name.replace(/^storage_/, ''), configuration)]
    case 'muc-component':
      return inComponents(name, 'muc', configuration)
    case 'in-component':
      return inComponents(name, placement.component ?? '', configuration)
    case 'component':
      return [nowhere('host', `make a host of it: Component "${hostFor(name, configuration)}" "${name}"`)]
    case 'global':
      return [ofWhole(name, configuration)]
    case 'host':
      return onHosts(name, configuration)
  }
}

/** A place in a configuration that names a module. */
export interface NamedAt extends ConfigPlace {
  readonly name: string
  readonly by: ReturnType<typeof enabledModules>['modules'][number]['by']
  readonly certain: boolean
}

/** Lists the places that have a module loaded, each once. @param name without `mod_` */
export function placesOf(name: string, configuration: Configuration): readonly NamedAt[] {
  const all = [null, ...hostsIn(configuration)].flatMap((host) => enabledModules(configuration, host).modules)
  const found = all.filter((one) => bareName(one.name) === name)
  return found.filter(
    (one, index) => found.findIndex(({file, line}) => file === one.file && line === one.line) === index,
  )
}

function at(what: Enabling['what'], text: string, {file, line}: ConfigPlace): Enabling {
  return {what, text, file, line}
}

function nowhere(what: Enabling['what'], text: string): Enabling {
  return {what, text, file: null, line: null}
}

function ofWhole(name: string, configuration: Configuration): Enabling {
  const [setting] = optionFor(configuration, null, 'modules_enabled')?.settings ?? []
  if (setting !== undefined) return at('name', `add "${name}" to modules_enabled at the top`, setting)
  return nowhere('list', `write at the top, above every host: modules_enabled = { "${name}" }`)
}

/** What the whole server has, every VirtualHost has; a list of its own comes on top of that. */
function onHosts(name: string, configuration: Configuration): readonly Enabling[] {
  const whole = ofWhole(name, configuration)
  const hosts = hostsIn(configuration).filter(({kind}) => kind === 'host')
  const own = hosts.flatMap((host) => {
    const [setting] = ownOptionFor(configuration, host, 'modules_enabled')?.settings ?? []
    return setting === undefined
      ? []
      : [at('name', `add "${name}" to modules_enabled of ${shown(host)}`, setting)]
  })
  if (whole.what === 'list' && own.length > 0) return own
  return [{...whole, text: hosts.length > 1 ? `${whole.text}, for every VirtualHost` : whole.text}, ...own]
}

function inComponents(name: string, module: string, configuration: Configuration): readonly Enabling[] {
  const found = hostsIn(configuration).filter((host) => host.kind === 'component' && host.module === module)
  if (found.length === 0) {
    const host = hostFor(module === 'muc' ? 'conference' : module, configuration)
    return [
      nowhere(
        'host',
        `make a host: Component "${host}" "${module}", and below it modules_enabled = { "${name}" }`,
      ),
    ]
  }
  return found.map((host) => {
    const [setting] = ownOptionFor(configuration, host, 'modules_enabled')?.settings ?? []
    if (setting !== undefined)
      return at('name', `add "${name}" to modules_enabled of ${shown(host)}`, setting)
    return at('list', `write below ${shown(host)}: modules_enabled = { "${name}" }`, host)
  })
}

function ofOption(option: string, value: string, configuration: Configuration): Enabling {
  const set = [null, ...hostsIn(configuration)].flatMap(
    (host) => optionFor(configuration, host, option)?.settings ?? [],
  )
  const [setting] = set
  if (setting !== undefined) return at('option', `${option} = "${value}", in place of what is set`, setting)
  const [host] = hostsIn(configuration).filter(({kind}) => kind === 'host')
  const line = `${option} = "${value}"`
  if (option === 'storage' || host === undefined) return nowhere('option', `write at the top: ${line}`)
  return at('option', `write below ${shown(host)}: ${line}`, host)
}

/** docker-jitsi-meet's configuration is made of variables. */
const variables: Readonly<Partial<Record<Placement['where'], string>>> = {
  'muc-component': 'XMPP_MUC_MODULES',
  host: 'XMPP_MODULES',
  global: 'GLOBAL_MODULES',
}

function ofVariables(name: string, {where}: Placement, {files}: Configuration): Enabling {
  const variable = variables[where] ?? 'XMPP_MODULES'
  return nowhere('name', `add ${name} to ${variable} in ${files[0] ?? '.env'}, set apart by a comma`)
}

function isVariables(file: string): boolean {
  return /(?:^|[/.])env$/.test(file)
}

/** A name for a host of the first VirtualHost's domain. */
function hostFor(label: string, configuration: Configuration): string {
  const domain = hostsIn(configuration).find(({kind, host}) => kind === 'host' && host !== null)?.host
  return `${label.replaceAll('_', '-')}.${domain ?? '…'}`
}

function shown({kind, host, module}: ConfigHost): string {
  const name = host === null ? '…' : `"${host}"`
  return kind === 'component'
    ? `Component ${name}${module === null ? '' : ` "${module}"`}`
    : `VirtualHost ${name}`
}
