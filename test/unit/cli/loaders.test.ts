import {expect, test} from 'vitest'
import {commands} from '../../../src/commands/index.ts'
import {loaders} from '../../../src/commands/loaders.ts'

test('each command is loaded by the words that name it in help, and in the same order', async () => {
  const loaded = await Promise.all([...loaders].map(async ([name, load]) => [name, await load()] as const))
  expect(loaded.map(([name]) => name)).toEqual([...commands.keys()])
  for (const [name, definition] of loaded) expect(definition, name).toBe(commands.get(name))
})
