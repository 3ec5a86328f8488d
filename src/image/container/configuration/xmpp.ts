import {namedAt, type ImageModules} from '../modules.ts'
import {
  adminAccounts,
  componentPorts,
  externalComponents,
  foundCertificates,
  includes,
  metricsOptions,
  moduleList,
  namesOf,
  opening,
  ownHosts,
  ownOptions,
  serverOptions,
  storageOptions,
  title,
} from './parts.ts'

const usual = [
  'admin_adhoc',
  'admin_shell',
  'blocklist',
  'bookmarks',
  'carbons',
  'csi_simple',
  'dialback',
  'disco',
  'invites',
  'invites_adhoc',
  'invites_register',
  'limits',
  'pep',
  'ping',
  'private',
  'register',
  'roster',
  'saslauth',
  'smacks',
  'time',
  'uptime',
  'vcard4',
  'vcard_legacy',
  'version',
]

/** Writes the configuration of a server for everybody: hosts, components, other servers. */
export function xmppConfiguration(modules: ImageModules): string {
  return [
    opening,
    foundCertificates,
    title('The whole server'),
    serverOptions({
      c2sPort: 'PROSODY_C2S_PORT',
      c2sLimit: 'PROSODY_C2S_RATE_LIMIT',
      s2sLimit: 'PROSODY_S2S_RATE_LIMIT',
      logLevel: 'PROSODY_LOGLEVEL',
    }),
    server(modules),
    turnOptions,
    metricsOptions,
    storageOptions(),
    componentPorts,
    ownOptions,
    includes,
    adminAccounts,
    title('Hosts with accounts'),
    hosts(modules),
    title('Components'),
    components(modules),
    externalComponents,
    ownHosts,
  ].join('\n')
}

function server(modules: ImageModules): string {
  return `local first_host = env.PROSODY_VIRTUAL_HOSTS[1]
local public_name = env.PROSODY_NETWORK_HOSTNAME or first_host
local retention = env.PROSODY_ARCHIVE_EXPIRY_DAYS or env.PROSODY_RETENTION_DAYS
local s2s = env.PROSODY_ENABLE_S2S and tls
if env.PROSODY_ENABLE_S2S and not tls then env.note("no certificate: no connections with other servers") end

admins = env.PROSODY_ADMINS or {}
allow_registration = env.PROSODY_ALLOW_REGISTRATION
registration_invite_only = not env.PROSODY_ALLOW_REGISTRATION
http_host = public_name
proxy65_address = public_name
s2s_ports = { env.PROSODY_S2S_PORT }
s2s_direct_tls_ports = {}
s2s_secure_auth = env.PROSODY_S2S_SECURE_AUTH
if env.PROSODY_DNS_RESOLVERS then unbound = { forward = env.PROSODY_DNS_RESOLVERS } end
archive_expires_after = (retention or 7) .. "d"
modules_enabled = env.enabled(
  ${moduleList([...usual, ...namesOf(namedAt(modules, 'global'))], 'env.PROSODY_ENABLE_MODULES')},
  tls, "tls",
  s2s, "s2s_bidi",
  retention, "mam",
  env.PROSODY_TURN_SECRET, "turn_external",
  env.PROSODY_ENABLE_METRICS, "http_openmetrics")
modules_disabled = env.enabled(env.PROSODY_DISABLE_MODULES or {}, not s2s, "s2s")
`
}

const turnOptions = `if env.PROSODY_TURN_SECRET then
  turn_external_secret = env.PROSODY_TURN_SECRET
  turn_external_host = env.PROSODY_TURN_HOST or public_name
  turn_external_port = env.PROSODY_TURN_PORT
  if env.PROSODY_TURN_TLS_PORT then turn_external_tls_port = env.PROSODY_TURN_TLS_PORT end
end
`

function hosts(modules: ImageModules): string {
  return `if env.LOCAL then
  local known = false
  for _, host in Lua.ipairs(env.PROSODY_VIRTUAL_HOSTS) do known = known or host == (env.DOMAIN or first_host) end
  if not known then env.refuse("DOMAIN", "one of PROSODY_VIRTUAL_HOSTS", env.DOMAIN) end
end

for _, host in Lua.ipairs(env.PROSODY_VIRTUAL_HOSTS) do
  local accounts = admin_accounts(host)
  if env.LOCAL and host == (env.DOMAIN or first_host) then
    accounts[#accounts + 1] = { name = env.LOCAL, password = env.need("PASSWORD", "LOCAL"), keep = true }
  end
  VirtualHost (host)
    modules_enabled = ${moduleList(['image_accounts', ...namesOf(namedAt(modules, 'host'))])}
    image_accounts = accounts
end
`
}

function components(modules: ImageModules): string {
  return `for _, component in Lua.ipairs(env.PROSODY_COMPONENTS or {}) do
  Component (component.host) (component.kind)
  if component.kind == "muc" then
    modules_enabled = env.enabled(${moduleList(namesOf(namedAt(modules, 'muc-component')), 'env.PROSODY_MUC_MODULES')}, env.PROSODY_MUC_ARCHIVE, "muc_mam")
    muc_log_expires_after = (retention or 7) .. "d"
    restrict_room_creation = env.PROSODY_RESTRICT_ROOM_CREATION
    muc_room_locking = false
  elseif component.kind == "http_file_share" then
    http_file_share_expires_after = (env.PROSODY_UPLOAD_EXPIRY_DAYS or env.PROSODY_RETENTION_DAYS or 7) * 86400
    http_file_share_size_limit = env.PROSODY_UPLOAD_LIMIT_MB * 1024 * 1024
    if env.PROSODY_UPLOAD_STORAGE_GB then
      http_file_share_global_quota = env.PROSODY_UPLOAD_STORAGE_GB * 1024 * 1024 * 1024
    end
  end
end
`
}
