import {dirname} from 'node:path'
import {placeOf} from '../../sources/kinds.ts'
import type {Environment} from '../../workbench/environment.ts'
import {credentialHosts, withoutUserinfo} from '../../workbench/shown-settings.ts'
import {configPath, type UserConfig} from '../../workbench/user-config.ts'
import type {Setting} from './types.ts'

/** Lists what holds for all projects of this user: folders, the network, who is asked as whom. */
export function userSettings(environment: Environment, user: UserConfig): Setting[] {
  const {env, storeFolder, stateFolder} = environment
  return [
    ...[
      folder('cache', dirname(storeFolder), {env, variable: 'PROSODY_MODS_CACHE'}),
      folder('state', stateFolder, {env, variable: 'PROSODY_MODS_STATE'}),
      folder('config', dirname(configPath(env)), {env, variable: 'PROSODY_MODS_CONFIG'}),
    ],
    ...pathSettings(environment, user),
    ...Object.entries(user.sources).map(([id, declared]): Setting => ({
      key: `sources.${id}`,
      value: withoutUserinfo(placeOf(declared)),
      from: 'config.json',
      where: user.path,
      change: `"sources" in ${user.path}`,
    })),
    ...plainVariables.map((one) => variableSetting(one, env)),
    ...credentialHosts(env).map(credentialSetting),
  ]
}

function folder(
  key: string,
  value: string,
  {env, variable}: {readonly env: NodeJS.ProcessEnv; readonly variable: string},
): Setting {
  const isSet = (env[variable] ?? '') !== ''
  return {
    key,
    value,
    from: isSet ? 'environment' : 'default',
    where: isSet ? variable : null,
    change: variable,
  }
}

function pathSettings({allowPaths}: Environment, user: UserConfig): Setting[] {
  const change = `"allowPaths" in ${user.path}, --allow-path`
  const all: Setting[] = []
  if (allowPaths.length > 0)
    all.push({key: 'allowPaths', value: allowPaths, from: 'flag', where: '--allow-path', change})
  if (user.allowPaths.length > 0)
    all.push({key: 'allowPaths', value: user.allowPaths, from: 'config.json', where: user.path, change})
  return all.length === 0 ? [{key: 'allowPaths', value: [], from: 'default', where: null, change}] : all
}

interface Variable {
  readonly key: string
  /** The first that is set counts. */
  readonly names: readonly string[]
  /** What holds where none is set. */
  readonly otherwise?: string | number
}

const plainVariables: readonly Variable[] = [
  {key: 'timeout', names: ['PROSODY_MODS_TIMEOUT'], otherwise: 30},
  {key: 'certificates', names: ['PROSODY_MODS_CA_FILE', 'SSL_CERT_FILE']},
  {key: 'oldestIndex', names: ['PROSODY_MODS_OLDEST_INDEX']},
  {key: 'httpProxy', names: ['http_proxy', 'HTTP_PROXY']},
  {key: 'httpsProxy', names: ['https_proxy', 'HTTPS_PROXY']},
  {key: 'noProxy', names: ['no_proxy', 'NO_PROXY']},
]

function variableSetting({key, names, otherwise}: Variable, env: NodeJS.ProcessEnv): Setting {
  const name = names.find((one) => env[one] !== undefined && env[one] !== '')
  if (name === undefined)
    return {key, value: otherwise ?? null, from: 'default', where: null, change: names[0] ?? ''}
  return {key, value: withoutUserinfo(env[name] ?? ''), from: 'environment', where: name, change: name}
}

function credentialSetting({host, origin}: {readonly host: string; readonly origin: string}): Setting {
  const isVariable = /^[A-Z_]+$/.test(origin)
  return {
    key: `credentials.${host}`,
    value: '(hidden)',
    from: isVariable ? 'environment' : 'netrc',
    where: origin,
    change: 'PROSODY_MODS_CREDENTIALS, netrc',
  }
}
