import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Environment, Image} from '../helpers/image-container.ts'
import {componentsOffered, conferences, type JitsiServer} from '../helpers/image-proof/conferences.ts'
import {accountLogins, anonymousLogins, encryption, noAnonymousLogins} from '../helpers/image-proof/logins.ts'
import {moderation} from '../helpers/image-proof/moderation.ts'
import {prove, startAlone, type Running} from '../helpers/image-proof/running.ts'
import {login, type Proof} from '../helpers/image-proof/server.ts'
import {tokenAffiliations, tokenLogins, type Issuing} from '../helpers/image-proof/tokens.ts'
import {expectRefused} from '../helpers/image-proof/refused.ts'
import {refusals} from '../helpers/image-proof/wrong-values.ts'
import {newImageStore, type ImageStore} from '../helpers/image.ts'
import {jitsiLayouts, jitsiProject, type JitsiLayout} from '../helpers/jitsi-like.ts'
import {prosodyLines} from '../helpers/project.ts'
import type {TestServer} from '../helpers/server.ts'
import {newKeyPair} from '../helpers/xmpp/jwt.ts'
import {startKeyServer} from '../helpers/xmpp/key-server.ts'

const domain = 'meet.example'
const passwords = {focus: `f'o"c,u#s`, jvb: 'j v b'}
const required = {JICOFO_AUTH_PASSWORD: passwords.focus, JVB_AUTH_PASSWORD: passwords.jvb}
const ann = {username: 'ann', password: 'of this test only'}
const {privateKey, publicKey} = newKeyPair()

/** Where the public key is to be had by its id. */
let keys: TestServer

/** What a container is told, and what it then is. */
interface Setting {
  readonly title: string
  readonly environment: () => Environment
  readonly proofs: readonly Proof<JitsiServer>[]
  readonly prepare?: (running: Running) => Promise<unknown>
}

const chat = {
  at: () => `chat.${domain}`,
  owner: (server: JitsiServer) => login(server, {transport: 'WebSocket'}),
  participant: (server: JitsiServer) => login(server, {transport: 'TCP'}),
}

const offers = {'10008': {conference_duration: 'conferenceduration'}, '2026': {polls: 'polls'}} as const

function settings(layout: JitsiLayout): readonly Setting[] {
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
      () => ({JWT_ASAP_KEYSERVER: keys.url}),
    ),
  ]
}

function forTokens(title: string, issuing: Issuing, environment: () => Environment): Setting {
  return {
    title: `for tokens ${title}`,
    environment: () => ({
      ENABLE_AUTH: '1',
      AUTH_TYPE: 'jwt',
      JWT_APP_ID: issuing.app,
      JWT_ACCEPTED_ISSUERS: issuing.app,
      JWT_ACCEPTED_AUDIENCES: issuing.app,
      ...environment(),
    }),
    proofs: [...tokenLogins(issuing), tokenAffiliations(issuing)],
  }
}

beforeAll(async () => {
  keys = await startKeyServer({one: publicKey})
})
afterAll(() => keys.close())

describe.for(prosodyLines)('with Prosody %s', (line) => {
  let images: ImageStore
  beforeAll(async () => {
    images = await newImageStore()
  })
  afterAll(() => images.remove())

  describe.for(jitsiLayouts)('the image of a project with Jitsi of layout %s', (layout) => {
    let image: Image
    beforeAll(async () => {
      const project = await jitsiProject(layout, line)
      await project.addPublished('muc_moderation')
      await project.cli('image', 'init', '--profile', 'jitsi')
      image = await images.build(project.folder)
      await project.remove()
    }, 900_000)

    it(
      'does not start with a value that can not be, and names the variable',
      {timeout: 180_000},
      async () => {
        expectRefused(await refusals(image, 'jitsi', required))
      },
    )

    describe.for(settings(layout))('$title', ({environment, prepare, proofs}) => {
      let running: Running
      beforeAll(async () => {
        running = await startAlone(image, {
          environment: {
            ...required,
            XMPP_DOMAIN: domain,
            ...environment(),
          },
          lent: [Number(new URL(keys.url).port)],
        })
        await prepare?.(running)
      })
      afterAll(() => running.stop())

      it('starts without an error or a warning', () => {
        expect(running.container.log()).not.toMatch(/\t(?:error|warn)\t|\b(?:error|warn)\b/)
      })

      it.for(proofs)('$name', (proof) => prove(running, proof, {domain, passwords, ports: running.ports}))
    })
  })
})
