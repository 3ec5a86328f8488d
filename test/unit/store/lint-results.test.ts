import {
  chmodSync,
  chownSync,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import {join} from 'node:path'
import {beforeEach, expect, test} from 'vitest'
import type {Sha256} from '../../../src/digest.ts'
import {LintResults} from '../../../src/store/lint-results.ts'
import {mustRun} from '../../helpers/program.ts'
import {scratchFolder} from '../../helpers/scratch.ts'
import {sha256From} from '../../helpers/digest.ts'

let folder: string
let results: LintResults

const nameOf = (number: number): Sha256 => sha256From(number.toString(16).padStart(64, '0'))

beforeEach(async () => {
  folder = join(await scratchFolder(), 'cache/v1')
  results = new LintResults(folder)
})

test('gives what it was given, in its order', async () => {
  const given = [
    ['b', '{"text": "ä"}'],
    ['a', ''],
  ] as const
  expect([...results.read(nameOf(1))]).toEqual([])
  await results.keep(nameOf(1), given)
  expect([...results.read(nameOf(1))]).toEqual(given)
  expect([...results.read(nameOf(2))]).toEqual([])
})

test('of too many results the last are left out', async () => {
  const megabyte = 'x'.repeat(1024 * 1024)
  const given = Array.from({length: 20}, (_, index) => [String(index), megabyte] as const)
  await results.keep(nameOf(1), given)
  const kept = [...results.read(nameOf(1)).keys()]
  expect(kept).toEqual(given.slice(0, kept.length).map(([key]) => key))
  expect(kept.length).toBeGreaterThan(10)
  expect(kept.length).toBeLessThan(16)
  expect(statSync(join(folder, 'lint', nameOf(1))).size).toBeLessThanOrEqual(16 * 1024 * 1024)
})

test('of too many files those are removed that were used longest ago', async () => {
  for (let number = 1; number <= 32; number += 1) {
    await results.keep(nameOf(number), [['key', 'result']])
    const time = new Date(Date.UTC(2020, 0, number))
    utimesSync(join(folder, 'lint', nameOf(number)), time, time)
  }
  results.read(nameOf(1))
  await results.keep(nameOf(33), [['key', 'result']])
  expect(readdirSync(join(folder, 'lint'))).toHaveLength(32)
  expect(existsSync(join(folder, 'lint', nameOf(1)))).toBe(true)
  expect(existsSync(join(folder, 'lint', nameOf(2)))).toBe(false)
})

const nobody = 65_534
const path = (): string => join(folder, 'lint', nameOf(1))

test.each<[what: string, change: () => unknown]>([
  ['of another user', () => chownSync(path(), nobody, nobody)],
  ['that others may write', () => chmodSync(path(), 0o666)],
  ['in a folder that others may write', () => chmodSync(join(folder, 'lint'), 0o777)],
  ['in a store that others may write', () => chmodSync(folder, 0o777)],
  ['in a folder of another user', () => chownSync(join(folder, 'lint'), nobody, nobody)],
  [
    'that is a link',
    () => {
      renameSync(path(), join(folder, 'kept'))
      symlinkSync('../kept', path())
    },
  ],
  [
    'that is a pipe',
    async () => {
      rmSync(path())
      await mustRun(['mkfifo', path()])
    },
  ],
])('what lies in a file %s is not believed', async (_, change) => {
  await results.keep(nameOf(1), [['key', 'result']])
  expect(new LintResults(folder).read(nameOf(1)).size).toBe(1)
  await change()
  expect(new LintResults(folder).read(nameOf(1)).size).toBe(0)
})

test('what was found with one configuration says nothing of another', async () => {
  await results.keep(nameOf(1), [['key', 'result']])
  renameSync(path(), join(folder, 'lint', nameOf(2)))
  expect(results.read(nameOf(2)).size).toBe(0)
})

test('is closed to others whatever the umask', async () => {
  const before = process.umask(0o002)
  try {
    await results.keep(nameOf(1), [['key', 'result']])
  } finally {
    process.umask(before)
  }
  expect(statSync(folder).mode & 0o022).toBe(0)
  expect(statSync(path()).mode & 0o022).toBe(0)
  expect(new LintResults(folder).read(nameOf(1)).size).toBe(1)
})
