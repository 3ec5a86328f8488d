import {chmodSync, readdirSync, readFileSync, statSync, unlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {replaceFiles, type Replacement} from '../../../../src/operations/lint/replace-files.ts'
import {scratchFolder} from '../../../helpers/scratch.ts'

function replacement(folder: string, name: string): Replacement {
  const path = join(folder, name)
  writeFileSync(path, 'before')
  return {path, before: Buffer.from('before'), after: Buffer.from(`after ${name}`)}
}

test('files are replaced with their mode', async () => {
  const folder = await scratchFolder()
  const one = replacement(folder, 'a')
  chmodSync(one.path, 0o640)
  expect(await replaceFiles([one, replacement(folder, 'b')])).toEqual([])
  expect(readFileSync(one.path, 'utf8')).toBe('after a')
  expect(readFileSync(join(folder, 'b'), 'utf8')).toBe('after b')
  expect(statSync(one.path).mode & 0o7777).toBe(0o640)
  expect(readdirSync(folder)).toEqual(['a', 'b'])
})

test('a file that somebody changed since it was read is left alone, and the others are not', async () => {
  const folder = await scratchFolder()
  const [one, two] = [replacement(folder, 'a'), replacement(folder, 'b')]
  writeFileSync(one.path, 'theirs')
  expect(await replaceFiles([one, two])).toEqual([one])
  expect(readFileSync(one.path, 'utf8')).toBe('theirs')
  expect(readFileSync(two.path, 'utf8')).toBe('after b')
  expect(readdirSync(folder)).toEqual(['a', 'b'])
})

test('where one can not be written, none is', async () => {
  const folder = await scratchFolder()
  const [one, two] = [replacement(folder, 'a'), replacement(folder, 'b')]
  unlinkSync(two.path)
  await expect(replaceFiles([one, two])).rejects.toMatchObject({code: 'WRITE_FAILED'})
  expect(readFileSync(one.path, 'utf8')).toBe('before')
  expect(readdirSync(folder)).toEqual(['a'])
})
