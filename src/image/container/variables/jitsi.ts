import {hasArchived, type ImageModules} from '../modules.ts'
import {admins, adminPassword, externals, logLevel, metrics, network, storage, tls} from './common.ts'
import {
  flag,
  onlyWith,
  port,
  type IgnoredVariable,
  type ProfileVariables,
  type Variable,
  type VariableGroup,
} from './types.ts'

const has =
  (...names: readonly string[]) =>
  ({all}: ImageModules): boolean =>
    names.every((name) => all.has(name))

function domain(name: string, standard: string, about: string): Variable {
  return {name, type: 'domain', default: standard, about}
}

function moreModules(name: string, where: string): Variable {
  return {name, type: 'modules', about: `modules to enable on ${where} besides`}
}

function moreLines(name: string, where: string): Variable {
  return {
    name,
    type: 'configuration',
    about: `lines of configuration for ${where}: Lua, separated by newlines, semicolons or commas`,
  }
}

const hosts: VariableGroup = {
  title: 'Hosts',
  variables: [
    {...domain('XMPP_DOMAIN', 'meet.jitsi', 'domain of the meetings'), example: 'meet.example.org'},
    domain(
      'XMPP_AUTH_DOMAIN',
      'auth.${XMPP_DOMAIN}',
      'domain of the accounts of Jicofo, bridges and the like',
    ),
    domain(
      'XMPP_MUC_DOMAIN',
      'muc.${XMPP_DOMAIN}',
      'domain of the conferences: a word, a dot and XMPP_DOMAIN',
    ),
    domain(
      'XMPP_INTERNAL_MUC_DOMAIN',
      'internal-muc.${XMPP_DOMAIN}',
      'domain of the rooms in which bridges meet Jicofo',
    ),
    domain(
      'XMPP_GUEST_DOMAIN',
      'guest.${XMPP_DOMAIN}',
      'domain of guests, with ENABLE_AUTH and ENABLE_GUESTS',
    ),
    domain('XMPP_HIDDEN_DOMAIN', 'hidden.${XMPP_DOMAIN}', 'domain of recorders and transcribers'),
    admins,
    adminPassword,
  ],
}

const accounts: VariableGroup = {
  title: 'Accounts',
  variables: [
    {
      name: 'JICOFO_AUTH_PASSWORD',
      type: 'secret',
      about: 'password of focus, as which Jicofo logs in',
      required: true,
    },
    {name: 'JVB_AUTH_USER', type: 'text', default: 'jvb', about: 'name as which bridges log in'},
    {name: 'JVB_AUTH_PASSWORD', type: 'secret', about: 'their password', required: true},
    {name: 'JIBRI_XMPP_USER', type: 'text', default: 'jibri', about: 'name as which Jibri logs in'},
    {name: 'JIBRI_XMPP_PASSWORD', type: 'secret', about: 'its password; without it there is no such account'},
    {
      name: 'JIBRI_RECORDER_USER',
      type: 'text',
      default: 'recorder',
      about: 'name as which Jibri joins conferences',
    },
    {
      name: 'JIBRI_RECORDER_PASSWORD',
      type: 'secret',
      about: 'its password; without it there is no such account',
    },
    {name: 'JIGASI_XMPP_USER', type: 'text', default: 'jigasi', about: 'name as which Jigasi logs in'},
    {
      name: 'JIGASI_XMPP_PASSWORD',
      type: 'secret',
      about: 'its password; without it there is no such account',
    },
    {
      name: 'JIGASI_TRANSCRIBER_USER',
      type: 'text',
      default: 'transcriber',
      about: 'name as which transcribers join conferences',
    },
    {
      name: 'JIGASI_TRANSCRIBER_PASSWORD',
      type: 'secret',
      about: 'their password; without it there is no such account',
    },
  ],
}

const algorithms = ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512']

