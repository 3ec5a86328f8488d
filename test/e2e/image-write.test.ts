import {chmod, mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect} from 'vitest'
import {readTree, type Sandbox} from '../helpers/cli.ts'
import {ownProject, textOf, writtenIn} from '../helpers/image-project.ts'
import {mustFail, networkTest, writeManifest} from '../helpers/network.ts'

const paths = [
  '.dockerignore',
  '.env.example',
  'Dockerfile',
  'IMAGE.md',
  'compose.yaml',
  'prosody-image/certificates.lua',
  'prosody-image/environment.lua',
  'prosody-image/healthcheck.lua',
  'prosody-image/mod_image_accounts.lua',
  'prosody.cfg.lua',
]

async function change({project}: Sandbox, path: string, edit: (text: string) => string): Promise<void> {
  const file = join(project, path)
  await writeFile(file, edit(await readFile(file, 'utf8')))
}

describe('image init', () => {
  networkTest('writes the manifest and all files; a second run has nothing to do', async ({sandbox}) => {
    await ownProject(sandbox, ['greeting', 'room_note'])
    const first = await sandbox.cli(['image', 'init', '--profile', 'xmpp', '--json'])
    expect(first.code, first.stderr).toBe(0)
    const {files, changed, image} = writtenIn(first)
    expect(files.map(({path, action}) => [path, action])).toEqual(paths.map((path) => [path, 'write']))
    expect(changed).toEqual(['conf.d/prosody-mods.cfg.lua', 'prosody-mods.json'])
    expect(image).toEqual({
      ...{profile: 'xmpp', variant: 'slim', base: 'docker.io/library/debian:trixie-slim', debian: 'trixie'},
      ...{prosody: '13.0', lua: '5.4', uid: 522, labels: {}, packages: []},
    })
    expect(JSON.parse(await textOf(sandbox, 'prosody-mods.json'))).toMatchObject({
      image: {debian: 'trixie', profile: 'xmpp'},
    })
    const tree = await readTree(sandbox.project)
    const second = await sandbox.cli(['image', 'write'])
    expect(second.stdout).toBe(
      'up to date: 10 files of the image (Prosody 13.0, xmpp, slim on docker.io/library/debian:trixie-slim)\n',
    )
    expect(await readTree(sandbox.project)).toEqual(tree)
    expect((await sandbox.cli(['verify'])).code).toBe(0)
    expect((await sandbox.cli(['install', '--frozen'])).stdout).toContain('up to date')
    expect((await sandbox.cli(['image', 'check'])).code).toBe(0)
  })

  networkTest('gives the same bytes in another folder', async ({sandbox}) => {
    await ownProject(sandbox, ['greeting', 'room_note', 'room_plain'])
    await sandbox.cli(['image', 'init', '--profile', 'xmpp'])
    const first = await readTree(sandbox.project)
    for (const path of paths) await rm(join(sandbox.project, path))
    await sandbox.cli(['image', 'write'])
    expect(await readTree(sandbox.project)).toEqual(first)
  })

  networkTest('--dry-run writes nothing', async ({sandbox}) => {
    await ownProject(sandbox, ['greeting'])
    const before = await readTree(sandbox.project)
    const {code, stdout} = await sandbox.cli(['image', 'init', '--profile', 'minimal', '--dry-run'])
    expect(code).toBe(0)
    expect(stdout).toContain('would write   Dockerfile\n')
    expect(await readTree(sandbox.project)).toEqual(before)
  })

  networkTest('replaces the .dockerignore of init, and keeps one with lines of others', async ({sandbox}) => {
    for (const more of ['', 'secrets/\n']) {
      await rm(sandbox.project, {recursive: true})
      await mkdir(sandbox.project)
      await writeFile(join(sandbox.project, 'Dockerfile'), 'FROM debian:trixie-slim\n')
      expect((await sandbox.cli(['init'])).code).toBe(0)
      await rm(join(sandbox.project, 'Dockerfile'))
      await change(sandbox, '.dockerignore', (text) => text + more)
      const output = await sandbox.cli(['image', 'init', '--json'])
      expect(output.code).toBe(more === '' ? 0 : 4)
      expect(writtenIn(output).files.find(({path}) => path === '.dockerignore')?.action).toBe(
        more === '' ? 'update' : 'keep',
      )
      expect((await textOf(sandbox, '.dockerignore')).includes('Sealed: ')).toBe(more === '')
    }
  })

  networkTest('says what Git must not have', async ({sandbox}) => {
    await ownProject(sandbox, ['greeting'])
    await mkdir(join(sandbox.project, '.git'))
    await writeFile(join(sandbox.project, '.gitignore'), '/secrets/\n')
    const {notes} = writtenIn(await sandbox.cli(['image', 'init', '--profile', 'minimal', '--json']))
    expect(notes).toEqual(['keep secrets out of Git: add ".env" to .gitignore'])
    await writeFile(join(sandbox.project, '.gitignore'), '/secrets/\n.env\n')
    expect(writtenIn(await sandbox.cli(['image', 'write', '--json'])).notes).toEqual([])
  })

  networkTest('enables each module where its code belongs', async ({sandbox}) => {
    await ownProject(sandbox, ['greeting', 'room_note', 'room_plain', 'auth_nobody', 'follower', 'room_base'])
    const {notes} = writtenIn(await sandbox.cli(['image', 'init', '--profile', 'xmpp', '--json']))
    expect(notes).toEqual([
      expect.stringMatching(
        /^auth_nobody is in the image and not enabled: .*set authentication in a section of your own/,
      ),
    ])
    const text = await textOf(sandbox, 'prosody.cfg.lua')
    expect(text).toContain('modules_enabled = { "image_accounts", "greeting" }')
    expect(text).toContain(
      'env.join({ "follower", "room_base", "room_note", "room_plain" }, env.PROSODY_MUC_MODULES)',
    )
  })

  networkTest(
    'installs what modules need: packages, copies, rocks that are compiled in a stage of their own',
    async ({sandbox}) => {
      await ownProject(sandbox, ['greeting', 'hashed'])
      await sandbox.cli(['image', 'init', '--profile', 'minimal'])
      const text = await textOf(sandbox, 'Dockerfile')
      expect(text).toMatch(/^ {6}lua-basexx \\\n {6}lua-cjson \\$/m)
      expect(text).toContain(
        'install -D --mode=644 /usr/share/lua/5.1/basexx.lua /usr/local/share/lua/5.4/basexx.lua',
      )
      expect(text).toMatch(
        / AS rocks\nRUN apt-get update(?:.*\n)+ && luarocks --lua-version=5\.4 --tree=\/rocks install argon2 3\.0\.1-2 /,
      )
      expect(text).toContain('COPY --from=rocks /rocks/share/lua/5.4/ /usr/local/share/lua/5.4/\n')
      expect(text.split(/^FROM /m)[2]).not.toMatch(/luarocks|gcc/)
    },
  )

  networkTest('takes what the manifest says: base, packages, user, labels, variant', async ({sandbox}) => {
    await ownProject(sandbox, [], {
      ...{base: 'debian:bookworm-slim@sha256:' + 'a'.repeat(64), debian: 'bookworm', profile: 'minimal'},
      ...{variant: 'scratch', packages: ['lua-zlib', 'lua-geoip'], uid: 4711},
      labels: {'org.opencontainers.image.title': 'Our "$HOME"'},
    })
    await writeManifest(sandbox, {
      ...(JSON.parse(await textOf(sandbox, 'prosody-mods.json')) as object),
      prosody: '0.12',
    })
    await sandbox.cli(['install'])
    const {code, stdout, stderr} = await sandbox.cli(['image', 'write'])
    expect(code, stdout + stderr).toBe(0)
    const text = await textOf(sandbox, 'Dockerfile')
    expect(text).toContain(`FROM docker.io/library/debian:bookworm-slim@sha256:${'a'.repeat(64)} AS system\n`)
    expect(text).toMatch(/^ {6}lua-geoip \\$/m)
    expect(text).toContain('useradd --system --uid 4711 --gid prosody')
    expect(text).toContain('"org.opencontainers.image.title"="Our \\"\\$HOME\\""')
    expect(text).toContain('\nFROM scratch\nCOPY --from=system /image/ /\n')
    expect(text).toContain('\nUSER 4711:4711\n')
  })
})

