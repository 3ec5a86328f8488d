import {namedAt, type ImageModules} from '../modules.ts'
import {moduleList, namesOf} from './parts.ts'

/** Writes the components of a back end of Jitsi. */
export function jitsiComponents(modules: ImageModules): string {
  return [
    roomOptions,
    internalRooms(modules),
    conferences(modules),
    ...plainComponents.flatMap(({type, label, condition, lines = []}) =>
      modules.all.has(type) ? [plainComponent(type, label, {condition, lines})] : [],
    ),
    lobbies(modules),
    breakouts(modules),
  ].join('\n')
}

const roomOptions = `local function rooms(cached)
  storage = "memory"
  restrict_room_creation = true
  muc_room_locking = false
  muc_room_default_public_jids = true
  muc_room_cache_size = cached
  muc_tombstones = false
  muc_room_allow_persistent = false
end
`

interface PlainComponent {
  /** The module that makes it. */
  readonly type: string
  /** What its name starts with. */
  readonly label: string
  readonly condition?: string
  readonly lines?: readonly string[]
}

const ofConferences = 'muc_component = muc_domain'

const plainComponents: readonly PlainComponent[] = [
  {type: 'client_proxy', label: 'focus', lines: ['target_address = focus']},
  {
    type: 'speakerstats_component',
    label: 'speakerstats',
    lines: [
      ofConferences,
      'if env.XMPP_SPEAKERSTATS_MODULES then modules_enabled = env.XMPP_SPEAKERSTATS_MODULES end',
    ],
  },
  {type: 'conference_duration_component', label: 'conferenceduration', lines: [ofConferences]},
  {
    type: 'room_metadata_component',
    label: 'metadata',
    lines: [ofConferences, 'if breakout then breakout_rooms_component = "breakout." .. domain end'],
  },
  {
    type: 'end_conference',
    label: 'endconference',
    condition: 'env.ENABLE_END_CONFERENCE',
    lines: [ofConferences],
  },
  {
    type: 'av_moderation_component',
    label: 'avmoderation',
    condition: 'env.ENABLE_AV_MODERATION',
    lines: [ofConferences],
  },
  {
    type: 'audio_translation_component',
    label: 'audiotranslation',
    condition: 'env.ENABLE_AUDIO_TRANSLATION',
    lines: [ofConferences],
  },
  {type: 'polls_component', label: 'polls', condition: 'not env.DISABLE_POLLS'},
]

function plainComponent(
  type: string,
  label: string,
  {condition, lines}: {readonly condition: string | undefined; readonly lines: readonly string[]},
): string {
  const indent = condition === undefined ? '' : '  '
  const text = [`Component ("${label}." .. domain) "${type}"`, ...lines.map((line) => `  ${line}`)]
    .map((line) => `${indent}${line}\n`)
    .join('')
  return condition === undefined ? text : `if ${condition} then\n${text}end\n`
}

function present({all}: ImageModules, names: readonly string[]): string[] {
  return names.filter((name) => all.has(name))
}

/** Conditions and what they enable, as arguments of env.enabled. */
function conditions(
  {all}: ImageModules,
  pairs: readonly (readonly [condition: string, name: string])[],
): string {
  return pairs
    .flatMap(([condition, name]) => (all.has(name) ? [`,\n    ${condition}, "${name}"`] : []))
    .join('')
}

function internalRooms(modules: ImageModules): string {
  return `Component (env.XMPP_INTERNAL_MUC_DOMAIN) "muc"
  rooms(1000)
  modules_enabled = ${moduleList(present(modules, ['muc_hide_all', 'muc_filter_access']), 'env.XMPP_INTERNAL_MUC_MODULES')}
  muc_filter_whitelist = { auth_domain }
`
}

