import {Parser} from '@oclif/core'
import {describe, expect, it} from 'vitest'
import type {AnyInput, CommandDefinition} from '../../../src/cli/definition.ts'
import {refuseMisuse, type Line} from '../../../src/cli/misuse.ts'
import {parsePlain} from '../../../src/cli/parse.ts'
import {commands as definitions} from '../../../src/commands/index.ts'
import {commands as described} from '../../../src/oclif.ts'
import {seeded} from '../../helpers/random.ts'

const pool = [
  ...[
    'muc_moderation',
    'jitsi@10008',
    './modules',
    'a b',
    '',
    '-',
    '--',
    'toString',
    '__proto__',
    '7',
    '-7',
    '1e3',
  ],
  ...[
    '--json',
    '--json=true',
    '-q',
    '--verbose',
    '-v',
    '-qv',
    '--color=never',
    '--color',
    '--no-json',
    '--jso',
    '-C',
    '-Cx',
    '-C=x',
    '-C',
    '-j',
    '--directory',
    '--directory=x',
  ],
  ...[
    '--days',
    '--days=3',
    '--days=',
    '--days=1e3',
    '--source',
    '--source=jitsi',
    '--source=--json',
    '--source=-',
  ],
  ...[
    '--offline',
    '--force',
    '--dry-run',
    '--dry-run',
    '--frozen',
    '--modules-path',
    '--modules-path=/x',
    '--help',
  ],
  ...['--prosody', '--debian=trixie', '--allow-shadow', '--allowshadow', '-h', '--version', '--constructor'],
]

/** What oclif makes of a line; undefined where it refuses it. */
async function byOclif(name: string, words: readonly string[]): Promise<AnyInput | undefined> {
  const command = described[name.replaceAll(' ', ':')]
  if (command === undefined) throw new Error(`oclif has no ${name}`)
  try {
    const {flags, args, strict} = command
    const {argv, flags: values} = await Parser.parse([...words], {flags, args, strict})
    return {flags: values as AnyInput['flags'], operands: argv as string[]}
  } catch {
    return undefined
  }
}

function comparable({flags, operands}: AnyInput): unknown {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined && value !== false)
  return {flags: Object.fromEntries(given), operands: [...operands].sort()}
}

describe('a plain line', () => {
  it.each([...definitions])('of %s is read as oclif reads it, or left to oclif', async (name, definition) => {
    const random = seeded(name.length)
    let plain = 0
    for (let count = 0; count < 1500; count += 1) {
      const words = Array.from({length: random(4)}, () => pick(pool, random))
      const ours = parsePlain(words, definition)
      if (ours === undefined) continue
      plain += 1
      const theirs = await byOclif(name, words)
      expect(theirs && comparable(theirs), JSON.stringify(words)).toEqual(comparable(ours))
    }
    expect(plain).toBeGreaterThan(30)
  })

  it.each([...definitions])('of %s is refused only where oclif refuses it', async (name, definition) => {
    const random = seeded(name.length + 1)
    // oclif takes what stands behind "=" for a word of its own.
    const words = pool.filter((word) => word !== '--json=true')
    let refused = 0
    for (let count = 0; count < 600; count += 1) {
      const line = Array.from({length: random(4)}, () => pick(words, random))
      if (!isRefused({name, words: line, definition})) continue
      refused += 1
      expect(await byOclif(name, line), JSON.stringify(line)).toBeUndefined()
    }
    expect(refused).toBeGreaterThan(30)
  })

  it.each(
    [...definitions].flatMap(([name, {examples}]) => examples.map((example) => [name, example] as const)),
  )('of %s: the example "%s" needs no oclif', (name, example) => {
    const words = example.split(' ').slice(1 + name.split(' ').length)
    expect(parsePlain(words, definitionOf(name))).toBeDefined()
  })

  it('keeps the order of its operands and gives flags their types', () => {
    expect(parsePlain(['b', '--offline', 'a', '-C', 'x'], definitionOf('add'))).toEqual({
      flags: {
        'allow-shadow': false,
        'dry-run': false,
        directory: 'x',
        force: false,
        init: false,
        json: false,
        quiet: false,
        verbose: false,
        latest: false,
        offline: true,
      },
      operands: ['b', 'a'],
    })
    expect(parsePlain(['--days', '0'], definitionOf('cache prune'))?.flags).toMatchObject({days: 0})
    expect(parsePlain([], definitionOf('cache prune'))?.flags).toMatchObject({days: 30})
  })
})

it.each([
  ['a missing operand', 'add', []],
  ['an operand too many', 'info', ['a', 'b']],
  ['an unknown flag', 'list', ['--frozen']],
  ['a flag given twice', 'search', ['--source=a', '--source=b']],
  ['help', 'list', ['--help']],
  ['a value that looks like a flag', 'search', ['--source', '--json']],
  ['a number that is none', 'cache prune', ['--days', 'x']],
  ['what stands behind --', 'add', ['--', '--json']],
])('%s is left to oclif', (_what, name, words) => {
  expect(parsePlain(words, definitionOf(name))).toBeUndefined()
})

function isRefused(line: Line): boolean {
  try {
    refuseMisuse(line)
    return false
  } catch (error) {
    expect(error).toMatchObject({code: 'USAGE'})
    return true
  }
}

function definitionOf(name: string): CommandDefinition {
  const definition = definitions.get(name)
  if (definition === undefined) throw new Error(`no command ${name}`)
  return definition
}

function pick<T>(from: readonly T[], random: (below: number) => number): T {
  return from[random(from.length)] as T
}
