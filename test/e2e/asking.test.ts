import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'
import {onTerminal} from '../helpers/terminal.ts'

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await newSandbox()
})

afterEach(() => sandbox.remove())

const escape = '\u001b['

async function ownModule(): Promise<void> {
  await mkdir(join(sandbox.project, 'own/mod_own'), {recursive: true})
  await writeFile(join(sandbox.project, 'own/mod_own/mod_own.lua'), 'module:log("info", "here")\n')
}

describe('the version', () => {
  it.each([['--version'], ['-V'], ['-v'], ['version'], ['--version', '-q'], ['-q', 'version']])(
    'is told by %j',
    async (...words) => {
      const {code, stdout, stderr} = await sandbox.cli(words)
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toMatch(/^prosody-mods\/\d+\.\d+\.\d+\S* \w+-\w+ node-v\d+\.\d+\.\d+\n$/)
    },
  )

  it.each([
    ['--version', '--json'],
    ['version', '--json'],
    ['--json', 'version'],
  ])('is told as JSON by %j %j', async (...words) => {
    const {json} = await sandbox.cli(words)
    expect(json).toEqual({
      name: 'prosody-mods',
      version: expect.stringMatching(/^\d/) as string,
      node: process.versions.node,
      platform: process.platform,
      architecture: process.arch,
    })
  })
})

describe('--quiet', () => {
  it('leaves out what went well, and nothing else', async () => {
    await ownModule()
    for (const words of [
      ['init'],
      ['add', './own'],
      ['install'],
      ['verify'],
      ['update'],
      ['update', '--dry-run'],
      ['bump', 'own'],
      ['bump', 'own', '--dry-run'],
      ['bump', 'own', '--format', 'text'],
      ['install', '--dry-run'],
      ['check'],
      ['lint'],
      ['outdated'],
      ['fetch'],
      ['cache', 'verify'],
      ['cache', 'prune'],
      ['remove', 'own'],
    ]) {
      const {code, stdout, stderr} = await sandbox.cli([...words, '-q'])
      expect({words, code, stdout, stderr}).toEqual({words, code: 0, stdout: '', stderr: ''})
    }
    const list = await sandbox.cli(['-q', 'list'])
    expect(list.stdout).not.toBe('')
    const failed = await sandbox.cli(['-q', 'add', 'no_such_module'])
    expect([failed.code, failed.stderr]).toEqual([3, expect.stringContaining('error[MODULE_UNKNOWN]: ')])
  })

  it('leaves what was asked for: a dry run, findings, JSON', async () => {
    await ownModule()
    await sandbox.cli(['init', '--quiet'])
    const dry = await sandbox.cli(['add', './own', '--dry-run', '--quiet'])
    expect(dry.stdout).toContain('would add    own/own')
    expect((await sandbox.cli(['add', './own', '--json', '--quiet'])).json).toMatchObject({
      added: [{name: 'own'}],
    })
    await writeFile(join(sandbox.project, 'prosody-modules/own/mod_own/mod_own.lua'), 'changed()\n')
    const changed = await sandbox.cli(['verify', '-q'])
    expect([changed.code, changed.stdout]).toEqual([4, expect.stringContaining('mod_own.lua')])
  })

  it('leaves what check, doctor and import have to warn of', async () => {
    await ownModule()
    await sandbox.cli(['init', '-q', '--prosody', '13.0'])
    await sandbox.cli(['add', './own', '-q'])
    await writeFile(join(sandbox.project, 'prosody.cfg.lua'), 'plugin_paths = { "/x" }\n')
    const checked = await sandbox.cli(['check', '-q'])
    expect(checked).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^the project\n {2}warning.* prosody\.cfg\.lua sets plugin_paths too; [^\n]*\n$/,
      ) as string,
    })
    const manifest = join(sandbox.project, 'prosody-mods.json')
    await writeFile(
      manifest,
      (await readFile(manifest, 'utf8')).replace('"prosody"', '"prosodi": 1,\n  "prosody"'),
    )
    const found = (await sandbox.cli(['doctor', '-q', '--offline'])).stdout
    expect(found).toContain('warning: prosody-mods.json: the key "prosodi" is not known')
    expect(found).not.toContain('✓')
    await writeFile(
      join(sandbox.project, 'Dockerfile'),
      'ARG V\nFROM debian:trixie\nARG V\nRUN curl -o /x/mod_a.lua https://x.invalid/$V/mod_a.lua\nENV X=$W\n',
    )
    const imported = await sandbox.cli(['import', 'Dockerfile', '-q'])
    expect(imported.stdout).toMatch(/^not understood\n {2}4 {2}\$V has no value here/)
    expect(imported.stdout).toContain('warning[VARIABLE_UNSET]: line 5: W has no value')
    expect(imported.stdout).not.toContain('line 4: V has')
  })

  it('leaves warnings', async () => {
    await ownModule()
    await sandbox.cli(['init', '-q'])
    await writeFile(join(sandbox.project, 'prosody.cfg.lua'), 'plugin_paths = { "/x" }\n')
    const {code, stdout, stderr} = await sandbox.cli(['add', './own', '-q'])
    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toMatch(/^warning\[PLUGIN_PATHS_TWICE\]: .*plugin_paths/)
  })
})

