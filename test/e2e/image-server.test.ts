import {existsSync} from 'node:fs'
import {readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {newSandbox} from '../helpers/cli.ts'
import {listeningPorts, userOf} from '../helpers/container.ts'
import type {Image} from '../helpers/image-container.ts'
import {certificatesFor} from '../helpers/image-proof/certificates.ts'
import {externalComponent} from '../helpers/image-proof/components.ts'
import {accountLogins, encryption, noAnonymousLogins} from '../helpers/image-proof/logins.ts'
import {fillArchive, moderation} from '../helpers/image-proof/moderation.ts'
import {prove, startAlone, startIn, type Running} from '../helpers/image-proof/running.ts'
import {login, type ProvedServer} from '../helpers/image-proof/server.ts'
import {expectRefused} from '../helpers/image-proof/refused.ts'
import {refusals} from '../helpers/image-proof/wrong-values.ts'
import {newImageStore, type ImageStore} from '../helpers/image.ts'
import {ownProject} from '../helpers/image-project.ts'
import {startPostgres} from '../helpers/postgres.ts'
import {newPrivateNetwork} from '../helpers/private-network.ts'
import {newProject, prosodyLines} from '../helpers/project.ts'
import {patchedLogs, patchProject} from '../helpers/patched-project.ts'
import {packageWithRock, serveRock} from '../helpers/rock-files.ts'
import {startServer} from '../helpers/server.ts'

const domain = 'chat.example'
const linkedPath = 'usr/local/lib/prosody-mods/acme/mod_linked/mod_linked.lua'
const ann = {username: 'ann', password: `of 'this" test, only #1`}
const ben = {username: 'ben', password: 'of this test, too'}
const bot = {name: `bot.${domain}`, secret: 'the bot: its secret'}

const environment = {
  PROSODY_VIRTUAL_HOSTS: domain,
  PROSODY_COMPONENTS: `rooms.${domain}:muc`,
  PROSODY_ENABLE_MODULES: 'bosh,websocket',
  PROSODY_EXTERNAL_COMPONENTS: bot.name,
  PROSODY_COMPONENT_SECRET: bot.secret,
  PROSODY_ADMINS: `ann@${domain}`,
  PROSODY_ADMIN_PASSWORD: ann.password,
  LOCAL: ben.username,
  DOMAIN: domain,
  PASSWORD: ben.password,
}

const withoutTls = {...environment, PROSODY_C2S_REQUIRE_ENCRYPTION: '0'}

const chat = {
  at: () => `rooms.${domain}`,
  owner: (server: ProvedServer) => login(server, {transport: 'WebSocket', account: ann}),
  participant: (server: ProvedServer) => login(server, {transport: 'TCP', account: ben}),
}

const proofs = [
  ...accountLogins(ann),
  ...accountLogins(ben),
  ...noAnonymousLogins,
  encryption(ann),
  ...moderation(chat),
  ...externalComponent(bot, chat.owner),
]

describe.for(prosodyLines)('with Prosody %s', (line) => {
  let images: ImageStore
  beforeAll(async () => {
    images = await newImageStore()
  })
  afterAll(() => images.remove())

  /** Of a project with muc_moderation. */
  async function build(...flags: readonly string[]): Promise<Image> {
    const project = await newProject(line)
    try {
      await project.addPublished('muc_moderation')
      await project.cli('image', 'init', ...flags)
      return await images.build(project.folder)
    } finally {
      await project.remove()
    }
  }

  /** Of a project with a module that needs a rock that is nothing but Lua; the module is patched, and Prosody itself. */
  async function buildPatched(): Promise<Image> {
    const copy = await packageWithRock()
    const sandbox = await newSandbox(copy.program)
    const server = await startServer()
    try {
      await serveRock(sandbox, server)
      await ownProject(sandbox, ['linked'], {profile: 'minimal', line})
      await patchProject(sandbox)
      const {code, stdout, stderr} = await sandbox.cli(['image', 'write'])
      if (code !== 0) throw new Error(stdout + stderr)
      return await images.build(sandbox.project)
    } finally {
      await server.close()
      await sandbox.remove()
      await copy.remove()
    }
  }

  describe.for(['slim', 'scratch'])('the image of a server for everybody, %s', (variant) => {
    let image: Image
    beforeAll(async () => {
      image = await build('--profile', 'xmpp', '--variant', variant)
    }, 900_000)

    describe('as it is meant', () => {
      let running: Running
      let certificates: string
      beforeAll(async () => {
        certificates = await certificatesFor(domain)
        running = await startAlone(image, {environment, volumes: {'/etc/prosody/certs': certificates}})
      })
      afterAll(async () => {
        await running.stop()
        await rm(certificates, {recursive: true})
      })

      it('starts without an error or a warning', () => {
        expect(running.container.log()).not.toMatch(/\b(?:error|warn)\b/)
      })

      it('is process 1, as the user of the image, and listens where its clients look for it', async () => {
        const {pid} = running.container
        expect(await userOf(pid)).toBe(522)
        expect(await readFile(`/proc/${pid}/status`, 'utf8')).toMatch(/^NSpid:.*\t1$/m)
        expect(await listeningPorts(pid)).toEqual([5222, 5269, 5280, 5347])
      })

      it('is healthy as long as clients are answered', async () => {
        const check = image.config.Healthcheck.Test.slice(1)
        expect(await running.container.run(check)).toEqual({code: 0, stdout: '', stderr: ''})
        const elsewhere = await running.container.run(['env', 'PROSODY_C2S_PORT=5999', ...check])
        expect(elsewhere).toMatchObject({code: 1, stderr: 'port 5999: connection refused\n'})
      })

      it.for(proofs)('$name', (proof) => prove(running, proof, {domain, ports: running.ports}))
    })

    it(
      'keeps its archive in PostgreSQL, which may come up after it and go away for a while',
      {timeout: 180_000},
      async () => {
        const network = await newPrivateNetwork()
        const database = await startPostgres(network)
        const stored = {
          ...withoutTls,
          PROSODY_SQL_DRIVER: 'PostgreSQL',
          PROSODY_SQL_HOST: database.host,
          PROSODY_SQL_PASSWORD: database.password,
        }
        try {
          await database.stop()
          const first = await startIn(network, image, {environment: stored})
          await database.start()
          await expect
            .poll(() => first.container.log(), {timeout: 60_000})
            .toMatch(/accounts of the environment are there/)
          const proof = await fillArchive({domain, ports: first.ports}, chat)
          await database.stop()
          await database.start()
          await proof.prove({domain, ports: first.ports})
          await first.stop()
          const second = await startIn(network, image, {environment: stored})
          await proof.prove({domain, ports: second.ports})
          await second.stop()
          expect(Number(await database.query('SELECT count(*) FROM prosodyarchive'))).toBeGreaterThan(2)
        } finally {
          await database.remove()
          await network.remove()
        }
      },
    )

    it('keeps its archive in SQLite, on a read-only root, under any number with group 0', async () => {
      const data = await image.newVolume('/var/lib/prosody')
      const options = {
        environment: {...withoutTls, PROSODY_SQL_DRIVER: 'SQLite3'},
        volumes: {'/var/lib/prosody': data.folder},
        user: '1000690000:0',
        readOnly: true,
      }
      try {
        const first = await startAlone(image, options)
        expect(await userOf(first.container.pid)).toBe(1_000_690_000)
        const proof = await fillArchive({domain, ports: first.ports}, chat)
        await first.stop()
        const second = await startAlone(image, options)
        await proof.prove({domain, ports: second.ports})
        await second.stop()
      } finally {
        await data.remove()
      }
    })

    it(
      'does not start with a value that can not be, and names the variable',
      {timeout: 180_000},
      async () => {
        expectRefused(await refusals(image, 'xmpp', {}))
      },
    )
  })

  describe('the image of one host', () => {
    let image: Image
    beforeAll(async () => {
      image = await buildPatched()
    }, 900_000)

    it('has the files of a rock where its Lua finds them, and no LuaRocks', async () => {
      const running = await startAlone(image, {
        environment: {PROSODY_DOMAIN: domain, PROSODY_LOGLEVEL: 'debug', PROSODY_C2S_REQUIRE_ENCRYPTION: '0'},
      })
      expect(running.container.log()).toMatch(/\blinked\s.*\bhost is localhost$/m)
      expect(existsSync(join(image.root, 'usr/bin/luarocks'))).toBe(false)
      await running.stop()
    })

    it('has module and Prosody patched, and Prosody runs what the patches made', async () => {
      const kept = join(image.root, 'usr/local/share/prosody-patches/1-ping.patch')
      expect(await readFile(kept, 'utf8')).toContain(patchedLogs.prosody)
      const ping = await readFile(join(image.root, 'usr/lib/prosody/modules/mod_ping.lua'), 'utf8')
      expect(ping).toMatch(
        new RegExp(
          `^module:add_feature\\("urn:xmpp:ping"\\);\nmodule:log\\("info", "${patchedLogs.prosody}"\\);$`,
          'm',
        ),
      )
      const linked = await readFile(join(image.root, linkedPath), 'utf8')
      expect(linked).toMatch(new RegExp(`^module:log\\("info", "${patchedLogs.module}"\\);$`, 'm'))
      const running = await startAlone(image, {
        environment: {PROSODY_DOMAIN: domain, PROSODY_ENABLE_MODULES: 'ping,linked'},
      })
      for (const text of Object.values(patchedLogs)) expect(running.container.log()).toContain(text)
      expect(await running.container.modulePath(domain, 'ping')).toBe('/usr/lib/prosody/modules/mod_ping.lua')
      expect(await running.container.modulePath(domain, 'linked')).toBe(`/${linkedPath}`)
      await running.stop()
    })

    it('lets the administrator in whom the environment names', async () => {
      const running = await startAlone(image, {
        environment: {
          PROSODY_DOMAIN: domain,
          PROSODY_ADMINS: `ann@${domain}`,
          PROSODY_ADMIN_PASSWORD: ann.password,
          PROSODY_C2S_REQUIRE_ENCRYPTION: '0',
        },
        readOnly: true,
      })
      for (const proof of accountLogins(ann).filter(({name}) => name.endsWith('TCP')))
        await prove(running, proof, {domain, ports: running.ports})
      expect(running.container.log()).not.toMatch(/\b(?:error|warn)\b/)
      await running.stop()
    })

    it(
      'does not start with a value that can not be, and names the variable',
      {timeout: 180_000},
      async () => {
        expectRefused(await refusals(image, 'minimal', {}))
      },
    )
  })
})