const authentication: VariableGroup = {
  title: 'Authentication',
  variables: [
    flag('ENABLE_AUTH', false, 'let in who proves who they are; everybody otherwise'),
    {
      name: 'AUTH_TYPE',
      type: 'choice',
      default: 'internal',
      choices: ['internal', 'jwt'],
      about: 'how, with ENABLE_AUTH: by an account of this server, or by a token',
    },
    {
      name: 'PROSODY_AUTH_TYPE',
      type: 'choice',
      default: '${AUTH_TYPE}',
      choices: ['internal', 'jwt'],
      about: 'the same for Prosody alone',
    },
    flag('ENABLE_GUESTS', false, 'let others join the conferences of those, with ENABLE_AUTH'),
    {
      name: 'PROSODY_GUEST_AUTH_TYPE',
      type: 'text',
      default: 'jitsi-anonymous',
      about: 'how guests are let in',
    },
    {
      name: 'JWT_APP_ID',
      type: 'text',
      about: 'application that tokens are made for; their issuer where JWT_ACCEPTED_ISSUERS is not set',
      required: 'AUTH_TYPE=jwt',
      example: 'my-app',
    },
    {name: 'JWT_APP_SECRET', type: 'secret', about: 'secret that tokens are signed with (HS256 …)'},
    {
      name: 'JWT_PUBLIC_KEY',
      type: 'key',
      about: 'public key of the signer in PEM (RS256 …); best as JWT_PUBLIC_KEY_FILE',
    },
    {
      name: 'JWT_ASAP_KEYSERVER',
      type: 'url',
      about: 'URL of a folder with public keys, each by the SHA-256 of its kid with .pem',
    },
    {
      name: 'JWT_SIGN_TYPE',
      type: 'choice',
      choices: algorithms,
      about: 'algorithm of the signatures; HS256 for a secret, else RS256',
    },
    {
      name: 'JWT_ACCEPTED_ISSUERS',
      type: 'list',
      about: 'issuers of tokens that are let in, separated by commas',
    },
    {
      name: 'JWT_ACCEPTED_AUDIENCES',
      type: 'list',
      about: 'audiences of tokens that are let in; any where not set',
    },
    {
      name: 'JWT_ACCEPTED_ALLOWNER_ISSUERS',
      type: 'list',
      about: 'issuers whose users all own their rooms',
      when: has('muc_allowners'),
    },
    flag('JWT_ALLOW_EMPTY', false, 'let in who has no token, too'),
    {
      name: 'JWT_AUTH_TYPE',
      type: 'text',
      default: 'token',
      about: 'module that looks at tokens: auth_ and this',
    },
    {
      name: 'JWT_TOKEN_AUTH_MODULE',
      type: 'modules',
      about: 'module that looks at tokens where rooms are joined, in place of token_verification',
    },
    flag('JWT_ENABLE_DOMAIN_VERIFICATION', false, "want a token's sub to be the domain of the room"),
    flag('JWT_REQUIRE_ROOM_CLAIM', true, 'want a token to name its room, or *'),
  ],
}

