import {expect, it} from 'vitest'
import {describe, kindOf} from '../../../src/recipe/kind.ts'

it.each([
  ['# x\nARG A=1\nFROM a\nRUN b', 'x', 'dockerfile'],
  ['RUN a', 'Dockerfile.dev', 'dockerfile'],
  ['#!/usr/bin/env bash\nfoo', 'x', 'script'],
  ['#!/usr/bin/python3\nimport x', 'x', undefined],
  ['cd /x && wget http://h/a', 'notes', 'script'],
  ['From here on we install the module.', 'x.txt', undefined],
  ['{"a": 1}', 'x.sh', undefined],
] as const)('tells what %j is', (text, name, expected) => {
  expect(kindOf(text, name)).toBe(expected)
})

it.each([
  ['{"a": 1}', 'JSON'],
  ['a: 1\nb:\n  - c', 'YAML'],
  ['local a = 1\nmodule:hook("x", a)\nreturn a', 'Lua'],
  ['\u0000\u0001PNG', 'binary data'],
  ['Just words.', 'text'],
] as const)('tells what %j looks like', (text, expected) => {
  expect(describe(text)).toBe(expected)
})
