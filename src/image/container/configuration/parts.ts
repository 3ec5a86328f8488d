import {luaString} from '../../../text/lua-string.ts'
import type {NamedModule} from '../modules.ts'
import {imageFolder} from '../paths.ts'
import {userSection} from '../sections.ts'

/** Names of the variables that profiles call differently. */
export interface GlobalNames {
  readonly c2sPort: string
  readonly c2sLimit: string
  /** Undefined where no other server connects. */
  readonly s2sLimit?: string
  readonly logLevel: string
}

/** Writes a list of Lua strings, without its braces. */
export function strings(names: readonly string[]): string {
  return names.map(luaString).join(', ')
}

/** Writes a list of modules in Lua: names that are known, and values of variables behind them. */
export function moduleList(names: readonly string[], ...variables: readonly string[]): string {
  const known = `{ ${strings(names)} }`
  return variables.length === 0
    ? known
    : `env.join(${[...(names.length === 0 ? [] : [known]), ...variables].join(', ')})`
}

/** Lists names of modules. */
export function namesOf(modules: readonly NamedModule[]): string[] {
  return modules.map(({name}) => name)
}

/** Opens a configuration: what all of it reads by. */
export const opening = `local Lua = Lua or _G -- 13.0 hands out Lua's own names as Lua, 0.12 as they are
local env = Lua.dofile("${imageFolder}/environment.lua")
local tls_files = Lua.dofile("${imageFolder}/certificates.lua")
local configuration = _ENV -- what GLOBAL_CONFIG and its like are run in
`

/** Finds out whether there is TLS, without making anything. */
export const foundCertificates = `local certificate_folder = env.PROSODY_CERTIFICATES
local tls = tls_files.found(certificate_folder)
if not tls then
  env.note("no certificate in " .. certificate_folder .. ": no TLS"
    .. (env.PROSODY_C2S_REQUIRE_ENCRYPTION
      and "; clients get in over WebSocket or BOSH behind a proxy that has TLS, or all with PROSODY_C2S_REQUIRE_ENCRYPTION=0"
      or ""))
end
`

/**
 * Makes certificates where there are none, as programs that don't verify them want.
 * @param hosts names of variables in the configuration
 * @param apart the one that gets one of its own where the certificates that are there are for others
 */
export function selfSigned(hosts: readonly string[], apart: string): string {
  return `local certificate_folder = env.PROSODY_CERTIFICATES
if not tls_files.found(certificate_folder) and env.PROSODY_SELF_SIGNED then
  certificate_folder = env.PROSODY_DATA_PATH .. "/certs"
  if env.is_server then
    local problem = tls_files.make(certificate_folder, { ${hosts.join(', ')} })
    if problem then env.refuse("PROSODY_DATA_PATH", "a folder in which certificates can be made", problem) end
  end
end
local tls = tls_files.found(certificate_folder)
local apart_tls -- of ${apart}
if tls and env.PROSODY_SELF_SIGNED and not tls_files.covers(certificate_folder, ${apart}) then
  local folder = env.PROSODY_DATA_PATH .. "/certs"
  local problem = env.is_server and tls_files.make(folder, { ${apart} })
  if problem then env.refuse("PROSODY_DATA_PATH", "a folder in which certificates can be made", problem) end
  apart_tls = { certificate = folder .. "/" .. ${apart} .. ".crt", key = folder .. "/" .. ${apart} .. ".key" }
end
if not tls and env.PROSODY_C2S_REQUIRE_ENCRYPTION and env.is_server then
  env.refuse("PROSODY_CERTIFICATES", "a folder with a certificate, PROSODY_SELF_SIGNED=1 or PROSODY_C2S_REQUIRE_ENCRYPTION=0", env.PROSODY_CERTIFICATES .. ", which has none")
end
`
}

