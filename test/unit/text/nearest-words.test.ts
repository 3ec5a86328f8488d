import {expect, it} from 'vitest'
import {nearestWords} from '../../../src/text/nearest-words.ts'

const commands = [
  'add',
  'bump',
  'cache',
  'check',
  'deps',
  'diff',
  'info',
  'init',
  'install',
  'list',
  'tree',
  'why',
]

it.each([
  ['ad', ['add']],
  ['ade', ['add']],
  ['lst', ['list']],
  ['lits', ['list']],
  ['instal', ['install']],
  ['insta', ['install']],
  ['ini', ['init']],
  ['in', ['info', 'init', 'install']],
  ['chekc', ['check']],
  ['ADD', ['add']],
  ['installl', ['install']],
  ['dep', ['deps']],
  ['x', []],
  ['qq', []],
  ['nonsense', []],
])('%s is near %j', (typed, near) => {
  expect(nearestWords(typed, commands)).toEqual(near)
})
