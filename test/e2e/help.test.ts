import {stripVTControlCharacters} from 'node:util'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {groups} from '../../src/cli/help/groups.ts'
import {topics} from '../../src/cli/help/topics.ts'
import {commands} from '../../src/commands/index.ts'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'
import {onTerminal} from '../helpers/terminal.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await newSandbox()
})
afterAll(() => sandbox.remove())

const families = new Set(
  [...commands.keys()].filter((name) => name.includes(' ')).map((name) => name.split(' ')[0] ?? ''),
)

async function helpOn(words: readonly string[]): Promise<string> {
  const {code, stdout, stderr} = await sandbox.cli(['help', ...words])
  expect({code, stderr}).toEqual({code: 0, stderr: ''})
  return stdout
}

/** Without colours, and without what names this machine. */
async function shown(words: readonly string[], columns: number): Promise<string> {
  const {code, screen} = await onTerminal(sandbox, words, {columns})
  expect(code).toBe(0)
  const plain = stripVTControlCharacters(screen).replaceAll('\r\n', '\n')
  return plain
    .replace(/^prosody-mods \d\S*:/, 'prosody-mods VERSION:')
    .replace(/\nDOCUMENTATION\n[\s\S]*/, '\n')
}

const lines = (text: string): readonly string[] => text.split('\n')

describe('the first help', () => {
  it('has each command once, in a group', () => {
    const grouped = groups.flatMap(([, names]) => names)
    const wanted = [...commands.keys()].map((name) => name.split(' ')[0] ?? '')
    expect([...grouped].sort()).toEqual([...new Set([...wanted, 'help'])].sort())
  })

  it('has each command in a line of 80 columns', async () => {
    const text = await helpOn([])
    for (const name of groups.flatMap(([, names]) => names))
      expect(lines(text).filter((line) => line.startsWith(`  ${name} `) && line.length <= 80)).not.toEqual([])
    const rows = lines(text.slice(text.indexOf('\nSTART\n'), text.indexOf('\nFLAGS OF EVERY COMMAND\n')))
    expect(rows.filter((line) => line.startsWith('   '))).toEqual([])
  })

  it.each([[], ['--help'], ['-h'], ['help'], ['help', 'help'], ['help', '-q']])(
    'is what %j shows',
    async (...words) => {
      const {code, stdout} = await sandbox.cli(words)
      expect([code, stdout]).toEqual([0, await helpOn([])])
    },
  )
})

describe('help', () => {
  it.each([...commands])('on "%s" has all of its flags and examples', async (name, {flags, examples}) => {
    const text = await helpOn(name.split(' '))
    for (const flag of Object.keys(flags))
      expect(text).toMatch(new RegExp(`^ +(?:-\\w, )?--${flag}(?:=| |$)`, 'm'))
    const joined = text.replaceAll(/ \\\n +/g, ' ')
    for (const example of examples) expect(joined).toContain(`  $ ${example.replace(/^\$ /, '')}\n`)
    expect((await sandbox.cli([...name.split(' '), '--help'])).stdout).toBe(text)
  })

  it.each([...families])('on "%s" lists its commands', async (family) => {
    const text = await helpOn([family])
    for (const name of commands.keys())
      if (name.startsWith(`${family} `)) expect(text).toContain(`\n  ${name} `)
    if (!commands.has(family)) expect((await sandbox.cli([family])).stdout).toBe(text)
  })

  it.each([...Object.keys(topics), 'env', 'config', 'rm', 'MODULE_AMBIGUOUS'])(
    'has something on %s',
    async (subject) => {
      expect(lines(await helpOn([subject])).length).toBeGreaterThan(8)
    },
  )

  it.each([
    ['envirnoment', 'did you mean "prosody-mods help environment"?'],
    ['instal', 'did you mean "prosody-mods help install"?'],
    ['ci', '"prosody-mods install --frozen" writes exactly what the lockfile says, or fails'],
    ['nonsense', '"prosody-mods help" lists commands and topics'],
  ])('on %s says what there is', async (subject, hint) => {
    const {code, stdout, stderr} = await sandbox.cli(['help', subject])
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      `error[USAGE]: there is no command or topic "${subject}"\nhint: ${hint}\n`,
    ])
  })
})

/** One file for each, as a terminal of that width shows it: read them when they change. */
describe.each([60, 80])('on a terminal of %i columns', (columns) => {
  it.each([
    ['help'],
    ['help', 'add'],
    ['help', 'cache'],
    ['help', 'environment'],
    ['help', 'exit-codes'],
    ['help', 'configuration'],
    ['explain', 'MODULE_AMBIGUOUS'],
    ['lint', '--explain', 'unknown-global'],
  ])('%s %s %s is as it was read', async (...words) => {
    const file = ['golden/', ...words, String(columns)].join('-').replace('/-', '/')
    await expect(await shown(words, columns)).toMatchFileSnapshot(`${file}.txt`)
  })

  it.each([...commands.keys(), ...Object.keys(topics)])('help on %s fits', async (subject) => {
    const text = await shown(['help', ...subject.split(' ')], columns)
    // Examples and code are for copying.
    const wide = lines(text).filter((line) => line.length > columns && !/^ {2}\$ |^ {4}/.test(line))
    expect(wide).toEqual([])
  })
})
