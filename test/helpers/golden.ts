import {existsSync, readFileSync} from 'node:fs'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'vitest'

const folder = join(import.meta.dirname, '../golden')

/**
 * Holds a text against its golden file, byte for byte. With PROSODY_MODS_GOLDEN=write the file is written anew where it
 * differs, and the test fails all the same: whoever writes one reads it, and runs again without.
 */
export async function expectGolden(name: string, text: string): Promise<void> {
  const path = join(folder, name)
  const golden = existsSync(path) ? readFileSync(path, 'utf8') : undefined
  if (golden !== text && process.env['PROSODY_MODS_GOLDEN'] === 'write') {
    await mkdir(folder, {recursive: true})
    await writeFile(path, text)
    expect.soft(name, 'was written anew: read what Git says of it, and run again').toBe(undefined)
    return
  }
  expect.soft(text, `test/golden/${name}`).toBe(golden)
}
