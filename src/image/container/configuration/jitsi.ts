import {hasArchived, namedAt, type ImageModules} from '../modules.ts'
import {jitsiComponents} from './jitsi-components.ts'
import {
  adminAccounts,
  componentPorts,
  externalComponents,
  includes,
  metricsOptions,
  moduleList,
  namesOf,
  opening,
  ownHosts,
  ownOptions,
  selfSigned,
  serverOptions,
  storageOptions,
  strings,
  title,
} from './parts.ts'

const usual = ['admin_shell', 'disco', 'limits', 'ping', 'private', 'roster', 'saslauth', 'version']

/** Writes the configuration of a back end of Jitsi, with the hosts and components that these modules are for. */
export function jitsiConfiguration(modules: ImageModules): string {
  return [
    opening,
    values(modules),
    selfSigned(['domain', 'auth_domain'], 'auth_domain'),
    title('The whole server'),
    serverOptions({c2sPort: 'XMPP_PORT', c2sLimit: 'PROSODY_C2S_LIMIT', logLevel: 'LOG_LEVEL'}),
    server(modules),
    turnOptions,
    metricsOptions,
    // What a connection may take up again is not worth a file for every guest.
    storageOptions(['smacks_h']),
    componentPorts,
    ownOptions,
    includes,
    'env.lines("GLOBAL_CONFIG", configuration)()\n',
    adminAccounts,
    title('Hosts'),
    mainHost(modules),
    guestHost(modules),
    accountHosts(modules),
    title('Components'),
    jitsiComponents(modules),
    ...(hasArchived(modules) ? [chatRooms(modules)] : []),
    externalComponents,
    ownHosts,
  ].join('\n')
}

function values({all}: ImageModules): string {
  const optional = (name: string, module: string, value: string): string =>
    `local ${name} = ${all.has(module) ? value : 'false'}\n`
  return `local domain = env.XMPP_DOMAIN
local auth_domain = env.XMPP_AUTH_DOMAIN
local muc_domain = env.XMPP_MUC_DOMAIN
-- mod_token_verification takes the host out of the component's name: a word, a dot, the host.
local muc_prefix = muc_domain:match("^(%w+)%.") or ""
if muc_domain ~= muc_prefix .. "." .. domain then
  env.refuse("XMPP_MUC_DOMAIN", "letters or digits and then ." .. domain, muc_domain)
end
local auth = env.ENABLE_AUTH and env.PROSODY_AUTH_TYPE or "anonymous"
local guests = env.ENABLE_AUTH and env.ENABLE_GUESTS
local hidden = env.ENABLE_RECORDING or env.ENABLE_TRANSCRIPTIONS
${optional('lobby', 'muc_lobby_rooms', 'env.ENABLE_LOBBY')}${optional('breakout', 'muc_breakout_rooms', 'env.ENABLE_BREAKOUT_ROOMS')}local focus = "focus@" .. auth_domain
`
}

function server(modules: ImageModules): string {
  const stanzas = modules.all.has('measure_stanza_counts')
    ? ',\n  env.PROSODY_ENABLE_STANZA_COUNTS, "measure_stanza_counts"'
    : ''
  return `local bridge = env.JVB_AUTH_USER .. "@" .. auth_domain
admins = env.join({ focus, bridge },
  env.enabled({},
    env.JIBRI_XMPP_PASSWORD, env.JIBRI_XMPP_USER .. "@" .. auth_domain,
    env.JIGASI_XMPP_PASSWORD, env.JIGASI_XMPP_USER .. "@" .. auth_domain),
  env.PROSODY_ADMINS)
unlimited_jids = { focus, bridge }
component_admins_as_room_owners = true
allow_registration = false
http_default_host = domain
muc_mapper_domain_base = domain
muc_mapper_domain_prefix = muc_prefix
recorder_prefixes = { env.JIBRI_RECORDER_USER .. "@" .. env.XMPP_HIDDEN_DOMAIN }
transcriber_prefixes = { env.JIGASI_TRANSCRIBER_USER .. "@" .. env.XMPP_HIDDEN_DOMAIN }
smacks_max_unacked_stanzas = 5
smacks_hibernation_time = 60
smacks_max_old_sessions = 1
if auth == "jwt" then
  asap_accepted_issuers = env.JWT_ACCEPTED_ISSUERS
  asap_accepted_audiences = env.JWT_ACCEPTED_AUDIENCES
${modules.all.has('muc_allowners') ? '  allowner_issuers = env.JWT_ACCEPTED_ALLOWNER_ISSUERS\n' : ''}end
modules_enabled = env.enabled(
  ${moduleList([...usual, ...namesOf(namedAt(modules, 'global'))], 'env.GLOBAL_MODULES')},
  tls, "tls",
  env.TURN_HOST or env.TURNS_HOST or env.STUN_HOST, "external_services",
  env.PROSODY_ENABLE_METRICS, "http_openmetrics"${stanzas})
modules_disabled = { "offline", "register", "s2s" }
`
}

