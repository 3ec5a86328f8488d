import {existsSync} from 'node:fs'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {fileDigest} from '../helpers/digest.ts'
import {mustRun} from '../helpers/program.ts'
import {changelogRest, newReleaseTree, type ReleaseTree} from '../helpers/release-tree.ts'
import {startServer, type TestServer} from '../helpers/server.ts'

/** Packing builds, and the package is tried; both on a machine that is busy with other tests. */
const timeout = 600_000

let settings: string
let registry: TestServer
let tree: ReleaseTree
let before: string

beforeAll(async () => {
  settings = await mkdtemp(join(tmpdir(), 'prosody-mods-test-'))
  registry = await startServer()
  const npmrc = join(settings, 'npmrc')
  await writeFile(npmrc, `//${registry.host}/:_authToken=secret\n`)
  const direct = [process.env['no_proxy'], '127.0.0.1'].filter(Boolean).join(',')
  tree = await newReleaseTree({
    npm_config_userconfig: npmrc,
    npm_config_registry: `${registry.url}/`,
    no_proxy: direct,
    NO_PROXY: direct,
  })
}, timeout)

afterAll(async () => {
  await Promise.all([registry.close(), tree.remove(), rm(settings, {recursive: true})])
})

beforeEach(async () => {
  await tree.reset()
  await rm(join(tree.folder, '../checked'), {force: true})
  before = await tree.state()
})

const wasChecked = (): boolean => existsSync(join(tree.folder, '../checked'))

/** The error and its hint, without the folder of the repository. */
function told(stderr: string): string {
  return stderr.replaceAll(tree.origin.slice(0, -'.git'.length), 'ORIGIN')
}

describe('a release is refused, with nothing done,', () => {
  const elsewhere = (found: string): string =>
    `expected origin to be ORIGIN, which package.json names, found ${found}`
  it.each<{name: string; prepare?: () => unknown; words?: readonly string[]; message: string; hint: string}>([
    {
      name: 'of a tree with changes',
      prepare: () => Promise.all(['a', 'b', 'c', 'd'].map((name) => tree.write(`new-${name}.txt`, ''))),
      message: 'expected a clean working tree, found changes: new-a.txt, new-b.txt, new-c.txt and 1 more',
      hint: 'commit them, or put them aside with git stash --include-untracked',
    },
    {
      name: 'from another branch',
      prepare: () => tree.git('checkout', '--quiet', '-B', 'topic'),
      message: 'expected branch main, found topic',
      hint: 'git switch main',
    },
    {
      name: 'for a version that is not greater',
      words: ['0.0.9'],
      message: 'expected a version greater than 0.1.0, found 0.0.9',
      hint: 'versions follow https://semver.org',
    },
    {
      name: 'for a version that has a tag',
      prepare: () => tree.git('tag', 'v9.0.0'),
      message: 'expected a version greater than 9.0.0, found 9.0.0',
      hint: 'versions follow https://semver.org',
    },
    {
      name: 'without a version',
      words: ['--dry-run'],
      message: 'expected one version, found none',
      hint: 'npm run release -- <major|minor|patch|x.y.z> [--dry-run]',
    },
    {
      name: 'with another option',
      words: ['patch', '--dryrun'],
      message: "Unknown option '--dryrun'",
      hint: 'npm run release -- <major|minor|patch|x.y.z> [--dry-run]',
    },
    {
      name: 'where nothing is unreleased',
      prepare: async () => {
        await tree.write('CHANGELOG.md', '# Changelog\n\n## [Unreleased]\n')
        await tree.commit()
      },
      message: 'CHANGELOG.md: expected changes below "## [Unreleased]", found none',
      hint: 'write down below "## [Unreleased]" what users of the new version will notice, and commit it',
    },
    {
      name: 'without origin',
      prepare: () => tree.git('remote', 'remove', 'origin'),
      message: elsewhere('none'),
      hint: 'release from a clone of it, or "git remote add origin file://ORIGIN"',
    },
    {
      name: 'where origin is another repository',
      prepare: () => tree.git('remote', 'set-url', 'origin', 'git@example.org:other/mods.git'),
      message: elsewhere('example.org/other/mods'),
      hint: 'release from a clone of it, or "git remote set-url origin file://ORIGIN"',
    },
    {
      name: 'where origin is pushed to elsewhere',
      prepare: () => tree.git('remote', 'set-url', '--push', 'origin', 'https://example.org/mods'),
      message: elsewhere('example.org/mods'),
      hint: 'release from a clone of it, or "git remote set-url origin file://ORIGIN"',
    },
  ])('$name', async ({prepare, words = ['9.0.0'], message, hint}) => {
    await prepare?.()
    const then = await tree.state()
    const {code, stdout, stderr} = await tree.release(...words)
    expect([code, stdout]).toEqual([2, ''])
    expect(told(stderr)).toContain(`error: ${message}`)
    expect(told(stderr)).toContain(`\n  hint: ${hint}`)
    expect([await tree.state(), wasChecked()]).toEqual([then, false])
  })

  it('where npm took --dry-run for its own', async () => {
    const {code, stderr} = await tree.run('npm', 'run', '--silent', 'release', 'patch', '--dry-run')
    expect([code, stderr]).toEqual([2, expect.stringContaining('expected -- before --dry-run, found none')])
    expect([await tree.state(), wasChecked()]).toEqual([before, false])
  })
})

