import {rm} from 'node:fs/promises'
import {expect, it} from 'vitest'
import {createEnvironment} from '../../src/operations/environment.ts'
import {readLua} from '../../src/operations/read-lua.ts'
import {withWorkbench, type Workbench} from '../../src/operations/workbench.ts'
import {scratchFolder} from '../helpers/scratch.ts'

it('parses a file once, whatever it is called', async () => {
  await withBench(async (bench) => {
    const {store} = bench.session
    const digest = await store.put(Buffer.from('module:depends "muc"\n'))
    const calls = [{method: 'depends', argument: 'muc'}]
    expect(readLua('acme/x: mod_x.lua', digest, bench)).toEqual(calls)
    await rm(store.pathOf(digest))
    expect(readLua('acme/y: mod_y.lua', digest, bench)).toEqual(calls)
  })
})

it('refuses what is no Lua, every time', async () => {
  await withBench(async (bench) => {
    const digest = await bench.session.store.put(Buffer.from('local x = 1\nlocal = 2\n'))
    for (const name of ['acme/x: mod_x.lua', 'acme/y: mod_y.lua']) {
      expect(() => readLua(name, digest, bench)).toThrow(
        expect.objectContaining({code: 'LUA_INVALID', details: {file: name, line: 2, column: 7}}),
      )
    }
  })
})

it('does not take what the store has lost for an empty file', async () => {
  await withBench((bench) => {
    const digest = 'ab'.repeat(32)
    expect(() => readLua('acme/x: mod_x.lua', digest, bench)).toThrow(
      expect.objectContaining({
        code: 'STORE_CORRUPT',
        message: `the store has lost the bytes of acme/x: mod_x.lua (sha256:${digest})`,
      }),
    )
    return Promise.resolve()
  })
})

async function withBench(work: (bench: Workbench) => Promise<void>): Promise<void> {
  const folder = await scratchFolder()
  const environment = createEnvironment({cwd: folder, env: {PROSODY_MODS_CACHE: folder}})
  await withWorkbench(environment, {folder, manifest: {}, offline: true}, work)
}