const turnOptions = `local services = {}
local function service(kind, host, port, transport)
  services[#services + 1] = {
    type = kind, host = host, port = port, transport = transport,
    ttl = kind ~= "stun" and env.TURN_TTL or nil,
    secret = kind ~= "stun" and env.TURN_CREDENTIALS and true or nil,
    algorithm = kind ~= "stun" and env.TURN_CREDENTIALS and "turn" or nil,
    username = kind ~= "stun" and env.TURN_USERNAME or nil,
    password = kind ~= "stun" and env.TURN_PASSWORD or nil,
  }
end
if env.STUN_HOST then service("stun", env.STUN_HOST, env.STUN_PORT, "udp") end
for _, host in Lua.ipairs(env.TURN_HOST or {}) do
  for _, transport in Lua.ipairs(env.TURN_TRANSPORT) do service("turn", host, env.TURN_PORT, transport) end
end
for _, host in Lua.ipairs(env.TURNS_HOST or {}) do service("turns", host, env.TURNS_PORT, "tcp") end
if #services > 0 then
  external_services = services
  if env.TURN_CREDENTIALS then external_service_secret = env.TURN_CREDENTIALS end
end
`

/** Until 2025 a module of the host stands before each component; mod_features_identity took their place. */
function mainHost(modules: ImageModules): string {
  const {all} = modules
  const announced = !all.has('features_identity')
  const usually = ['bosh', 'features_identity', 'speakerstats', 'conference_duration', 'room_metadata']
  const own = usually.filter((name) => name === 'bosh' || all.has(name))
  const conditional = [
    ['env.ENABLE_XMPP_WEBSOCKET', 'websocket'],
    ['env.ENABLE_XMPP_WEBSOCKET', 'smacks'],
    ['lobby', 'muc_lobby_rooms'],
    ['breakout', 'muc_breakout_rooms'],
    ...(all.has('av_moderation') ? [['env.ENABLE_AV_MODERATION', 'av_moderation']] : []),
    ...(announced && all.has('end_conference') ? [['env.ENABLE_END_CONFERENCE', 'end_conference']] : []),
    ...(all.has('reservations') ? [['env.PROSODY_RESERVATION_ENABLED', 'reservations']] : []),
    ...(all.has('jibri_session')
      ? [
          [
            'env.PROSODY_ENABLE_RECORDING_METADATA and env.ENABLE_RECORDING and auth == "jwt"',
            'jibri_session',
          ],
        ]
      : []),
  ]
  const components = [
    ['speakerstats', 'speakerstats_component', 'speakerstats'],
    ['conference_duration_component', 'conference_duration_component', 'conferenceduration'],
    ['room_metadata', 'room_metadata_component', 'metadata'],
    ['av_moderation', 'av_moderation_component', 'avmoderation'],
    ...(announced ? [['end_conference', 'end_conference_component', 'endconference']] : []),
  ].filter(([module = '']) => all.has(module))
  return `VirtualHost (domain)
${authentication(modules)}
  modules_enabled = env.enabled(
    ${moduleList([...own, ...namesOf(namedAt(modules, 'host'))], 'env.XMPP_MODULES')},
${conditional.map(([condition = '', name = '']) => `    ${condition}, "${name}"`).join(',\n')})
  main_muc = muc_domain
${components.map(([, option = '', label = '']) => `  ${option} = "${label}." .. domain\n`).join('')}  if lobby then
    lobby_muc = "lobby." .. domain
    if hidden then muc_lobby_whitelist = { env.XMPP_HIDDEN_DOMAIN } end
  end
  if breakout then breakout_rooms_muc = "breakout." .. domain end
${all.has('reservations') ? '  if env.PROSODY_RESERVATION_ENABLED then\n    reservations_api_prefix = env.need("PROSODY_RESERVATION_REST_BASE_URL", "PROSODY_RESERVATION_ENABLED=1")\n  end\n' : ''}  env.lines("XMPP_CONFIGURATION", configuration)()
`
}

