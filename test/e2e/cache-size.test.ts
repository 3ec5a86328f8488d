import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {newSandbox} from '../helpers/cli.ts'

it('cache size counts what lies in the store, and nothing where there is none', async () => {
  const sandbox = await newSandbox()
  try {
    const {json: path} = await sandbox.cli(['cache', 'path', '--json'])
    const {folder} = path as {readonly folder: string}
    const empty = await sandbox.cli(['cache', 'size', '--json'])
    expect([empty.code, empty.json]).toEqual([0, {folder, files: 0, bytes: 0}])
    await mkdir(join(folder, 'one/two'), {recursive: true})
    await writeFile(join(folder, 'one/two/a'), 'x'.repeat(1500))
    await writeFile(join(folder, 'b'), 'y'.repeat(500))
    const {code, stdout} = await sandbox.cli(['cache', 'size'])
    expect([code, stdout]).toEqual([0, `2 files, 2.0 kB in ${folder}\n`])
  } finally {
    await sandbox.remove()
  }
})
