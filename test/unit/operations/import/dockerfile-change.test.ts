import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {writeDockerfile} from '../../../../src/operations/import/dockerfile-change.ts'

let folder: string
const path = (): string => join(folder, 'Dockerfile')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prosody-mods-import-'))
})

afterEach(() => {
  rmSync(folder, {recursive: true})
})

it('replaces a Dockerfile, and leaves nothing beside it', async () => {
  writeFileSync(path(), 'FROM a\n')
  await writeDockerfile(path(), {before: 'FROM a\n', after: 'FROM b\n'})
  expect(readFileSync(path(), 'utf8')).toBe('FROM b\n')
  expect(readdirSync(folder)).toEqual(['Dockerfile'])
})

it('leaves one alone that somebody has changed meanwhile', async () => {
  writeFileSync(path(), 'FROM c\n')
  const written = writeDockerfile(path(), {before: 'FROM a\n', after: 'FROM b\n'})
  await expect(written).rejects.toMatchObject({code: 'OWNED_FILE_CHANGED'})
  expect(readFileSync(path(), 'utf8')).toBe('FROM c\n')
  expect(readdirSync(folder)).toEqual(['Dockerfile'])
})
