import {chmod, mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {ExplainResult, Explanation} from '../../src/operations/explain/explain.ts'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'
import {enabled, failingHosts, writeFailing} from '../helpers/failing-modules.ts'
import {linePlace, type ProsodyPlace} from '../helpers/prosody-place.ts'
import {startProsody} from '../helpers/prosody.ts'

const suites = {'0.12': 'bookworm', '13.0': 'trixie'} as const

/** A project with all the modules that fail, for a Prosody that reads its context where it lies. */
async function failingProject(sandbox: Sandbox, line: keyof typeof suites): Promise<void> {
  const {project} = sandbox
  await chmod(dirname(project), 0o755)
  await writeFailing(project)
  await mkdir(join(project, 'flat'))
  await writeFile(join(project, 'flat/util.lib.lua'), 'return { other = true };\n')
  await writeFile(join(project, 'flat/mod_flat_one.lua'), 'module:log("debug", "there");\n')
  const manifest = {
    prosody: line,
    image: {debian: suites[line], modulesPath: join(project, 'prosody-modules')},
    modules: {},
    sources: {flat: {kind: 'path', path: './flat', layout: 'flat'}},
    pluginPaths: {before: [join(project, 'outside')]},
    lint: {policy: 'warn'},
  }
  await writeFile(join(project, 'prosody-mods.json'), JSON.stringify(manifest))
  for (const spec of ['flat/*', './own']) {
    const {code, stderr} = await sandbox.cli(['add', spec])
    if (code !== 0) throw new Error(stderr)
  }
  await writeFile(join(project, 'conf.d/hosts.cfg.lua'), failingHosts)
}

/** Its log, once what fails late has failed. */
async function logOf(place: ProsodyPlace, project: string): Promise<string> {
  const prosody = await startProsody(place, {context: project, hostModules: [...enabled, 'flat_one']})
  try {
    const late = ['mod_raises_late.lua:3', 'mod_raises_in_timer.lua:3']
    const end = Date.now() + 20_000
    while (Date.now() < end && !late.every((words) => prosody.log().includes(words))) await sleep(100)
    return prosody.log()
  } finally {
    await prosody.stop()
  }
}

describe.each(['0.12', '13.0'] as const)('the log of Prosody %s', {timeout: 180_000}, (line) => {
  let sandbox: Sandbox
  let place: ProsodyPlace
  let result: ExplainResult
  let log = ''

  beforeAll(async () => {
    sandbox = await newSandbox()
    place = await linePlace(line)
    await failingProject(sandbox, line)
    log = await logOf(place, sandbox.project)
    result = (await sandbox.cli(['explain', '--json'], {input: log})).json as ExplainResult
  }, 900_000)

  afterAll(async () => {
    await sandbox.remove()
    await place.remove()
  })

  /** All that is said of a module, or of whatever else `about` fits. */
  const of = (about: string): Explanation[] =>
    result.explained.filter(({module, happened}) => module === about || happened.includes(about))
  const idsOf = (about: string): string[] => of(about).map(({id}) => id)
  const text = (about: string): string => JSON.stringify(of(about))

  it('is known by its greeting', () => {
    expect(result.target).toEqual({
      prosody: line,
      lua: '5.4',
      debian: suites[line],
      from: 'log',
      greets: expect.any(String) as string,
    })
  })

  it.each([
    ['needs_library', 'library-missing'],
    ['needs_nested', 'library-missing'],
    ['needs_unheard', 'library-unknown'],
    ['needs_sibling', 'shared-library-missing'],
    ['needs_jitsi', 'shared-library-missing'],
    ['calls_http_url', 'api-missing'],
    ['calls_unpack', 'lua-missing'],
    ['calls_unheard', 'nil-value'],
    ['takes_wrong_util', 'nil-value'],
    ['reads_nothing', 'nil-value'],
    ['requires_feature', 'metadata-refused'],
    ['conflicts_feature', 'metadata-refused'],
    ['has_bad_syntax', 'syntax-error'],
    ['has_not_lua', 'syntax-error'],
    ['not_there_either', 'module-unknown'],
    ['depends_on_disabled', 'dependency-disabled'],
    ['asks_component', 'component-only'],
    ['raises_table', 'module-error'],
    ['raises_in_load', 'nil-value'],
    ['mod_raises_late', 'nil-value'],
    ['mod_raises_in_timer', 'nil-value'],
    ['is_hidden', 'shadowed'],
    ['auth_jwt', 'module-unknown'],
    ['storage_unheard_of', 'module-unknown'],
    ['unheard_component', 'module-unknown'],
    ['mod_ping', 'module-prefix'],
    ['smack', 'module-unknown'],
    ['auth_cyrus', 'module-not-installed'],
    ['muc_moderation', 'module-not-installed'],
    ['token_verification', 'module-not-installed'],
    ['storage_sql', 'sql-library-missing'],
  ])('tells of %s: %s', (about, id) => {
    expect(idsOf(about), log).toEqual([id])
  })

  it('tells what has a value that cannot be used, and that storage is lost', () => {
    expect(idsOf('reads_option')).toEqual(['option-value', 'option-value'])
    expect(result.explained.filter(({id}) => id === 'storage-lost')).toHaveLength(1)
  })

  it('tells what one line has and the other has not', () => {
    if (line === '0.12') {
      expect(idsOf('needs_newer')).toEqual(['library-of-other-prosody'])
      expect(text('needs_newer')).toContain('run Prosody 13.0')
      expect(idsOf('calls_newer')).toEqual(['api-missing'])
      expect(of('calls_newer')[0]?.causes[0]).toMatchObject({sure: true})
      expect(text('calls_newer')).toContain('own/mod_calls_newer/mod_calls_newer.lua:1')
    } else {
      expect(idsOf('needs_older')).toEqual(['library-of-other-prosody'])
      expect(text('needs_older')).toContain('run Prosody 0.12')
      expect(idsOf('asks_old_lua')).toEqual(['metadata-refused'])
    }
  })

  it('names who needs a library, by file and line, and how it comes in', () => {
    expect(text('needs_library')).toContain('own/mod_needs_library/mod_needs_library.lua:1')
    expect(text('needs_library')).toContain('prosody-mods deps --format apt')
    expect(text('needs_nested')).toContain('own/mod_needs_nested/inner.lib.lua:1')
    expect(text('needs_jitsi')).toContain('prosody-mods add jitsi/luajwtjitsi')
    expect(text('not_there_either')).toContain('own/mod_depends_on_missing/mod_depends_on_missing.lua:1')
  })

  it('names the file that is in the way, and the one that is meant', () => {
    const [hidden] = of('is_hidden')
    expect(hidden?.causes[0]?.text).toContain('prosody-modules/own/mod_is_hidden/mod_is_hidden.lua')
    expect(hidden?.causes[0]?.text).toContain('mod_is_hidden.lua; the file of own/is_hidden')
  })

  it('names both files that may have been meant by a library', () => {
    const causes = of('takes_wrong_util').flatMap((one) => one.causes)
    expect(causes).toEqual([
      expect.objectContaining({
        sure: false,
        text: expect.stringMatching(
          /own\/mod_takes_wrong_util\/util\.lib\.lua.*flat\/util\.lib\.lua|flat\/util\.lib\.lua.*own\/mod_takes_wrong_util\/util\.lib\.lua/,
        ) as string,
      }),
    ])
  })

  it('is understood as far as it is about modules', () => {
    expect(result.unknown.filter(({text: one}) => one.includes('modulemanager'))).toEqual([])
  })

  it('is told to a person, with exit code 0, and says the same of other modules without the project', async () => {
    const told = await sandbox.cli(['explain'], {input: log})
    expect(told.code).toBe(0)
    expect(told.stdout).toContain('prosody-mods add community/muc_moderation')
    await rm(join(sandbox.project, 'prosody-modules/own/mod_needs_library'), {recursive: true})
    const unreached = await sandbox.cli([
      'explain',
      "Unable to load module 'needs_library': /x/mod_needs_library.lua: No such file or directory",
    ])
    expect(unreached.stdout).toContain('[module-unreached]')
    expect(unreached.stdout).toContain('prosody-mods install')
    await rm(join(sandbox.project, 'prosody-mods.json'))
    const outside = await sandbox.cli(['explain', '--json'], {input: log})
    expect((await sandbox.cli(['explain', '-', '--json'], {input: log})).json).toEqual(outside.json)
    const ids = (outside.json as ExplainResult).explained.map(({id}) => id)
    expect(ids).toEqual(expect.arrayContaining(['library-missing', 'module-not-installed', 'syntax-error']))
  })
})

describe('explain', () => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await newSandbox()
  })
  afterAll(() => sandbox.remove())

  it('takes the text from its operands', async () => {
    const {code, stdout} = await sandbox.cli(['explain', 'module', "'basexx'", 'not', 'found'])
    expect(code).toBe(0)
    expect(stdout).toContain('lua-basexx')
  })

  it('exits with 3 where nothing is understood, and with 2 where there is nothing', async () => {
    const {code, stdout} = await sandbox.cli(['explain'], {input: 'what is this\n'})
    expect(code).toBe(3)
    expect(stdout).toContain('what is this')
    const empty = await sandbox.cli(['explain', '--json'], {input: ''})
    expect(empty.code).toBe(2)
    expect(empty.json).toMatchObject({error: {code: 'USAGE'}})
  })

  it('says that a log is of another Prosody than the project is for', async () => {
    await sandbox.cli(['init', '--prosody', '13.0'])
    const input = 'startup info\tHello and welcome to Prosody version 0.12.3\n'
    const {json} = await sandbox.cli(['explain', '--json'], {input})
    expect((json as ExplainResult).explained.map(({id}) => id)).toEqual(['wrong-prosody'])
    const old = await sandbox.cli(['explain'], {input: input.replace('0.12.3', '0.9.10')})
    expect(old.stdout).toContain('the log is of Prosody 0.9.10')
    expect(old.stdout).toContain('do: run Prosody 13.0: nothing is known here of 0.9.10')
  })

  it('reads 30 MB of log in little memory', async () => {
    const lines = Array.from(
      {length: 360_000},
      (_, index) =>
        `Nov 01 10:00:00 c2s${index % 977} info\tClient ${index} sent <iq/> to room number ${index}\n`,
    )
    lines.push("modulemanager error\tError initializing module 'x' on 'h': a: module 'basexx' not found:\n")
    const input = Buffer.from(lines.join(''))
    expect(input.length).toBeGreaterThan(25_000_000)
    // The text alone would not fit into a heap of this size.
    const {code, json} = await sandbox.cli(['explain', '--json'], {
      input,
      env: {NODE_OPTIONS: '--max-old-space-size=24'},
    })
    expect(code).toBe(0)
    expect((json as ExplainResult).explained.map(({id}) => id)).toEqual(['library-missing'])
  })

  it('is not impressed by a program in its place', async () => {
    const {code} = await sandbox.cli(['explain'], {
      input: await readFile(process.execPath).then((bytes) => bytes.subarray(0, 2_000_000)),
    })
    expect(code).toBe(3)
  })
})
