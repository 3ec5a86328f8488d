import {Linter} from 'eslint'
import tseslint from 'typescript-eslint'
import {describe, expect, it} from 'vitest'
import {digestSyntax} from '../../../tools/digest-syntax.ts'

function refused(code: string): string[] {
  const found = new Linter().verify(
    code,
    [
      {
        files: ['**/*.ts'],
        languageOptions: {parser: tseslint.parser},
        rules: {'no-restricted-syntax': ['error', ...digestSyntax]},
      },
    ],
    'src/x.ts',
  )
  return found.map(({ruleId, message}) => (ruleId === null ? `no TypeScript: ${message}` : message))
}

describe('outside of src/digest.ts is refused', () => {
  it.each([
    ['a cast', 'const a = text as Sha256', 'alone makes'],
    ['a cast by way of another', 'const a = text as unknown as Digest', 'alone makes'],
    ['a cast before what is cast', 'const a = <Digest>text', 'alone makes'],
    ['a cast of something that holds some', 'const a = {} as Record<string, Digest>', 'alone makes'],
    ['a cast of something that may be one', 'const a = text as Sha256 | undefined', 'alone makes'],
    [
      'another test of what is one',
      'function is(text: string): text is Sha256 { return true }',
      'alone makes',
    ],
    ['hashing', "import {hash} from 'node:crypto'", 'alone hashes'],
    ['hashing under another name', "import {randomBytes, createHash as of} from 'crypto'", 'alone hashes'],
    ['hashing by the whole module', "import * as all from 'node:crypto'", 'alone hashes'],
    ['taking the beginning off', "const a = digest.slice('sha256:'.length)", 'alone turns'],
    ['putting it before', 'const a = `sha256:${sha256}`', 'alone turns'],
    [
      'putting it before, in a message',
      'const a = `expected sha256:${sha256} (${size} bytes)`',
      'alone turns',
    ],
    ['putting it before by a sum', "const a = 'sha256:' + sha256", 'alone turns'],
    ['another pattern', 'const a = /^[0-9a-f]{64}$/.test(text)', 'alone says'],
  ])('%s', (_, code, message) => {
    expect(refused(code)).toEqual([expect.stringContaining(message)])
  })
})

describe('outside of src/digest.ts is taken', () => {
  it.each([
    ['JSON that a schema has checked', 'const lock = JSON.parse(text) as Lockfile'],
    ['a type that names them', 'const files: ReadonlyMap<string, Sha256> = new Map<string, Sha256>()'],
    ['a cast of something else', 'const paths = new Set<Sha256>() as Iterable<unknown>'],
    ['other uses of the module', "import {randomBytes} from 'node:crypto'"],
    ['a message', "const a = 'add #sha256=<64 hex digits>, or sha256: and digits'"],
    ['a pattern with more in it', 'const seal = /^-- Sealed: sha256:([0-9a-f]{64})\\n/m'],
    ['its functions', 'const a = `expected ${toDigest(sha256)}`'],
  ])('%s', (_, code) => {
    expect(refused(code)).toEqual([])
  })
})