describe('image write keeps what is the user’s', () => {
  networkTest('lines in a section survive, also where the rest changes', async ({sandbox}) => {
    await ownProject(sandbox, ['greeting'])
    await sandbox.cli(['image', 'init', '--profile', 'xmpp'])
    const mine = 'archive_store = "archive2" -- [mine]\n'
    await change(sandbox, 'prosody.cfg.lua', (text) => text.replace(/(\[yours: options\].*\n)/, `$1${mine}`))
    expect((await sandbox.cli(['image', 'check'])).code).toBe(0)
    await ownProject(sandbox, ['greeting', 'room_plain'], {profile: 'xmpp'})
    const {warnings} = (await sandbox.cli(['install', '--json'])).json as {
      readonly warnings: readonly string[]
    }
    expect(warnings).toEqual([
      'the files of the image are for other modules than those of the lockfile: run prosody-mods image write',
    ])
    const {files} = writtenIn(await sandbox.cli(['image', 'write', '--json']))
    expect(files.filter(({action}) => action !== 'none').map(({path, action}) => [path, action])).toEqual(
      ['Dockerfile', 'IMAGE.md', 'prosody.cfg.lua'].map((path) => [path, 'update']),
    )
    const text = await textOf(sandbox, 'prosody.cfg.lua')
    expect(text).toContain(mine)
    expect(text).toContain('room_plain')
  })

  networkTest(
    'a file that was edited elsewhere is shown and kept, and replaced with --force',
    async ({sandbox}) => {
      await ownProject(sandbox, ['greeting'])
      await sandbox.cli(['image', 'init', '--profile', 'minimal'])
      const sound = await textOf(sandbox, 'Dockerfile')
      await change(sandbox, 'Dockerfile', (text) =>
        text.replace('CMD ["prosody", "-F"]', 'CMD ["prosody", "-D"]'),
      )
      const edited = await textOf(sandbox, 'Dockerfile')
      const kept = await sandbox.cli(['image', 'write'])
      expect(kept.code).toBe(4)
      expect(kept.stdout).toContain('kept     Dockerfile, which is not as it was written\n')
      expect(kept.stdout).toContain('-CMD ["prosody", "-D"]\n+CMD ["prosody", "-F"]\n')
      expect(await textOf(sandbox, 'Dockerfile')).toBe(edited)
      const check = await sandbox.cli(['image', 'check'])
      expect(check.code).toBe(6)
      expect(check.stdout).toContain('problem: Dockerfile was changed outside of your sections\n')
      expect((await sandbox.cli(['image', 'write', '--force'])).stdout).toContain('replaced Dockerfile\n')
      expect(await textOf(sandbox, 'Dockerfile')).toBe(sound)
    },
  )

  networkTest('a Dockerfile of somebody else is kept by init', async ({sandbox}) => {
    await ownProject(sandbox, ['greeting'])
    const own = 'FROM debian:trixie-slim\nRUN apt-get update\n'
    await writeFile(join(sandbox.project, 'Dockerfile'), own)
    const {code, stdout} = await sandbox.cli(['image', 'init', '--profile', 'minimal'])
    expect(code).toBe(4)
    expect(stdout).toContain('kept     Dockerfile')
    expect(await textOf(sandbox, 'Dockerfile')).toBe(own)
    expect(await textOf(sandbox, 'prosody.cfg.lua')).toContain('VirtualHost (env.PROSODY_DOMAIN)')
  })

  networkTest('lines of a section that the new text has no place for are not lost', async ({sandbox}) => {
    await ownProject(sandbox, ['greeting'])
    await sandbox.cli(['image', 'init', '--profile', 'xmpp'])
    const section = '# [yours: gone] old\nRUN true\n# [/yours: gone]\n'
    await change(sandbox, 'Dockerfile', (text) => `${text}${section}`)
    const {code} = await sandbox.cli(['image', 'write'])
    expect(code).toBe(4)
    expect(await textOf(sandbox, 'Dockerfile')).toContain(section)
  })

  networkTest('nothing is written where a folder can’t be', async ({sandbox}) => {
    await ownProject(sandbox, ['greeting'])
    await writeFile(join(sandbox.project, 'prosody-image'), 'a file of mine\n')
    const before = await readTree(sandbox.project)
    const {code, stderr} = await sandbox.cli(['image', 'init', '--profile', 'minimal'])
    expect([1, 4]).toContain(code)
    expect(stderr).toContain('prosody-image')
    expect(await readTree(sandbox.project)).toEqual(before)
    await chmod(sandbox.project, 0o755)
  })
})

