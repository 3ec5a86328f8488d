import {readFileSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {commands} from '../../src/commands/index.ts'
import {exitCodes} from '../../src/errors.ts'
import {bold, item, literal, prose} from '../../tools/man/roff.ts'
import {variables} from '../../tools/man/variables.ts'
import {runProgram} from '../helpers/program.ts'

const root = join(import.meta.dirname, '../..')
const page = join(root, 'dist/prosody-mods.1')

/** The page as a terminal of so many columns shows it, and what man complains of. */
async function shown(file: string, columns: number): Promise<{text: string; complaints: string}> {
  const env = {PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', MANWIDTH: String(columns)}
  const {code, stdout, stderr} = await runProgram(['man', '--warnings', '--local-file', file], {env})
  expect({code, stderr}).toMatchObject({code: 0})
  return {text: stdout, complaints: stderr}
}

describe('the manual page', () => {
  it.each([60, 80, 120])('is valid, and fits %i columns where no command line is longer', async (columns) => {
    const {text, complaints} = await shown(page, columns)
    expect(complaints).toBe('')
    const long = text
      .split('\n')
      .filter((line) => line.length > columns && !/^ +.*\bprosody-mods /.test(line))
    expect(long).toEqual([])
  })

  it('has a name that apropos finds', async () => {
    const {code, stdout} = await runProgram(['lexgrog', page])
    expect({code, stdout}).toMatchObject({code: 0})
    expect(stdout).toContain('"prosody-mods - Package manager for Prosody and Jitsi Lua modules')
  })

  it('has every command, flag and example, and every exit code', async () => {
    const {text} = await shown(page, 400)
    for (const [name, {flags, examples, summary}] of commands) {
      const section =
        text.split(new RegExp(`^ {3}prosody-mods ${name}$`, 'm'))[1]?.split(/^ {0,3}\S/m)[0] ?? ''
      expect(section.toLowerCase()).toContain(summary.toLowerCase())
      for (const flag of Object.keys(flags))
        expect(section).toMatch(new RegExp(`^ {7}(?:-\\w, )?--${flag}\\b`, 'm'))
      for (const example of examples) expect(section).toContain(`           ${example}\n`)
    }
    const codes = new Set([0, 6, ...Object.values(exitCodes)])
    const [, status = ''] = /^EXIT STATUS$(.*?)^\S/ms.exec(text) ?? []
    const listed = [...status.matchAll(/^ {7}(\d+) /gm)].map(([, code]) => Number(code))
    expect(listed).toEqual([...codes].sort((a, b) => a - b))
  })

  it('has every variable that the program reads, and no other of its own', () => {
    const texts = readdirSync(join(root, 'src'), {recursive: true, encoding: 'utf8'})
      .filter((path) => path.endsWith('.ts'))
      .map((path) => readFileSync(join(root, 'src', path), 'utf8'))
    const read = texts.flatMap((text) => text.match(/(?<=')PROSODY_MODS_[A-Z_]+(?=')/g) ?? [])
    expect(read.length).toBeGreaterThan(8)
    const ours = Object.keys(variables).filter((name) => name.startsWith('PROSODY_MODS_'))
    expect(new Set(ours)).toEqual(new Set(read))
  })
})

describe('what stands in roff', () => {
  it.each([
    ['a line that begins with a dot', prose('.so /etc/passwd'), '\\&.so /etc/passwd'],
    ['a backslash', prose('a\\fBb'), 'a\\efBb'],
    ['quotes', prose('it\'s "x"'), 'it\\(aqs \\(dqx\\(dq'],
    ['lines', literal('.a\n  b'), '.EX\n\\&.a\n  b\n.EE'],
    ['a term', item(bold('--x'), 'y  z\n'), '.TP\n\\fB\\-\\-x\\fR\ny z'],
  ])('%s means itself', (_what, written, expected) => {
    expect(written).toBe(expected)
  })

  it('a character that no page has needed yet is an error', () => {
    expect(() => prose('a → b')).toThrow(/"→"/)
  })
})