describe('--verbose', () => {
  it('says who is asked, and what an error was caused by', async () => {
    await sandbox.cli(['init', '-q'])
    const url = 'http://127.0.0.1:9/mod_x.lua'
    const {code, stderr} = await sandbox.cli(['-v', 'add', url])
    expect(code).toBe(5)
    expect(stderr).toContain(`asking ${url}\n`)
    expect(stderr).toContain('no answer from 127.0.0.1:9: ')
    const json = await sandbox.cli(['add', url, '--json', '--verbose'])
    expect([json.code, json.json]).toMatchObject([5, {error: {code: 'UNREACHABLE'}}])
    expect(json.stderr).toContain(`asking ${url}\n`)
    expect((await sandbox.cli(['add', url])).stderr).not.toContain('asking ')
  })

  it('is not for who is quiet', async () => {
    const {code, stderr} = await sandbox.cli(['list', '-q', '-v'])
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('--quiet and --verbose are given, which are opposites'),
    ])
  })
})

describe('colours', () => {
  it.each([
    {flag: '--color=always', env: {NO_COLOR: '1'}, coloured: true},
    {flag: '--color=never', env: {FORCE_COLOR: '1', NO_COLOR: undefined}, coloured: false},
    {flag: '--color=auto', env: {FORCE_COLOR: '1', NO_COLOR: undefined}, coloured: true},
    {flag: '--color=auto', env: {FORCE_COLOR: '1', NO_COLOR: '1'}, coloured: false},
    {flag: '--color=auto', env: {FORCE_COLOR: undefined, NO_COLOR: undefined}, coloured: false},
  ])('in a pipe with $flag and $env: $coloured', async ({flag, env, coloured}) => {
    const help = await sandbox.cli([flag, 'help'], {env})
    const failed = await sandbox.cli(['add', flag], {env})
    expect([help.code, failed.code]).toEqual([0, 2])
    expect(help.stdout.includes(escape)).toBe(coloured)
    expect(failed.stderr.includes(escape)).toBe(coloured)
  })

  it.each([
    {env: {FORCE_COLOR: undefined, TERM: 'xterm'}, coloured: true},
    {env: {FORCE_COLOR: '0', TERM: 'xterm'}, coloured: false},
    {env: {FORCE_COLOR: undefined, TERM: 'dumb'}, coloured: false},
    {env: {FORCE_COLOR: undefined, TERM: 'xterm', NO_COLOR: ''}, coloured: true},
  ])('on a terminal with $env: $coloured', async ({env, coloured}) => {
    const {screen} = await onTerminal(sandbox, ['help'], {env})
    expect(screen.includes(`${escape}1m`)).toBe(coloured)
  })

  it('have no other times', async () => {
    const {code, stderr} = await sandbox.cli(['list', '--color=sometimes'])
    expect([code, stderr]).toEqual([
      2,
      'error[USAGE]: --color: expected auto, always or never, got "sometimes"\n' +
        'hint: write --color=always, --color=never, or leave it out\n',
    ])
  })
})

