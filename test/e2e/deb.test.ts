import {readFileSync} from 'node:fs'
import {copyFile, mkdir, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {sha256Of} from '../../src/digest.ts'
import {debianVersion} from '../../tools/deb/control.ts'
import {packagesToShip} from '../../tools/shipped-packages.ts'
import {newSandbox} from '../helpers/cli.ts'
import {debianSystem, largeTemporary} from '../helpers/debootstrap.ts'
import {mustRun, runProgram} from '../helpers/program.ts'

const root = join(import.meta.dirname, '../..')
let folder: string
/** The package. */
let deb: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prosody-mods-test-'))
  deb = await build('first', {SOURCE_DATE_EPOCH: '1764500000'})
}, 120_000)

afterAll(() => rm(folder, {recursive: true, force: true}))

async function build(name: string, env: NodeJS.ProcessEnv, umask = '022'): Promise<string> {
  const tool = [process.execPath, '--import', 'tsx', 'tools/build-deb.ts', join(folder, name)]
  const shell = ['sh', '-c', `umask ${umask}; exec "$@"`, 'sh', ...tool]
  const stdout = await mustRun(shell, {cwd: root, env: {...process.env, ...env}, timeout: 120_000})
  return join(folder, name, stdout.trim().split('  ')[1] ?? '')
}

describe('the package of Debian', () => {
  it('has the same bytes again, with its digest beside it', async () => {
    const other = join(folder, 'other')
    await mkdir(other)
    const env = {SOURCE_DATE_EPOCH: '1764500000', TMPDIR: other, TZ: 'Asia/Tokyo', LC_ALL: 'C'}
    const again = readFileSync(await build('second', env, '077'))
    expect(again.equals(readFileSync(deb))).toBe(true)
    expect(readFileSync(`${deb}.sha256`, 'utf8')).toBe(`${sha256Of(again)}  ${basename(deb)}\n`)
    const later = readFileSync(await build('third', {SOURCE_DATE_EPOCH: '1764500001'}))
    expect(later.equals(again)).toBe(false)
  }, 240_000)

  it('is clean for lintian', async () => {
    const {code, stdout} = await runProgram(['lintian', '--info', '--display-info', '--fail-on', 'info', deb])
    expect({code, stdout}).toEqual({code: 0, stdout: ''})
  }, 120_000)

  it('depends on the oldest Node.js that package.json does', async () => {
    const {engines, version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      engines: {node: string}
      version: string
    }
    const fields = await mustRun(['dpkg-deb', '--field', deb, 'Version', 'Architecture', 'Depends'])
    expect(fields).toBe(
      `Version: ${debianVersion(version)}\nArchitecture: all\nDepends: nodejs (>= ${engines.node.replace(/^>=(\S+).*$/, '$1')})\n`,
    )
  })

  it('tells the licence of each package in it, and has none of their texts besides', async () => {
    const copyright = await mustRun([
      'sh',
      '-c',
      extract,
      'sh',
      deb,
      './usr/share/doc/prosody-mods/copyright',
    ])
    for (const {folder: at} of packagesToShip(root))
      expect(copyright).toContain(`\nFiles: dist/${at}/*\nCopyright: `)
    expect(copyright).toContain('License: LGPL-3.0+\n On Debian systems, the text')
    const paths = (await mustRun(['sh', '-c', 'dpkg-deb --fsys-tarfile "$1" | tar -t', 'sh', deb])).split(
      '\n',
    )
    expect(paths).toContain('./usr/share/prosody-mods/dist/node_modules/openpgp/package.json')
    expect(paths.filter((path) => /node_modules\/.*(?:licen[cs]e|readme)/i.test(path))).toEqual([])
  })

  it('has what completion prints, where each shell looks', async () => {
    const sandbox = await newSandbox()
    const places = {
      bash: 'bash-completion/completions/prosody-mods',
      zsh: 'zsh/vendor-completions/_prosody-mods',
      fish: 'fish/vendor_completions.d/prosody-mods.fish',
    }
    for (const [shell, place] of Object.entries(places)) {
      const {stdout} = await sandbox.cli(['completion', shell])
      expect(await mustRun(['sh', '-c', extract, 'sh', deb, `./usr/share/${place}`])).toBe(stdout)
    }
    await sandbox.remove()
  })
})

const extract = 'dpkg-deb --fsys-tarfile "$1" | tar -xO "$2"'