describe('bad input', () => {
  networkTest('no image in the manifest', async ({sandbox}) => {
    await ownProject(sandbox, ['greeting'])
    for (const command of ['write', 'check'])
      await mustFail(sandbox, ['image', command], {exit: 2, code: 'IMAGE_MISSING'})
  })

  networkTest.for([
    ['a profile that is none', ['--profile', 'matrix'], 'USAGE', /no profile "matrix"/],
    ['a variant that is none', ['--variant', 'fat'], 'USAGE', /no variant "fat"/],
    ['a base that is not Debian', ['--base', 'alpine:3.20'], 'IMAGE_INVALID', /alpine:3\.20 is not Debian/],
    [
      'another suite than the manifest has',
      ['--base', 'debian:bookworm-slim'],
      'IMAGE_INVALID',
      /"debian" is trixie/,
    ],
    ['a base that is no name', ['--base', 'debian:trixie slim'], 'MANIFEST_INVALID', /base/],
  ] as const)('%s', async ([, flags, code, says], {sandbox}) => {
    await ownProject(sandbox, ['greeting'])
    const error = await mustFail(sandbox, ['image', 'init', ...flags], {exit: 2, code})
    expect(error.message).toMatch(says)
  })

  networkTest(
    'a suite whose Prosody is too old, and one that the manifest contradicts',
    async ({sandbox}) => {
      await ownProject(sandbox, [])
      await writeManifest(sandbox, {image: {debian: 'bullseye', profile: 'minimal'}})
      const old = await mustFail(sandbox, ['image', 'write'], {exit: 2, code: 'IMAGE_INVALID'})
      expect(old.hint).toContain('bookworm, trixie')
      await writeManifest(sandbox, {prosody: '0.12', image: {debian: 'trixie', profile: 'minimal'}})
      const other = await mustFail(sandbox, ['image', 'write'], {exit: 2, code: 'IMAGE_INVALID'})
      expect(other.message).toContain('for Prosody 0.12')
    },
  )

  networkTest(
    'a base whose name says nothing, and one that the manifest’s defaults contradict',
    async ({sandbox}) => {
      await ownProject(sandbox, [])
      await writeManifest(sandbox, {image: {base: 'registry.example.org/base:1', profile: 'minimal'}})
      const unnamed = await mustFail(sandbox, ['image', 'write'], {exit: 2, code: 'IMAGE_INVALID'})
      expect(unnamed.message).toContain("can't be told from its name")
      await writeManifest(sandbox, {image: {base: 'debian:bookworm-slim', profile: 'minimal'}})
      const other = await mustFail(sandbox, ['image', 'write'], {exit: 2, code: 'IMAGE_INVALID'})
      expect(other.hint).toContain('set "debian" to "bookworm"')
      await writeManifest(sandbox, {
        image: {debian: 'trixie', base: 'registry.example.org/base:1', profile: 'minimal'},
      })
      expect((await sandbox.cli(['image', 'write'])).code).toBe(0)
      expect(await textOf(sandbox, 'Dockerfile')).toContain('FROM registry.example.org/base:1\n')
    },
  )

  networkTest('a lockfile that does not follow the manifest', async ({sandbox}) => {
    await ownProject(sandbox, ['greeting'], {profile: 'minimal'})
    await change(sandbox, 'prosody-mods.json', (text) => text.replace('"acme/greeting"', '"acme/other"'))
    for (const command of ['write', 'check']) {
      const error = await mustFail(sandbox, ['image', command], {exit: 7, code: 'LOCKFILE_OUTDATED'})
      expect(error.hint).toBe('run "prosody-mods install" and commit the lockfile')
    }
  })

  networkTest('a library that nothing brings', async ({sandbox}) => {
    await ownProject(sandbox, ['lost'])
    const error = await mustFail(sandbox, ['image', 'init', '--profile', 'minimal'], {
      exit: 3,
      code: 'IMAGE_UNMET',
    })
    expect(error.message).toContain('lost needs the Lua library a_library_of_nobody')
    expect(error.hint).toContain('leave the module out')
  })

  networkTest('the profile jitsi without Jitsi', async ({sandbox}) => {
    await ownProject(sandbox, ['greeting'])
    const error = await mustFail(sandbox, ['image', 'init', '--profile', 'jitsi'], {
      exit: 3,
      code: 'IMAGE_UNMET',
    })
    expect(error.hint).toContain('prosody-mods add jitsi')
  })
})