describe('what people type who come from elsewhere', () => {
  it.each([
    [['ad', 'polls'], 'did you mean "prosody-mods add"?'],
    [['lst'], 'did you mean "prosody-mods list"?'],
    [['cache', 'clean'], '"prosody-mods cache prune --days 0" empties the store'],
    [['cache', 'prun'], 'did you mean "prosody-mods cache prune"?'],
    [['i', 'polls'], '"prosody-mods add <module>" adds a module'],
    [['ci'], '"prosody-mods install --frozen"'],
    [['sync'], '"prosody-mods install" brings'],
    [['upgrade'], '"prosody-mods bump <module>" moves'],
    [['add', '--hlep'], 'did you mean --help?'],
    [['add', 'polls', '-n'], 'did you mean --dry-run?'],
    [['list', '--no-color'], 'did you mean --color=never?'],
    [['install', '--frozen-lockfile'], 'did you mean --frozen?'],
    [['add', 'polls', '9955'], 'did you mean "prosody-mods add polls@9955"?'],
    [['info', 'polls', '9955'], 'did you mean "prosody-mods info polls@9955"?'],
    [['add', 'muc_moderation==2026.7.23'], 'did you mean muc_moderation@2026.7.23?'],
    [['info', 'mod_polls.lua'], 'did you mean polls?'],
    [['add', 'jitsi@latest'], '"add --latest" asks the publisher'],
  ])('%j: %s', async (words, hint) => {
    await sandbox.cli(['init'])
    const {code, stdout, stderr} = await sandbox.cli(words)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(`\nhint: `)
    expect(stderr.slice(stderr.indexOf('\nhint: '))).toContain(hint)
  })

  it('is done where it is the same', async () => {
    await ownModule()
    await sandbox.cli(['init'])
    await sandbox.cli(['add', './own'])
    expect((await sandbox.cli(['ls'])).stdout).toBe((await sandbox.cli(['list'])).stdout)
    expect((await sandbox.cli(['rm', 'own'])).stdout).toContain('removed own/own')
    expect((await sandbox.cli(['show', 'polls'])).stdout).toBe((await sandbox.cli(['info', 'polls'])).stdout)
  })

  it('is found behind the name of a source', async () => {
    await sandbox.cli(['init'])
    const {code, stderr} = await sandbox.cli(['add', 'jitsi/pols', '--offline'])
    expect([code, stderr]).toEqual([3, expect.stringContaining('did you mean jitsi/polls?')])
  })

  it('may be an address', async () => {
    const page = await sandbox.cli(['info', 'https://modules.prosody.im/mod_muc_moderation.html'])
    expect([page.code, page.stdout]).toEqual([
      0,
      (await sandbox.cli(['info', 'community/muc_moderation'])).stdout,
    ])
    const refused = await sandbox.cli(['add', 'https://hg.prosody.im/prosody-modules', '--init'])
    expect([refused.code, refused.stderr]).toEqual([
      2,
      'error[SPEC_INVALID]: https://hg.prosody.im/prosody-modules does not name a module: it is the repository of community, which has many modules\n' +
        'hint: name the one that you want: community/<module>; "prosody-mods search <word>" finds it\n',
    ])
  })
})

describe('explain', () => {
  it('tells of a code, in text and as JSON', async () => {
    const text = await sandbox.cli(['explain', 'MODULE_AMBIGUOUS'])
    expect([text.code, text.stdout]).toEqual([
      0,
      expect.stringMatching(
        /^MODULE_AMBIGUOUS\n\n {2}\w[\s\S]* - Why: [\s\S]* - Do: [\s\S]* - Exit code: 3\n$/,
      ),
    ])
    const {json} = await sandbox.cli(['explain', 'MODULE_AMBIGUOUS', '--json'])
    expect(json).toEqual({
      kind: 'error',
      code: 'MODULE_AMBIGUOUS',
      exitCode: 3,
      text: expect.stringContaining('- Exit code: 3') as string,
    })
  })

  it('tells of a rule, as lint does', async () => {
    const [byExplain, byLint] = [
      await sandbox.cli(['explain', 'unknown-global']),
      await sandbox.cli(['lint', '--explain', 'unknown-global']),
    ]
    expect([byExplain.code, byLint.code, byLint.stdout]).toEqual([0, 0, byExplain.stdout])
    expect(byLint.stdout).toMatch(/^unknown-global\n\n {2}\w/)
    const none = await sandbox.cli(['lint', '--explain', 'unknown-globals'])
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('did you mean unknown-global?')])
  })

  it('takes anything else for a message', async () => {
    const {code} = await sandbox.cli(['explain', 'unheard of'])
    expect(code).toBe(3)
  })
})