describe('what fails leaves everything as it was:', () => {
  it('checks', async () => {
    await tree.checks('grep -q \'"version": "0.2.0"\' package.json package-lock.json && exit 3')
    const then = await tree.state()
    const {code, stderr} = await tree.release('minor')
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('"scripts/test.sh" to succeed, found: exit code 3'),
    ])
    expect(await tree.state()).toBe(then)
  })

  it('checks that change what they check', async () => {
    await tree.checks('echo >> README.md')
    const {code, stderr} = await tree.release('9.0.0')
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('expected nothing else to change meanwhile, found README.md'),
    ])
    expect(await tree.git('status', '--porcelain')).toBe(' M README.md\n')
  })

  it('an edit meanwhile of what is released, which is kept', async () => {
    await tree.checks("sed -i '1i An edit.' CHANGELOG.md")
    const {code, stdout, stderr} = await tree.release('9.0.0')
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('to stay as they were written, found them changed'),
    ])
    expect(stdout).toContain('were changed meanwhile and stay as they are')
    expect(await tree.read('CHANGELOG.md')).toMatch(/^An edit\.\n/)
  })

  it('a commit meanwhile', async () => {
    await tree.checks('git commit --quiet --allow-empty --message "tests: more"')
    const {code, stderr} = await tree.release('9.0.0')
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('expected main to stay, found another commit'),
    ])
    expect(await tree.git('log', '-1', '--format=%s')).toBe('tests: more\n')
    expect(await tree.git('status', '--porcelain')).toBe('')
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('%s', async (signal) => {
    await tree.checks('touch ../checked; exec sleep 600')
    const then = await tree.state()
    expect(await tree.interruptedBy(signal, 'checked', ['9.0.0'])).toBe(130)
    expect(await tree.state()).toBe(then)
  })

  it(
    'a package that does not work',
    async () => {
      await tree.write('bin/run.js', "#!/usr/bin/env node\nimport('../dist/nowhere.js')\n")
      await tree.commit()
      const then = await tree.state()
      const {code, stderr} = await tree.release('9.0.0')
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/"scripts\/try-package\.sh \S+" to succeed, found: /),
      ])
      expect([await tree.state(), wasChecked()]).toEqual([then, true])
    },
    timeout,
  )

  it(
    'a tag that can not be made',
    async () => {
      await tree.write('scripts/try-package.sh', '#!/bin/sh\n')
      await tree.commit()
      await tree.git('tag', 'v9.0.0/x')
      const then = await tree.state()
      const {code, stderr} = await tree.release('9.0.0')
      expect([code, stderr]).toEqual([1, expect.stringContaining('expected "git tag --annotate')])
      expect(await tree.state()).toBe(then)
    },
    timeout,
  )
})

