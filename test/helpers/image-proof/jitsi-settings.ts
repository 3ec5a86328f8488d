import type {Environment, Image} from '../image-container.ts'
import type {JitsiLayout} from '../jitsi-like.ts'
import type {TestServer} from '../server.ts'
import {newKeyPair} from '../xmpp/jwt.ts'
import {startKeyServer} from '../xmpp/key-server.ts'
import {componentsOffered, conferences, type JitsiServer} from './conferences.ts'
import {accountLogins, anonymousLogins, encryption, noAnonymousLogins} from './logins.ts'
import {moderation} from './moderation.ts'
import {startAlone, type Running} from './running.ts'
import {login, type Proof} from './server.ts'
import {tokenAffiliations, tokenLogins, type Issuing} from './tokens.ts'

const domain = 'meet.example'
const passwords = {focus: `f'o"c,u#s`, jvb: 'j v b'}

/** What no back end of Jitsi starts without. */
export const required = {JICOFO_AUTH_PASSWORD: passwords.focus, JVB_AUTH_PASSWORD: passwords.jvb}
const ann = {username: 'ann', password: 'of this test only'}
const {privateKey, publicKey} = newKeyPair()

/** Starts a server with the public key of `jitsiSettings`. */
export function startKeys(): Promise<TestServer> {
  return startKeyServer({one: publicKey})
}

/** What a container is told, and what is then to be proved of it. */
export interface JitsiSetting {
  /** Ends a sentence that begins with "a back end". */
  readonly title: string
  /** @param keys URL of the server that `startKeys` starts */
  readonly environment: (keys: string) => Environment
  readonly proofs: readonly Proof<JitsiServer>[]
  readonly prepare?: (running: Running) => Promise<unknown>
}

/** Starts a container so; `proofs` are for the server that is given with it. */
export async function startSetting(
  image: Image,
  setting: JitsiSetting,
  keys: TestServer,
): Promise<{readonly running: Running; readonly server: JitsiServer}> {
  const environment = {...required, XMPP_DOMAIN: domain, ...setting.environment(keys.url)}
  const running = await startAlone(image, {environment, lent: [Number(new URL(keys.url).port)]})
  await setting.prepare?.(running)
  return {running, server: {domain, passwords, ports: running.ports}}
}

const chat = {
  at: () => `chat.${domain}`,
  owner: (server: JitsiServer) => login(server, {transport: 'WebSocket'}),
  participant: (server: JitsiServer) => login(server, {transport: 'TCP'}),
}

const offers = {'10008': {conference_duration: 'conferenceduration'}, '2026': {polls: 'polls'}} as const

/** The settings that each image of a project with Jitsi's modules of a layout, and muc_moderation, is proved with. */
export function jitsiSettings(layout: JitsiLayout): readonly JitsiSetting[] {
  return [
    {
      title: 'for everybody',
      environment: () => ({}),
      proofs: [
        ...anonymousLogins,
        ...accountLogins({username: 'focus', password: passwords.focus}, `auth.${domain}`),
        encryption(),
        ...conferences,
        componentsOffered(offers[layout]),
        ...moderation(chat),
      ],
    },
    {
      title: 'for accounts',
      environment: () => ({ENABLE_AUTH: '1'}),
      prepare: ({container}) => container.run(['prosodyctl', 'register', ann.username, domain, ann.password]),
      proofs: [...accountLogins(ann), ...noAnonymousLogins],
    },
    forTokens('by a secret', {app: 'app', signing: {alg: 'HS256', key: 'a, secret'}}, () => ({
      JWT_APP_SECRET: 'a, secret',
    })),
    forTokens('by a public key', {app: 'app', signing: {alg: 'RS256', key: privateKey}, publicKey}, () => ({
      JWT_PUBLIC_KEY: publicKey,
    })),
    forTokens(
      'by a key server',
      {app: 'app', signing: {alg: 'RS256', key: privateKey, kid: 'one'}, publicKey},
      (url) => ({JWT_ASAP_KEYSERVER: url}),
    ),
  ]
}

function forTokens(
  title: string,
  issuing: Issuing,
  environment: (keys: string) => Environment,
): JitsiSetting {
  return {
    title: `for tokens ${title}`,
    environment: (keys) => ({
      ENABLE_AUTH: '1',
      AUTH_TYPE: 'jwt',
      JWT_APP_ID: issuing.app,
      JWT_ACCEPTED_ISSUERS: issuing.app,
      JWT_ACCEPTED_AUDIENCES: issuing.app,
      ...environment(keys),
    }),
    proofs: [...tokenLogins(issuing), tokenAffiliations(issuing)],
  }
}