const features: VariableGroup = {
  title: 'Features',
  variables: [
    flag('ENABLE_XMPP_WEBSOCKET', true, 'let clients connect by WebSocket'),
    onlyWith(has('muc_lobby_rooms'), flag('ENABLE_LOBBY', true, 'lobbies')),
    onlyWith(has('muc_breakout_rooms'), flag('ENABLE_BREAKOUT_ROOMS', true, 'breakout rooms')),
    onlyWith(
      has('av_moderation_component'),
      flag('ENABLE_AV_MODERATION', true, 'moderators may take microphones and cameras'),
    ),
    onlyWith(has('end_conference'), flag('ENABLE_END_CONFERENCE', true, 'moderators may end conferences')),
    onlyWith(
      ({all}) => all.has('polls') || all.has('polls_component'),
      flag('DISABLE_POLLS', false, 'no polls'),
    ),
    onlyWith(has('muc_domain_mapper'), flag('ENABLE_SUBDOMAINS', true, 'tenants in addresses of rooms')),
    flag('ENABLE_RECORDING', false, 'recorders join by XMPP_HIDDEN_DOMAIN'),
    flag('ENABLE_TRANSCRIPTIONS', false, 'transcribers join by XMPP_HIDDEN_DOMAIN'),
    onlyWith(
      has('jibri_session'),
      flag('PROSODY_ENABLE_RECORDING_METADATA', true, 'tell recorders who asked for them'),
    ),
    onlyWith(
      has('audio_translation_component'),
      flag('ENABLE_AUDIO_TRANSLATION', false, 'translation of speech'),
    ),
    onlyWith(
      has('filter_messages'),
      flag('PROSODY_ENABLE_FILTER_MESSAGES', false, 'look at messages before they are sent on'),
    ),
    onlyWith(
      has('muc_resource_validate'),
      flag(
        'PROSODY_ENABLE_MUC_RESOURCE_VALIDATE',
        true,
        'want nicks of conferences to be the start of the address',
      ),
    ),
    onlyWith(
      has('muc_resource_validate'),
      flag('PROSODY_MUC_RESOURCE_VALIDATE_ANONYMOUS_STRICT', false, 'want it of anonymous users, too'),
    ),
    {
      name: 'MAX_PARTICIPANTS',
      type: 'integer',
      range: [1, 100_000],
      about: 'most participants of a conference',
      when: has('muc_max_occupants'),
    },
    onlyWith(
      has('muc_wait_for_host'),
      flag('WAIT_FOR_HOST_DISABLE_AUTO_OWNERS', false, 'let nobody own a room for having come first'),
    ),
    onlyWith(
      has('reservations'),
      flag('PROSODY_RESERVATION_ENABLED', false, 'ask a service whether a conference may be'),
    ),
    {
      name: 'PROSODY_RESERVATION_REST_BASE_URL',
      type: 'url',
      about: 'base URL of that service',
      required: 'PROSODY_RESERVATION_ENABLED=1',
      when: has('reservations'),
    },
    onlyWith(
      has('measure_stanza_counts'),
      flag('PROSODY_ENABLE_STANZA_COUNTS', false, 'count stanzas for the metrics'),
    ),
  ],
}

const chat: VariableGroup = {
  title: 'Chat rooms',
  variables: [
    {
      ...domain(
        'XMPP_CHAT_DOMAIN',
        'chat.${XMPP_DOMAIN}',
        'domain of chat rooms that last and keep their messages',
      ),
      when: hasArchived,
    },
    {
      name: 'PROSODY_RETENTION_DAYS',
      type: 'integer',
      default: '7',
      range: [1, 36500],
      about: 'days that messages of chat rooms are kept',
      when: hasArchived,
    },
    {
      ...flag('PROSODY_RESTRICT_ROOM_CREATION', false, 'let administrators alone make chat rooms'),
      when: hasArchived,
    },
  ],
}

const modules: VariableGroup = {
  title: 'Modules and options',
  variables: [
    moreModules('GLOBAL_MODULES', 'all hosts'),
    moreModules('XMPP_MODULES', 'XMPP_DOMAIN and XMPP_GUEST_DOMAIN'),
    moreModules('XMPP_MUC_MODULES', 'XMPP_MUC_DOMAIN'),
    moreModules('XMPP_INTERNAL_MUC_MODULES', 'XMPP_INTERNAL_MUC_DOMAIN'),
    moreModules('XMPP_LOBBY_MUC_MODULES', 'the lobbies'),
    moreModules('XMPP_BREAKOUT_MUC_MODULES', 'the breakout rooms'),
    onlyWith(
      has('speakerstats_component'),
      moreModules('XMPP_SPEAKERSTATS_MODULES', 'the component of speaker statistics'),
    ),
    moreLines('GLOBAL_CONFIG', 'the whole server'),
    moreLines('XMPP_CONFIGURATION', 'XMPP_DOMAIN and XMPP_GUEST_DOMAIN'),
    moreLines('XMPP_MUC_CONFIGURATION', 'XMPP_MUC_DOMAIN'),
  ],
}

const rates: VariableGroup = {
  title: 'Limits',
  variables: [
    flag('PROSODY_DISABLE_C2S_LIMIT', false, 'no limit for clients'),
    onlyWith(
      has('rate_limit', 'muc_rate_limit'),
      flag('PROSODY_ENABLE_RATE_LIMITS', false, 'limits for addresses that join and log in often'),
    ),
    ...[
      ['PROSODY_RATE_LIMIT_LOGIN_RATE', '3', 'joins and logins in a second'] as const,
      ['PROSODY_RATE_LIMIT_SESSION_RATE', '200', 'bytes in a second for addresses beyond that'] as const,
      ['PROSODY_RATE_LIMIT_TIMEOUT', '60', 'seconds after which such a limit is lifted'] as const,
      ['PROSODY_RATE_LIMIT_CACHE_SIZE', '10000', 'addresses that are remembered'] as const,
    ].map(([name, standard, about]): Variable => ({
      name,
      type: 'integer',
      default: standard,
      range: [1, 1_000_000_000],
      about,
      when: has('rate_limit', 'muc_rate_limit'),
    })),
    {
      name: 'PROSODY_RATE_LIMIT_ALLOW_RANGES',
      type: 'addresses',
      default: '10.0.0.0/8',
      about: 'networks without such limits',
      when: has('rate_limit', 'muc_rate_limit'),
    },
  ],
}

