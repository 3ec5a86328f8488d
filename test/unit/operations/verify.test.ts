import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {expect, it, onTestFinished} from 'vitest'
import type {GeneratedFile} from '../../../src/image/generated-file.ts'
import {verifyFiles} from '../../../src/operations/verify.ts'
import {emptyLock} from '../../../src/project/lockfile.ts'

const file = (path: string, text: string | undefined, hint?: string): GeneratedFile => ({
  path,
  text,
  isOurs: (present) => present.startsWith('ours'),
  isSealed: (present) => /^ours(?:, before)?$/.test(present),
  ...(hint === undefined ? {} : {hint: (present) => (present === 'ours, elsewhere' ? hint : undefined)}),
})

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'prosody-mods-verify-'))
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), {recursive: true})
    writeFileSync(join(folder, path), text)
  }
  return folder
}

it('finds every generated file that is not as it shall be, and says what to do', () => {
  const generated = [
    file('as-is', 'ours'),
    file('edited', 'ours', 'not for this one'),
    file('elsewhere', 'ours', 'take it from elsewhere'),
    file('before', 'ours'),
    file('foreign', 'ours'),
    file('line-ends', 'ours\nand more\n'),
    file('missing', 'ours'),
    file('conf.d/outlived', undefined),
    file('own', undefined),
  ]
  const folder = folderWith({
    'as-is': 'ours',
    before: 'ours, before',
    foreign: 'somebody else',
    edited: 'ours, edited',
    elsewhere: 'ours, elsewhere',
    'line-ends': 'ours\r\nand more\r\n',
    'conf.d/outlived': 'ours',
    own: 'of the user',
  })
  const {drift, verified} = verifyFiles(folder, emptyLock, generated)
  expect(drift.map(({path, kind, hint}) => [path, kind, hint])).toEqual([
    [
      'before',
      'changed',
      'the manifest or the lockfile has changed since: "prosody-mods install" writes it anew',
    ],
    ['conf.d/outlived', 'unexpected', 'this project has it no more: prosody-mods install takes it away'],
    ['edited', 'changed', '"prosody-mods install --force" replaces it by what was locked'],
    ['elsewhere', 'changed', 'take it from elsewhere'],
    [
      'foreign',
      'changed',
      'prosody-mods did not write it: move it elsewhere, then run "prosody-mods install"',
    ],
    ['line-ends', 'line-ends', expect.stringContaining('"conf.d/outlived -text" and "own -text"')],
    ['missing', 'missing', '"prosody-mods install" puts it back'],
  ])
  expect(verified).toBe(1)
})