describe('image check', () => {
  networkTest('judges .env, secrets and certificates', async ({sandbox}) => {
    await ownProject(sandbox, ['greeting'])
    await sandbox.cli(['image', 'init', '--profile', 'xmpp'])
    const lines = [
      'PROSODY_VIRTUAL_HOSTS=Example.org',
      'PROSODY_ADMINS=ann@example.org,bob',
      'PROSODY_COMPONENTS=rooms.example.org:muc,files.example.org:http_file_shar',
      'PROSODY_LOGLEVL=debug',
      'PROSODY_LOGLEVEL=verbose # chatty',
      "PROSODY_SQL_PASSWORD='p#w'",
      'PROSODY_USE_DANE=1',
      'PROSODY_UPLOAD_LIMIT_MB=10MB',
      'LOCAL=ann',
      'TZ=Europe/Paris',
      'PROSODY_S2S_PORT=${PORT}',
      'PROSODY_TURN_SECRET_FILE=/run/secrets/turn',
    ]
    await writeFile(join(sandbox.project, '.env'), `${lines.join('\n')}\n`)
    const {code, stdout} = await sandbox.cli(['image', 'check'])
    expect(code).toBe(6)
    expect(stdout.split('\n').filter((line) => line.startsWith('problem:'))).toEqual([
      'problem: .env:2: PROSODY_ADMINS: expected addresses like ann@example.org, separated by commas, found "bob"',
      'problem: .env:3: PROSODY_COMPONENTS: expected names of modules of this image, found "http_file_shar"',
      'problem: .env:4: no variable of the image is called PROSODY_LOGLEVL',
      'problem: .env:5: PROSODY_LOGLEVEL: expected one of debug, info, warn, error, found "verbose"',
      'problem: .env:6: PROSODY_SQL_PASSWORD is set here, and compose.yaml sets PROSODY_SQL_PASSWORD_FILE: the server starts with one of the two',
      'problem: .env:7: PROSODY_USE_DANE has no effect: DANE is set up in a configuration file of your own',
      'problem: .env:8: PROSODY_UPLOAD_LIMIT_MB: expected a whole number from 1 to 10240, found "10MB"',
      'problem: .env: PASSWORD: expected a value, which LOCAL needs, found nothing',
      'problem: certs/ has no certificate for example.org: clients get in over WebSocket or BOSH behind a proxy alone',
      'problem: secrets/prosody_sql_password is not there, and compose.yaml brings it into the container',
    ])
  })

  networkTest(
    'tells modules that are enabled and not there, and a context that is not as locked',
    async ({sandbox}) => {
      await ownProject(sandbox, ['greeting'])
      await sandbox.cli(['image', 'init', '--profile', 'minimal'])
      await writeFile(
        join(sandbox.project, 'conf.d/mine.cfg.lua'),
        'modules_enabled = { "disco", "greeting", "greetings" }\n',
      )
      await rm(join(sandbox.project, 'prosody-modules/acme/mod_greeting/mod_greeting.lua'))
      const {code, json} = await sandbox.cli(['image', 'check', '--json'])
      expect(code).toBe(6)
      const {problems} = json as {
        readonly problems: readonly {readonly kind: string; readonly message: string}[]
      }
      expect(problems.map(({kind, message}) => [kind, message])).toEqual([
        ['context', expect.stringContaining('mod_greeting.lua (missing)')],
        ['module', 'greetings is enabled, and is not in the image'],
      ])
    },
  )

  networkTest('an env file that is not there', async ({sandbox}) => {
    await ownProject(sandbox, ['greeting'])
    await sandbox.cli(['image', 'init', '--profile', 'minimal'])
    await mustFail(sandbox, ['image', 'check', '--variables', 'no.env'], {exit: 3, code: 'PATH_NOT_FOUND'})
  })
})