it(
  'a dry run does everything but what stays',
  async () => {
    const {code, stdout, stderr} = await tree.release('major', '--dry-run')
    expect({code, stderr}).toMatchObject({code: 0})
    expect(stdout).toMatch(/== prosody-mods --version\nprosody-mods\/1\.0\.0 /)
    expect(stdout.split('== prosody-mods install --frozen --offline')).toHaveLength(3)
    expect(stdout).toMatch(/\n== 1\.0\.0 can be released; nothing was committed\n$/)
    expect([await tree.state(), wasChecked()]).toEqual([before, true])
  },
  timeout,
)

it(
  'a release is checked, tried, committed and tagged, and tells the commands that publish it',
  async () => {
    const {code, stdout, stderr} = await tree.release('9.0.0')
    expect({code, stderr}).toMatchObject({code: 0})
    expect(stdout).toMatch(/== prosody-mods --version\nprosody-mods\/9\.0\.0 /)

    expect(await tree.git('log', '-1', '--format=%s')).toBe('release: 9.0.0\n')
    expect(await tree.git('show', '--format=', '--name-only', 'HEAD')).toBe(
      'CHANGELOG.md\npackage-lock.json\npackage.json\n',
    )
    expect(await tree.git('show', '--format=', '--numstat', 'HEAD', '--', 'package*.json')).toBe(
      '2\t2\tpackage-lock.json\n1\t1\tpackage.json\n',
    )
    const origin = `file://${tree.origin.slice(0, -'.git'.length)}`
    const changelog = await tree.read('CHANGELOG.md')
    expect(changelog.replace(/\d{4}-\d\d-\d\d/, 'TODAY').replaceAll(origin, 'ORIGIN')).toBe(
      `# Changelog\n\n## [Unreleased]\n\n## [9.0.0] - TODAY\n${changelogRest}\n` +
        '[Unreleased]: ORIGIN/compare/v9.0.0...HEAD\n[9.0.0]: ORIGIN/releases/tag/v9.0.0\n',
    )
    expect((await tree.run('npx', 'prettier', '--check', 'CHANGELOG.md', 'package.json')).code).toBe(0)
    expect(await tree.git('status', '--porcelain')).toBe('')
    expect(await tree.git('cat-file', '-t', 'v9.0.0')).toBe('tag\n')
    expect(await mustRun(['git', '-C', tree.origin, 'for-each-ref'])).toBe('')
    for (const file of ['prosody-mods.mjs', 'prosody-mods_9.0.0-1_all.deb']) {
      const line = await tree.read(`build/release/${file}.sha256`)
      expect(line).toBe(`${await fileDigest(join(tree.folder, 'build/release', file))}  ${file}\n`)
      expect(stdout).toContain(`    ${line}`)
    }
    await publish(stdout.split('; to publish it:\n')[1] ?? '')
  },
  timeout,
)

/** Runs the commands that a release told, and looks at what then is in the repository and the registry of packages. */
async function publish(lines: string): Promise<void> {
  let published = ''
  registry.on('/prosody-mods', ({request, response}) => {
    request.on('data', (chunk: Buffer) => (published += chunk.toString('latin1')))
    request.on('end', () => response.writeHead(request.method === 'PUT' ? 201 : 404).end('{}'))
  })
  const commands = lines.split('\n').filter((line) => /^ {2}\S/.test(line))
  expect(commands).toHaveLength(2)
  for (const command of commands) {
    const {code, stderr} = await tree.run('bash', '-c', command)
    expect({command, code, stderr}).toMatchObject({code: 0})
  }
  const head = await tree.git('rev-parse', 'HEAD')
  const pushed = await mustRun(['git', '-C', tree.origin, 'rev-parse', 'main', 'v9.0.0^{commit}'])
  expect(pushed).toBe(head + head)
  expect(JSON.parse(published)).toMatchObject({name: 'prosody-mods', 'dist-tags': {latest: '9.0.0'}})
}