it('a version before a release sorts before it', async () => {
  expect(debianVersion('1.0.0-rc.1')).toBe('1.0.0~rc.1-1')
  await mustRun(['dpkg', '--compare-versions', debianVersion('1.0.0-rc.1'), 'lt', debianVersion('1.0.0')])
})

describe('in Debian 13', () => {
  let system: string
  beforeAll(async () => {
    system = await mkdtemp(join(largeTemporary, 'prosody-mods-root-'))
    await mustRun(['tar', '-C', system, '-xf', await debianSystem('trixie')], {timeout: 300_000})
    await copyFile(deb, join(system, 'prosody-mods.deb'))
    await inSystem(`apt-get update
      DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
        bash-completion man-db /prosody-mods.deb
      useradd --create-home ann`)
  }, 1_200_000)

  afterAll(() => rm(system, {recursive: true, force: true}), 120_000)

  /** What commands print there, as root. */
  function inSystem(script: string): Promise<string> {
    const enter = 'mount -t proc proc "$1/proc"; exec chroot "$1" /bin/bash -ec "$2"'
    const shell = ['sh', '-ec', enter, 'sh', system, script]
    return mustRun(['unshare', '--mount', '--pid', '--fork', ...shell], {
      env: {PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', HOME: '/root'},
      timeout: 600_000,
    })
  }

  function asAnn(script: string): Promise<string> {
    return inSystem(`su ann -c 'cd; ${script}'`)
  }

  it('apt installs it with Node.js alone, and it works for everybody', async () => {
    const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {version: string}
    expect(await asAnn('prosody-mods --version')).toMatch(
      new RegExp(
        String.raw`^prosody-mods/${version.replaceAll('.', String.raw`\.`)} linux-\S+ node-v20\.19\.`,
      ),
    )
    expect(
      await inSystem('dpkg --verify prosody-mods; dpkg-query --list npm 2>/dev/null | grep ^ii || true'),
    ).toBe('')
    const printed = await asAnn(`mkdir project; cd project; mkdir conf
      printf "module:log(\\"info\\", \\"hello\\")\\n" > mod_hello.lua
      prosody-mods add --init ./mod_hello.lua
      rm -r prosody-modules conf.d
      prosody-mods install --frozen --offline
      prosody-mods verify`)
    expect(printed).toMatch(/^wrote {3}prosody-modules\/\S+\/mod_hello\.lua$/m)
    expect(printed).toMatch(/\d files as locked\n$/)
  })

  it('keeps what Node.js compiles of it, for those who can not write it', async () => {
    const code = '/usr/share/prosody-mods/dist/code'
    const kept = await inSystem(`find ${code} -name "core-*.js" -user root -perm 644 -printf "%h\\n"`)
    const commands = Array.from(kept.trim().split('\n'), (path) => basename(path))
    expect(commands).toEqual(expect.arrayContaining(['check', 'init', 'install', 'list', 'tree', 'verify']))
    const before = await inSystem(`find ${code} -type f | sort | xargs sha256sum`)
    await asAnn('prosody-mods list -C project')
    expect(await inSystem(`find ${code} -type f | sort | xargs sha256sum`)).toBe(before)
  })

  it('has a manual page that man and apropos find', async () => {
    expect(await asAnn('man prosody-mods')).toMatch(/^PROSODY-MODS\(1\) +User Commands +PROSODY-MODS\(1\)\n/)
    expect(await asAnn('apropos prosody')).toMatch(/^prosody-mods \(1\) +- Package manager for Prosody/m)
  })

  it('bash completes it where bash-completion is installed', async () => {
    const script = `cd project; bash -ec "source /usr/share/bash-completion/bash_completion
      _comp_load prosody-mods
      complete -p prosody-mods
      COMP_WORDS=(prosody-mods remove he) COMP_CWORD=2
      _prosody_mods
      echo \\"\\\${COMPREPLY[*]}\\""`
    expect(await asAnn(script)).toBe('complete -F _prosody_mods prosody-mods\nhello\n')
  })

  it('leaves nothing behind', async () => {
    await inSystem('prosody-mods search moderation >/dev/null; apt-get remove --yes prosody-mods')
    expect(await inSystem('ls -d /usr/share/prosody-mods /usr/bin/prosody-mods 2>&1 || true')).not.toMatch(
      /^\//m,
    )
  })
})
