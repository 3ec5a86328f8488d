import {join} from 'node:path'
import {mustRun} from './program.ts'

const root = join(import.meta.dirname, '../..')

/** Writes the single file of the built program into a folder; gives its path. */
export async function buildSingleFile(folder: string): Promise<string> {
  await mustRun([process.execPath, '--import', 'tsx', 'tools/build-single.ts', folder], {
    cwd: root,
    timeout: 300_000,
  })
  return join(folder, 'prosody-mods.mjs')
}
