import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {unclearIn} from '../../../tools/docstrings.ts'
import {filesOf} from '../../../tools/references.ts'

const root = join(import.meta.dirname, '../../..')
const sources = filesOf(root).filter((path) => path.startsWith('src/') && path.endsWith('.ts'))

it('every export of src has a docstring, those of functions begin with what they do', () => {
  expect(sources.length).toBeGreaterThan(500)
  const unclear = sources.flatMap((path) =>
    unclearIn(path, readFileSync(join(root, path), 'utf8')).map(
      ({line, name, why}) => `${path}:${line} ${name}: ${why}`,
    ),
  )
  expect(unclear).toEqual([])
})

describe('a docstring is asked of', () => {
  const missing = (text: string): string[] =>
    unclearIn('x.ts', text).map(({line, name, why}) => `${line} ${name} ${why}`)

  it.each([
    ['a function', 'export function f(): void {}', ['1 f missing']],
    ['a constant', '\nexport const a = 1', ['2 a missing']],
    ['a type', 'export type T = string', ['1 T missing']],
    ['an interface', 'export interface I {}', ['1 I missing']],
    ['a class and each method', 'export class C {\n  m(): void {}\n}', ['1 C missing', '2 C.m missing']],
    ['what is exported by its name', 'const a = 1\nexport {a as b}', ['1 a missing']],
    ['what is exported by default', 'export default function (): void {}', ['1 default missing']],
    [
      'what has other comments alone',
      '// Reads.\n/* Reads. */\nexport function f(): void {}',
      ['3 f missing'],
    ],
    ['what has an empty one', '/** */\nexport const a = 1', ['2 a missing']],
  ])('%s', (_what, text, expected) => {
    expect(missing(text)).toEqual(expected)
  })

  it.each([
    ['what is not exported', 'function f(): void {}\ninterface I {}'],
    ['what another file exports', "export {a} from './a.ts'\nexport * from './b.ts'"],
    [
      'what a class has for itself',
      '/** C. */\nexport class C {\n  #a(): void {}\n  private b(): void {}\n}',
    ],
    ['what a class has from its base', '/** C. */\nexport class C extends B {\n  override m(): void {}\n}'],
    ['getters and constructors', '/** C. */\nexport class C {\n  constructor() {}\n  get a(): number\n}'],
    ['overloads but the first', '/** Reads. */\nexport function f(a: 1): 1\nexport function f(a: 2): 2'],
  ])('and not of %s', (_what, text) => {
    expect(missing(text)).toEqual([])
  })
})

describe('the docstring of a function', () => {
  const judged = (docstring: string, rest = 'export function f(): void {}'): string[] =>
    unclearIn('x.ts', `/** ${docstring} */\n${rest}`).map(({why}) => why)

  it.each([
    'Returns a.',
    'Names the first one.',
    'Tells of each. @param a b',
    'Throws.',
    '\n * Reads\n * a.\n',
  ])('may begin: %j', (docstring) => {
    expect(judged(docstring)).toEqual([])
  })

  it.each([
    'The first one.',
    'Whether it is.',
    'This reads a.',
    'Files below a folder.',
    'Names of all modules.',
    'returns a.',
    'Return a.',
    '@param a b',
    'sha256 of a.',
  ])('may not begin: %j', (docstring) => {
    expect(judged(docstring)).toEqual(['verb'])
  })

  it('is judged of arrow functions and methods too, and of nothing else', () => {
    expect(judged('The first.', 'export const f = (): number => 1')).toEqual(['verb'])
    expect(judged('C.', 'export class C {\n  /** The first. */\n  m(): void {}\n}')).toEqual(['verb'])
    expect(judged('The first.', 'export const a = f()')).toEqual([])
    expect(judged('The first.', 'export type F = () => void')).toEqual([])
  })
})
