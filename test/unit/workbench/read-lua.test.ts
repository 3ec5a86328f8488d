import {rm} from 'node:fs/promises'
import {expect, it} from 'vitest'
import {FactsFile} from '../../../src/registry/facts-file.ts'
import type {Registry} from '../../../src/registry/registry.ts'
import {createEnvironment} from '../../../src/workbench/environment.ts'
import {analysisVersion} from '../../../src/workbench/known-file.ts'
import {checkLua, readLua} from '../../../src/workbench/read-lua.ts'
import {withWorkbench, type Workbench} from '../../../src/workbench/workbench.ts'
import {factsBytes} from '../../../tools/registry/facts/write-facts.ts'
import {scratchFolder} from '../../helpers/scratch.ts'
import {sha256Like} from '../../helpers/digest.ts'

const read = {readLua, checkLua}

it('reads a file once, whatever it is called', async () => {
  await withBench(async (bench) => {
    const {store} = bench.session
    const sha256 = await store.put(Buffer.from('module:depends "muc"\n'))
    const depends = [expect.objectContaining({name: 'muc', line: 1})]
    expect(readLua({module: 'acme/x', path: 'x.lib.lua', sha256}, bench)).toMatchObject({depends})
    await rm(store.pathOf(sha256))
    expect(readLua({module: 'acme/y', path: 'y.lib.lua', sha256}, bench)).toMatchObject({depends})
    checkLua({module: 'acme/y', path: 'y.lib.lua', sha256}, bench)
  })
})

it('keeps apart the main files of two modules that have the same bytes', async () => {
  await withBench(async (bench) => {
    const sha256 = await bench.session.store.put(Buffer.from('module:get_option(module.name .. "_a")\n'))
    const names = ['mod_x/mod_x.lua', 'mod_y.lua', 'y.lib.lua'].map((path) => {
      const [option] = readLua({module: 'acme/x', path, sha256}, bench).options
      return option?.name
    })
    expect(names).toEqual(['x_a', 'y_a', null])
  })
})

it.each(['readLua', 'checkLua'] as const)('%s refuses what is no Lua, every time', async (how) => {
  await withBench(async (bench) => {
    const sha256 = await bench.session.store.put(Buffer.from('local x = 1\nlocal = 2\n'))
    for (const [module, path] of [
      ['acme/x', 'mod_x.lua'],
      ['acme/x', 'mod_x.lua'],
      ['acme/y', 'mod_y.lua'],
    ] as const) {
      expect(() => read[how]({module, path, sha256}, bench)).toThrow(
        expect.objectContaining({
          code: 'LUA_INVALID',
          details: {file: `${module}: ${path}`, line: 2, column: 7},
        }),
      )
    }
  })
})

it.each(['readLua', 'checkLua'] as const)(
  '%s does not take what the store has lost for an empty file',
  async (how) => {
    await withBench((bench) => {
      const sha256 = sha256Like('ab')
      expect(() => read[how]({module: 'acme/x', path: 'mod_x.lua', sha256}, bench)).toThrow(
        expect.objectContaining({
          code: 'STORE_CORRUPT',
          message: `the store has lost the bytes of acme/x: mod_x.lua (sha256:${sha256})`,
        }),
      )
      return Promise.resolve()
    })
  },
)

it.each(['readLua', 'checkLua'] as const)(
  '%s says of known files what is known, without bytes',
  async (how) => {
    const [valid, invalid] = [sha256Like('cd'), sha256Like('ef')]
    const problem = {line: 3, column: 9, message: 'expected a name'}
    const lines = [
      {sha256: valid, history: 'a', line: JSON.stringify({x: {facts: {xeps: ['XEP-0045']}}})},
      {sha256: invalid, history: 'a', line: JSON.stringify({'': {problem}})},
    ]
    const facts = new FactsFile(factsBytes(lines, {analysis: analysisVersion, targets: []}))
    await withBench(
      (bench) => {
        expect(read[how]({module: 'acme/x', path: 'mod_x.lua', sha256: valid}, bench)).toEqual(
          how === 'readLua' ? expect.objectContaining({xeps: ['XEP-0045'], hooks: []}) : undefined,
        )
        expect(() => read[how]({module: 'acme/x', path: 'x.lib.lua', sha256: invalid}, bench)).toThrow(
          expect.objectContaining({
            code: 'LUA_INVALID',
            message: 'acme/x: x.lib.lua:3:9: not valid Lua: expected a name',
          }),
        )
        // Of another module's main file nothing is known.
        expect(() => read[how]({module: 'acme/y', path: 'mod_y.lua', sha256: valid}, bench)).toThrow(
          expect.objectContaining({code: 'STORE_CORRUPT'}),
        )
        return Promise.resolve()
      },
      {facts: () => ({facts})},
    )
  },
)

async function withBench(
  work: (bench: Workbench) => Promise<void>,
  known: Partial<Registry> = {},
): Promise<void> {
  const folder = await scratchFolder()
  const environment = createEnvironment({cwd: folder, env: {PROSODY_MODS_CACHE: folder}})
  const registry = Object.assign(Object.create(environment.registry) as Registry, known)
  await withWorkbench({...environment, registry}, {folder, manifest: {}, offline: true}, work)
}