function authentication({all}: ImageModules): string {
  const anonymous = all.has('auth_jitsi-anonymous') ? 'jitsi-anonymous' : 'anonymous'
  return `  if auth == "jwt" then
    local secret, public_key, key_server = env.JWT_APP_SECRET, env.JWT_PUBLIC_KEY, env.JWT_ASAP_KEYSERVER
    if not (secret or public_key or key_server) then
      env.refuse("JWT_APP_SECRET", "it, JWT_PUBLIC_KEY_FILE or JWT_ASAP_KEYSERVER for AUTH_TYPE=jwt")
    end
    if secret and public_key then env.refuse("JWT_PUBLIC_KEY", "either it or JWT_APP_SECRET", "both") end
    local algorithm = env.JWT_SIGN_TYPE or (public_key or key_server) and "RS256" or "HS256"
    -- A public key is no secret: who knows it could sign with it.
    if (public_key or key_server) and not secret and not algorithm:match("^RS") then
      env.refuse("JWT_SIGN_TYPE", "RS256, RS384 or RS512 for public keys", algorithm)
    end
    if secret and not key_server and not algorithm:match("^HS") then
      env.refuse("JWT_SIGN_TYPE", "HS256, HS384 or HS512 for JWT_APP_SECRET", algorithm)
    end
    authentication = env.JWT_AUTH_TYPE
    app_id = env.need("JWT_APP_ID", "AUTH_TYPE=jwt")
    app_secret = secret or public_key
    asap_key_server = key_server
    signature_algorithm = algorithm
    allow_empty_token = env.JWT_ALLOW_EMPTY
    enable_domain_verification = env.JWT_ENABLE_DOMAIN_VERIFICATION
    asap_require_room_claim = env.JWT_REQUIRE_ROOM_CLAIM
  elseif auth == "internal" then
    authentication = "internal_hashed"
    disable_sasl_mechanisms = { "DIGEST-MD5", "OAUTHBEARER" }
  else
    authentication = "${anonymous}"
  end`
}

function guestHost(modules: ImageModules): string {
  return `if guests then
  VirtualHost (env.XMPP_GUEST_DOMAIN)
    authentication = env.PROSODY_GUEST_AUTH_TYPE
    modules_enabled = env.enabled(
      ${moduleList(namesOf(namedAt(modules, 'host')), 'env.XMPP_MODULES')},
      env.ENABLE_XMPP_WEBSOCKET, "smacks")
    main_muc = muc_domain
    if lobby then lobby_muc = "lobby." .. domain end
    if breakout then breakout_rooms_muc = "breakout." .. domain end
    env.lines("XMPP_CONFIGURATION", configuration)()
end
`
}

function accountHosts({all}: ImageModules): string {
  const own = [...(all.has('limits_exception') ? ['limits_exception'] : []), 'smacks', 'image_accounts']
  return `local function account(accounts, name, password)
  if password then accounts[#accounts + 1] = { name = name, password = password } end
end

local service_accounts = admin_accounts(auth_domain)
account(service_accounts, "focus", env.JICOFO_AUTH_PASSWORD)
account(service_accounts, env.JVB_AUTH_USER, env.JVB_AUTH_PASSWORD)
account(service_accounts, env.JIBRI_XMPP_USER, env.JIBRI_XMPP_PASSWORD)
account(service_accounts, env.JIGASI_XMPP_USER, env.JIGASI_XMPP_PASSWORD)
VirtualHost (auth_domain)
  authentication = "internal_hashed"
  ssl = apart_tls
  modules_enabled = { ${strings(own)} }
  smacks_hibernation_time = 15
  image_accounts = service_accounts
  -- Jicofo's component sees when its user is there.
  image_subscriptions = { focus = { "focus." .. domain } }

if hidden then
  local hidden_accounts = {}
  account(hidden_accounts, env.JIBRI_RECORDER_USER, env.JIBRI_RECORDER_PASSWORD)
  account(hidden_accounts, env.JIGASI_TRANSCRIBER_USER, env.JIGASI_TRANSCRIBER_PASSWORD)
  VirtualHost (env.XMPP_HIDDEN_DOMAIN)
    authentication = "internal_hashed"
    modules_enabled = { "smacks", "image_accounts" }
    image_accounts = hidden_accounts
end
`
}

function chatRooms(modules: ImageModules): string {
  const archived = namedAt(modules, 'muc-component').filter(({archives}) => archives)
  return `Component (env.XMPP_CHAT_DOMAIN) "muc"
  name = "Chat rooms"
  modules_enabled = ${moduleList(['muc_mam', ...namesOf(archived)])}
  muc_log_expires_after = env.PROSODY_RETENTION_DAYS .. "d"
  muc_room_locking = false
  muc_room_default_persistent = true
  restrict_room_creation = env.PROSODY_RESTRICT_ROOM_CREATION
`
}
