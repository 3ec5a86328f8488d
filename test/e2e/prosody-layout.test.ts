import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {fixtureContext} from '../helpers/context.ts'
import type {Context} from '../helpers/context.ts'
import {assertLayout, layoutRequest} from '../helpers/layout.ts'
import {linePlace} from '../helpers/prosody-place.ts'
import type {ProsodyPlace} from '../helpers/prosody-place.ts'
import {host, startProsody} from '../helpers/prosody.ts'

// The other line is asked in the built image (image.test.ts); on Debian 13 this is a Debian 12 from debootstrap.
describe('layout of a context, in Prosody 0.12', {timeout: 120_000}, () => {
  let context: Context
  let place: ProsodyPlace
  beforeAll(async () => {
    context = await fixtureContext()
    place = await linePlace('0.12')
  }, 900_000)
  afterAll(async () => {
    await context.remove()
    await place.remove()
  })

  it('loads every module, library and resource from where it was meant', async () => {
    await assertLayout(place, context.folder)
  })

  it('gives a module the library of another source when the flat tree stands first', async () => {
    const config = join(context.folder, 'conf.d/prosody-mods.cfg.lua')
    const paths = [...(await readFile(config, 'utf8')).matchAll(/"(\/[^"]+)"/g)].map(
      (match) => match[1] ?? '',
    )
    expect(paths.at(-1)).toBe(join(context.folder, 'prosody-modules/flat'))
    const reversed = [...paths].reverse().map((path) => JSON.stringify(path))
    await writeFile(config, `plugin_paths = { ${reversed.join(', ')} }\n`)
    const prosody = await startProsody(place, layoutRequest(context.folder))
    try {
      expect(await prosody.moduleValue(host, 'fixture_books', 'library')).toBe('flat')
    } finally {
      await prosody.stop()
    }
  })
})