/** Writes the options of the whole server that every profile has. */
export function serverOptions(names: GlobalNames): string {
  const {c2sPort, logLevel} = names
  return `data_path = env.PROSODY_DATA_PATH
certificates = certificate_folder
authentication = "internal_hashed"
c2s_ports = { env.${c2sPort} }
c2s_direct_tls_ports = {}
c2s_require_encryption = env.PROSODY_C2S_REQUIRE_ENCRYPTION
http_ports = { env.PROSODY_HTTP_PORT }
https_ports = {}
interfaces = env.ENABLE_IPV6 and { "*", "::" } or { "*" }
http_interfaces = env.ENABLE_IPV6 and { "*", "::" } or { "*" }
trusted_proxies = env.PROSODY_TRUSTED_PROXIES
-- The HTTP port is for a proxy that has TLS.
consider_bosh_secure = true
consider_websocket_secure = true
log = { { to = "console", timestamps = "%Y-%m-%d %X", levels = { min = env.${logLevel} } } }
${limitsOf(names)}`
}

function limitsOf({c2sLimit, s2sLimit}: GlobalNames): string {
  if (c2sLimit === 'PROSODY_C2S_LIMIT')
    return `if not env.PROSODY_DISABLE_C2S_LIMIT then limits = { c2s = { rate = env.${c2sLimit} } } end\n`
  const others = s2sLimit === undefined ? '' : `, s2sin = { rate = env.${s2sLimit} }`
  return `limits = { c2s = { rate = env.${c2sLimit} }${others} }\n`
}

/** Writes where data lies; stores that are not kept whatever is said of the others are named. */
export function storageOptions(forgotten: readonly string[] = []): string {
  const stores = forgotten.map((name) => `${name} = "memory"`).join(', ')
  const option = forgotten.length === 0 ? 'storage = kind' : `default_storage = kind\nstorage = { ${stores} }`
  return `local kind = env.PROSODY_STORAGE or (env.PROSODY_SQL_DRIVER and "sql" or "internal")
${option}
if kind == "sql" then
  if env.need("PROSODY_SQL_DRIVER", "PROSODY_STORAGE=sql") == "SQLite3" then
    sql = { driver = "SQLite3", database = env.PROSODY_SQL_DB .. ".sqlite" }
  else
    sql = {
      driver = "PostgreSQL",
      host = env.need("PROSODY_SQL_HOST", "PROSODY_SQL_DRIVER=PostgreSQL"),
      port = env.PROSODY_SQL_PORT,
      database = env.PROSODY_SQL_DB,
      username = env.PROSODY_SQL_USERNAME,
      password = env.need("PROSODY_SQL_PASSWORD", "PROSODY_SQL_DRIVER=PostgreSQL"),
    }
  end
end
`
}

/** What is read besides, as it lies in conf.d; plugin_paths come last, since the last assignment wins. */
export const includes = `Include "conf.d/*.cfg.lua"
Include "conf.d/prosody-mods.cfg.lua"
`

/** Programs that connect as components. */
export const externalComponents = `for _, external in Lua.ipairs(env.PROSODY_EXTERNAL_COMPONENTS or {}) do
  Component (external.host)
    component_secret = external.secret
      or env.need("PROSODY_COMPONENT_SECRET", "PROSODY_EXTERNAL_COMPONENTS=" .. external.host)
end
`

/** The port of programs that connect as components; closed where there are none. */
export const componentPorts = `component_ports = env.PROSODY_EXTERNAL_COMPONENTS and { env.PROSODY_COMPONENT_PORT } or {}
component_interfaces = env.ENABLE_IPV6 and { "*", "::" } or { "*" }
`

/** Options for metrics, where they are on. */
export const metricsOptions = `if env.PROSODY_ENABLE_METRICS then
  statistics = "internal"
  statistics_interval = "manual"
  openmetrics_allow_cidr = env.PROSODY_METRICS_ALLOWED_CIDR[1]
end
`

/** Makes a function of the accounts that administrators get on a host. */
export const adminAccounts = `local function admin_accounts(host)
  local accounts = {}
  for _, jid in Lua.ipairs(env.PROSODY_ADMIN_PASSWORD and env.PROSODY_ADMINS or {}) do
    local name, at = jid:match("^(.-)@(.+)$")
    if at == host then
      accounts[#accounts + 1] = { name = name, password = env.PROSODY_ADMIN_PASSWORD, keep = true }
    end
  end
  return accounts
end
`

/** Writes a title, as configurations have it. */
export function title(text: string): string {
  return `---------- ${text} ----------\n`
}

/** The place for options of the user's own, for the whole server. */
export const ownOptions = userSection('options', '--')

/** The place for hosts of the user's own. */
export const ownHosts = userSection('hosts', '--')
