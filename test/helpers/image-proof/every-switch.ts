import type {Environment} from '../image-container.ts'
import type {Running} from './running.ts'

/** What a back end of Jitsi may be told besides what it must be: each switch on, each list with more than one. */
export const everything: Environment = {
  ...{ENABLE_AUTH: '1', AUTH_TYPE: 'jwt', JWT_APP_ID: 'app', JWT_APP_SECRET: `se,c"r'et #1`},
  ...{ENABLE_GUESTS: '1', JWT_ALLOW_EMPTY: '1', JWT_ACCEPTED_ISSUERS: 'app,other'},
  ...{
    ENABLE_RECORDING: 'true',
    ENABLE_TRANSCRIPTIONS: 'yes',
    JIBRI_XMPP_PASSWORD: 'x1',
    JIGASI_XMPP_PASSWORD: 'x3',
  },
  ...{JIBRI_RECORDER_PASSWORD: 'x2', JIGASI_TRANSCRIBER_PASSWORD: 'x4'},
  ...{PROSODY_ENABLE_RATE_LIMITS: '1', MAX_PARTICIPANTS: '20', PROSODY_ENABLE_METRICS: '1'},
  ...{PROSODY_ENABLE_FILTER_MESSAGES: '1', ENABLE_IPV6: '0', PROSODY_TRUSTED_PROXIES: '10.0.0.0/8, ::1'},
  ...{STUN_HOST: 'stun.example', TURN_HOST: 'turn.example,turn2.example', TURN_TRANSPORT: 'tcp,udp'},
  ...{TURNS_HOST: 'turns.example', TURN_CREDENTIALS: 'shared'},
  ...{GLOBAL_MODULES: 'time,uptime', XMPP_MODULES: 'lastactivity', XMPP_MUC_MODULES: 'muc_mam'},
  XMPP_MUC_CONFIGURATION: 'muc_max_messages = 5,a_list = { "a", "b, c" }',
  XMPP_CONFIGURATION: `an_option = "it's, so"; another = true`,
  GLOBAL_CONFIG: 'one = 1\\ntwo = "2"',
  ...{PROSODY_ADMINS: 'ann@auth.meet.jitsi', PROSODY_ADMIN_PASSWORD: 'pw'},
  ...{PROSODY_EXTERNAL_COMPONENTS: 'bot.meet.jitsi', PROSODY_COMPONENT_SECRET: 'a: b'},
}

const option = (host: string, name: string): string => `require"core.configmanager".get("${host}", "${name}")`

/** By an expression that the running server is asked, what it shall say. */
export const asGiven: Readonly<Record<string, string>> = {
  [option('meet.jitsi', 'app_secret')]: `se,c"r'et #1`,
  [option('muc.meet.jitsi', 'muc_max_messages')]: '5',
  [`${option('muc.meet.jitsi', 'a_list')}[2]`]: 'b, c',
  [option('meet.jitsi', 'an_option')]: "it's, so",
  [option('guest.meet.jitsi', 'another')]: 'true',
  [option('*', 'two')]: '2',
  [`#${option('*', 'external_services')}`]: '6',
  [`${option('*', 'trusted_proxies')}[2]`]: '::1',
  [`#${option('*', 'asap_accepted_issuers')}`]: '2',
  [option('bot.meet.jitsi', 'component_secret')]: 'a: b',
  [option('muc.meet.jitsi', 'muc_max_occupants')]: '20',
  ...Object.fromEntries(
    [
      ['focus', 'auth'],
      ['jibri', 'auth'],
      ['ann', 'auth'],
      ['recorder', 'hidden'],
      ['transcriber', 'hidden'],
    ].map(([name = '', label = '']) => [
      `require"core.usermanager".user_exists("${name}", "${label}.meet.jitsi")`,
      'true',
    ]),
  ),
}

/** Asks a running server for the values of expressions. */
export async function optionsOf({container}: Running, expressions: readonly string[]): Promise<string[]> {
  const values: string[] = []
  for (const one of expressions) values.push(await container.evaluate(one))
  return values
}
