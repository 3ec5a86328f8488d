import {namedAt, type ImageModules} from '../modules.ts'
import {
  adminAccounts,
  foundCertificates,
  includes,
  moduleList,
  namesOf,
  opening,
  ownHosts,
  ownOptions,
  serverOptions,
  storageOptions,
  title,
} from './parts.ts'

const usual = ['admin_shell', 'disco', 'limits', 'ping', 'roster', 'saslauth', 'time', 'uptime', 'version']

/** Writes the configuration of one host. */
export function minimalConfiguration(modules: ImageModules): string {
  return [
    opening,
    foundCertificates,
    title('The whole server'),
    serverOptions({
      c2sPort: 'PROSODY_C2S_PORT',
      c2sLimit: 'PROSODY_C2S_RATE_LIMIT',
      logLevel: 'PROSODY_LOGLEVEL',
    }),
    `admins = env.PROSODY_ADMINS or {}
allow_registration = false
component_ports = {}
modules_enabled = env.enabled(${moduleList([...usual, ...namesOf(namedAt(modules, 'global'))], 'env.PROSODY_ENABLE_MODULES')}, tls, "tls")
modules_disabled = { "s2s" }
`,
    storageOptions(),
    ownOptions,
    includes,
    adminAccounts,
    title('The host'),
    `VirtualHost (env.PROSODY_DOMAIN)
  modules_enabled = ${moduleList(['image_accounts', ...namesOf(namedAt(modules, 'host'))])}
  image_accounts = admin_accounts(env.PROSODY_DOMAIN)
`,
    ownHosts,
  ].join('\n')
}
