import {chmod, mkdtemp, readFile, readdir, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {listeningPorts, userOf} from '../helpers/container.ts'
import type {Container} from '../helpers/container.ts'
import {exampleContext, exampleFolder, fixtureContext} from '../helpers/context.ts'
import type {Context} from '../helpers/context.ts'
import {fileDigest} from '../helpers/digest.ts'
import {buildImage} from '../helpers/image.ts'
import {assertLayout} from '../helpers/layout.ts'
import {mustRun, runProgram, type ProgramOutput} from '../helpers/program.ts'
import {rootPlace} from '../helpers/prosody-place.ts'
import {newAuthority} from '../helpers/tls.ts'

const moduleFile = 'mod_muc_moderation/mod_muc_moderation.lua'
const modulePath = `/usr/local/lib/prosody-mods/community/${moduleFile}`

describe('the image of examples/moderated-chat', {timeout: 180_000}, () => {
  let context: Context
  let image: Awaited<ReturnType<typeof buildImage>>
  beforeAll(async () => {
    context = await exampleContext()
    image = await buildImage(context.folder)
  }, 1_200_000)
  afterAll(async () => {
    await context.remove()
    await image.remove()
  })

  it('is built from the Dockerfile as it is in the repository', async () => {
    const built = await readFile(join(context.folder, 'Dockerfile'), 'utf8')
    expect(built).toBe(await readFile(join(exampleFolder, 'Dockerfile'), 'utf8'))
  })

  it('declares its user, command, ports, volumes and health check', () => {
    expect(image.config.User).toBe('522:522')
    expect(image.config.Cmd).toEqual(['prosody', '-F'])
    expect(Object.keys(image.config.ExposedPorts).sort()).toEqual([
      '5222/tcp',
      '5269/tcp',
      '5280/tcp',
      '5347/tcp',
    ])
    expect(Object.keys(image.config.Volumes).sort()).toEqual(['/etc/prosody/certs', '/var/lib/prosody'])
    expect(image.config.Healthcheck.Test).toEqual(['CMD', 'prosodyctl', 'shell', "> 'up'"])
  })

  it('holds no private key and no variable beside the path', async () => {
    expect(await readdir(join(image.root, 'etc/ssl/private'))).toEqual([])
    expect(await readdir(join(image.root, 'etc/prosody/certs'))).toEqual([])
    expect(image.config.Env.map((variable) => variable.split('=')[0])).toEqual(['PATH'])
  })

  it('keeps the modules out of the reach of the user that runs them', async () => {
    const found = await stat(join(image.root, modulePath))
    expect({owner: found.uid, writable: found.mode & 0o022}).toEqual({owner: 0, writable: 0})
    expect((await rootPlace(image.root)).uid).toBe(522)
  })

  it('loads the locked module as its own user and stops in order', async () => {
    const container = await image.start({})
    await running(container, async () => {
      expect(await userOf(container.pid)).toBe(522)
      expect(await container.evaluate('prosody.version')).toMatch(/^13\.0\./)
      expect(await container.modulePath('conference.localhost', 'muc_moderation')).toBe(modulePath)
      const locked = await context.lockedDigest('community/muc_moderation', moduleFile)
      expect(await fileDigest(join(image.root, modulePath))).toBe(locked)
      expect(await listeningPorts(container.pid)).toEqual([5222, 5280])
      expect((await container.run(image.config.Healthcheck.Test.slice(1))).code).toBe(0)
    })
    const log = container.log().replace(/^.*\bReceived SIGTERM$/gm, '')
    expect(log).toMatch(/Hello and welcome to Prosody/)
    expect(log).not.toMatch(/\berror\b|^(startup|config|modulemanager) +warn\b/m)
  })

  it('is set up by environment variables', async () => {
    const container = await image.start({
      PROSODY_DOMAIN: 'chat.example',
      PROSODY_MUC_DOMAIN: 'rooms.chat.example',
      PROSODY_MUC_MODULES: 'muc_moderation, muc_unique',
      PROSODY_ADMINS: 'ann@chat.example, bob@chat.example',
      PROSODY_FEDERATION: 'on',
      PROSODY_LOG_LEVEL: 'debug',
    })
    await running(container, async () => {
      expect(await container.modulePath('rooms.chat.example', 'muc_moderation')).toBe(modulePath)
      expect(await container.modulePath('rooms.chat.example', 'muc_unique')).toMatch(/mod_muc_unique\.lua$/)
      expect(await container.modulePath('conference.localhost', 'muc_moderation')).toBeUndefined()
      expect(
        await container.evaluate('table.concat(require"core.configmanager".get("*", "admins"), " ")'),
      ).toBe('ann@chat.example bob@chat.example')
      expect(await listeningPorts(container.pid)).toEqual([5222, 5269, 5280])
      await logged(container, /\bdebug\b/)
    })
  })

  /** Of a client on the same machine. */
  async function login(container: Container, service: string, trusted = '/dev/null'): Promise<string> {
    const inside = ['nsenter', '--net', '--target', String(container.pid)]
    await mustRun([...inside, 'ip', 'link', 'set', 'lo', 'up'])
    const client = join(import.meta.dirname, '../helpers/xmpp-login.js')
    const words = [process.execPath, client, service, 'localhost', 'ann', 'of this test only']
    const env = {...process.env, NODE_EXTRA_CA_CERTS: trusted}
    return (await runProgram([...inside, ...words], {env})).stdout
  }

  const register = (container: Container): Promise<ProgramOutput> =>
    container.run(['prosodyctl', 'register', 'ann', 'localhost', 'of this test only'])

  it('lets clients in on port 5222 by STARTTLS where it has a certificate', async () => {
    const authority = await newAuthority()
    const {cert, key} = await authority.issue('DNS:localhost')
    const certs = await mkdtemp(join(tmpdir(), 'prosody-mods-certs-'))
    await chmod(certs, 0o755)
    await writeFile(join(certs, 'localhost.crt'), cert)
    await writeFile(join(certs, 'localhost.key'), key)
    try {
      const container = await image.start({}, {volumes: {'/etc/prosody/certs': certs}})
      await running(container, async () => {
        await register(container)
        expect(await login(container, 'xmpp://localhost:5222', authority.file)).toBe(
          'ann@localhost/test over TLS\n',
        )
      })
    } finally {
      await rm(certs, {recursive: true})
      await authority.remove()
    }
  })

  it('offers no TLS without a certificate: clients get in where that is allowed', async () => {
    const strict = await image.start({})
    await running(strict, async () => {
      await register(strict)
      expect(await login(strict, 'xmpp://localhost:5222')).not.toContain('ann@localhost')
      expect(await login(strict, 'ws://localhost:5280/xmpp-websocket')).not.toContain('ann@localhost')
    })
    const open = await image.start({PROSODY_REQUIRE_TLS: 'off', PROSODY_BEHIND_TLS_PROXY: 'on'})
    await running(open, async () => {
      await register(open)
      expect(await login(open, 'xmpp://localhost:5222')).toBe('ann@localhost/test without TLS\n')
      expect(await login(open, 'ws://localhost:5280/xmpp-websocket')).toMatch(/^ann@localhost\/test /)
    })
  })

  it('connects to PostgreSQL when told to', async () => {
    const container = await image.start({
      PROSODY_STORAGE: 'postgresql',
      PROSODY_POSTGRES_HOST: '127.0.0.1',
      PROSODY_POSTGRES_PASSWORD: 'of this test only',
    })
    await running(container, async () => {
      expect(await container.evaluate('require"core.configmanager".get("*", "sql").driver')).toBe(
        'PostgreSQL',
      )
      // opens the store, which is when Prosody connects
      await container.evaluate('require"core.usermanager".user_exists("ann", "localhost")')
      await logged(container, /storage_sql\s+error.* accounts store for ann: Failed to connect to database/)
    })
  })

  it('has the Lua libraries for tokens and PostgreSQL', async () => {
    const container = await image.start({})
    await running(container, async () => {
      const libraries = ['cjson', 'openssl.pkey', 'ssl', 'lunbound', 'dbd.postgresql']
      for (const library of libraries) {
        expect(await container.evaluate(`type(require${JSON.stringify(library)})`), library).toBe('table')
      }
    })
  })

  it.each([
    [{PROSODY_STORAGE: 'mysql'}, 'PROSODY_STORAGE: expected one of internal, postgresql, got "mysql"'],
    [
      {PROSODY_STORAGE: 'postgresql'},
      'PROSODY_POSTGRES_HOST is not set, PROSODY_STORAGE=postgresql needs it',
    ],
    [{PROSODY_LOG_LEVEL: 'loud'}, 'PROSODY_LOG_LEVEL: expected one of debug, info, warn, error, got "loud"'],
  ])('stops at its start on %j', async (environment, message) => {
    await expect(image.start(environment)).rejects.toThrow(message)
  })

  it('has a Prosody that loads every layout from where it was meant', async () => {
    const fixtures = await fixtureContext()
    try {
      await assertLayout(await rootPlace(image.root), fixtures.folder)
    } finally {
      await fixtures.remove()
    }
  })
})

/** What Prosody logs reaches us through two programs, so perhaps after the answer to a question. */
async function logged(container: Container, text: RegExp): Promise<void> {
  await expect.poll(() => container.log(), {timeout: 30_000}).toMatch(text)
}

/** Runs the body and stops the container; an orderly stop is part of every test. */
async function running(container: Container, body: () => Promise<void>): Promise<void> {
  try {
    await body()
  } catch (error) {
    throw new Error(`with the container's log:\n${container.log()}`, {cause: error})
  } finally {
    expect(await container.stop()).toBe(0)
  }
}