const turn: VariableGroup = {
  title: 'TURN',
  variables: [
    {name: 'STUN_HOST', type: 'domain', about: 'STUN server that clients are told of'},
    port('STUN_PORT', 443, 'its port'),
    {name: 'TURN_HOST', type: 'domains', about: 'TURN servers, separated by commas'},
    port('TURN_PORT', 443, 'their port'),
    {name: 'TURN_TRANSPORT', type: 'list', default: 'tcp', about: 'how they are reached: tcp, udp'},
    {name: 'TURNS_HOST', type: 'domains', about: 'TURN servers with TLS, separated by commas'},
    port('TURNS_PORT', 443, 'their port'),
    {
      name: 'TURN_TTL',
      type: 'integer',
      default: '86400',
      range: [1, 31_536_000],
      about: 'seconds that credentials are good for',
    },
    {name: 'TURN_CREDENTIALS', type: 'secret', about: 'secret that is shared with the TURN servers'},
    {name: 'TURN_USERNAME', type: 'text', about: 'user of TURN servers that share no secret'},
    {name: 'TURN_PASSWORD', type: 'secret', about: 'password of that user'},
  ],
}

const because = {
  visitors: 'visitors and several servers are not set up by this image',
  ldap: 'there is no LDAP in this image',
  matrix: 'users of Matrix are not asked for by this image',
  s2s: 'this image talks to no other server in this profile',
  gc: "Prosody's own collector is used",
  own: 'belongs into conf.d of your project',
}

function ignoring(names: string, why: string, harmless: readonly string[] = []): IgnoredVariable[] {
  return names.split(' ').map((name) => ({name, harmless, because: why}))
}

const off = ['0', 'false', 'no', 'off']

/** What the profile jitsi reads: names of docker-jitsi-meet's Prosody, where it has one. */
export const jitsiVariables: ProfileVariables = {
  groups: [
    hosts,
    accounts,
    authentication,
    features,
    chat,
    modules,
    network({c2sPort: 'XMPP_PORT', c2sLimit: 'PROSODY_C2S_LIMIT'}),
    tls([flag('PROSODY_SELF_SIGNED', true, 'make certificates where the folder has none')]),
    rates,
    turn,
    storage,
    externals,
    metrics,
    {title: 'Log', variables: [logLevel('LOG_LEVEL')]},
  ],
  ignored: [
    ...ignoring('ENABLE_VISITORS PROSODY_VISITORS_S2S_VHOSTS VISITORS_XMPP_SERVER', because.visitors, off),
    ...ignoring('PROSODY_MODE', because.visitors, ['client']),
    ...ignoring('ENABLE_S2S PROSODY_ENABLE_S2S', because.s2s, off),
    ...ignoring('LDAP_URL LDAP_BASE LDAP_BINDDN LDAP_BINDPW LDAP_FILTER', because.ldap),
    ...ignoring('MATRIX_UVS_URL MATRIX_UVS_ISSUER MATRIX_UVS_AUTH_TOKEN', because.matrix),
    ...ignoring('ENABLE_JAAS_COMPONENTS', 'the components of 8x8 JaaS are not set up by this image', off),
    ...ignoring('GC_TYPE GC_INC_TH GC_INC_SPEED GC_INC_STEP_SIZE GC_GEN_MIN_TH GC_GEN_MAX_TH', because.gc),
    ...ignoring('PROSODY_LOG_CONFIG', because.own),
    ...ignoring('JICOFO_COMPONENT_SECRET', 'Jicofo logs in as a user'),
  ],
}