function conferences(modules: ImageModules): string {
  const {all} = modules
  const named = namedAt(modules, 'muc-component').filter(({archives}) => !archives)
  const pollsHere = all.has('polls') && !all.has('polls_component')
  return `local trusted = env.enabled({ focus },
  env.ENABLE_RECORDING, env.JIBRI_RECORDER_USER .. "@" .. env.XMPP_HIDDEN_DOMAIN,
  env.ENABLE_TRANSCRIPTIONS, env.JIGASI_TRANSCRIBER_USER .. "@" .. env.XMPP_HIDDEN_DOMAIN)
Component (muc_domain) "muc"
  rooms(10000)
  modules_enabled = env.enabled(
    ${moduleList(
      [...present(modules, ['muc_hide_all', 'muc_meeting_id', 'muc_password_whitelist']), ...namesOf(named)],
      'env.XMPP_MUC_MODULES',
      'auth == "jwt" and (env.JWT_TOKEN_AUTH_MODULE or { "token_verification" }) or {}',
    )}${conditions(modules, [
      ['env.ENABLE_SUBDOMAINS', 'muc_domain_mapper'],
      ...(pollsHere ? ([['not env.DISABLE_POLLS', 'polls']] as const) : []),
      ...(all.has('rate_limit') && all.has('muc_rate_limit')
        ? ([
            ['env.PROSODY_ENABLE_RATE_LIMITS', 'muc_rate_limit'],
            ['env.PROSODY_ENABLE_RATE_LIMITS', 'rate_limit'],
          ] as const)
        : []),
      ['env.MAX_PARTICIPANTS', 'muc_max_occupants'],
      ['env.PROSODY_ENABLE_FILTER_MESSAGES', 'filter_messages'],
      ['env.PROSODY_ENABLE_MUC_RESOURCE_VALIDATE', 'muc_resource_validate'],
    ])})
  muc_password_whitelist = trusted
${conferenceOptions(modules)}  env.lines("XMPP_MUC_CONFIGURATION", configuration)()
`
}

function conferenceOptions({all}: ImageModules): string {
  return [
    ...(all.has('muc_max_occupants')
      ? [
          `  if env.MAX_PARTICIPANTS then
    muc_max_occupants = env.MAX_PARTICIPANTS
    muc_access_whitelist = trusted
  end
`,
        ]
      : []),
    ...(all.has('muc_resource_validate')
      ? ['  anonymous_strict = env.PROSODY_MUC_RESOURCE_VALIDATE_ANONYMOUS_STRICT\n']
      : []),
    ...(all.has('muc_wait_for_host')
      ? ['  if env.WAIT_FOR_HOST_DISABLE_AUTO_OWNERS then wait_for_host_disable_auto_owners = true end\n']
      : []),
    ...(all.has('rate_limit') && all.has('muc_rate_limit')
      ? [
          `  if env.PROSODY_ENABLE_RATE_LIMITS then
    rate_limit_login_rate = env.PROSODY_RATE_LIMIT_LOGIN_RATE
    rate_limit_session_rate = env.PROSODY_RATE_LIMIT_SESSION_RATE
    rate_limit_timeout = env.PROSODY_RATE_LIMIT_TIMEOUT
    rate_limit_cache_size = env.PROSODY_RATE_LIMIT_CACHE_SIZE
    rate_limit_whitelist = env.join({ "127.0.0.1", "::1" }, env.PROSODY_RATE_LIMIT_ALLOW_RANGES)
    rate_limit_whitelist_hosts = { env.XMPP_HIDDEN_DOMAIN }
  end
`,
        ]
      : []),
  ].join('')
}

function lobbies(modules: ImageModules): string {
  return `if lobby then
  Component ("lobby." .. domain) "muc"
    rooms(10000)
    modules_enabled = env.enabled(${moduleList(present(modules, ['muc_hide_all']), 'env.XMPP_LOBBY_MUC_MODULES')}${besides(modules)})
${limitOfRooms(modules)}end
`
}

function breakouts(modules: ImageModules): string {
  const pollsHere = modules.all.has('polls') && !modules.all.has('polls_component')
  return `if breakout then
  Component ("breakout." .. domain) "muc"
    rooms(10000)
    modules_enabled = env.enabled(${moduleList(present(modules, ['muc_hide_all', 'muc_meeting_id']), 'env.XMPP_BREAKOUT_MUC_MODULES')}${besides(modules)}${conditions(
      modules,
      [
        ...(pollsHere ? ([['not env.DISABLE_POLLS', 'polls']] as const) : []),
        ['env.PROSODY_ENABLE_FILTER_MESSAGES', 'filter_messages'],
      ],
    )})
end
`
}

function besides(modules: ImageModules): string {
  return modules.all.has('rate_limit') && modules.all.has('muc_rate_limit')
    ? conditions(modules, [['env.PROSODY_ENABLE_RATE_LIMITS', 'muc_rate_limit']])
    : ''
}

function limitOfRooms({all}: ImageModules): string {
  return all.has('muc_max_occupants')
    ? '    if env.MAX_PARTICIPANTS then muc_max_occupants = env.MAX_PARTICIPANTS end\n'
    : ''
}
