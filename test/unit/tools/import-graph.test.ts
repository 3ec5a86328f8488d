import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {
  importCycles,
  importGraph,
  importsOf,
  unusedPermissions,
  upwardImports,
} from '../../../tools/import-graph.ts'

const graph = importGraph(join(import.meta.dirname, '../../../src'))

describe('the rooms of src', () => {
  it('import downwards only, statically, by type and dynamically', () => {
    expect(graph.size).toBeGreaterThan(300)
    expect(upwardImports(graph)).toEqual([])
  })

  it('have no permission that nothing uses', () => {
    expect(unusedPermissions(graph)).toEqual([])
  })

  it('hold no circle of imports, types included', () => {
    expect(importCycles(graph)).toEqual([])
  })
})

const ways = {
  statement: "import {add} from '../operations/add.ts'",
  'bare statement': "import '../operations/add.ts'",
  type: "import type {Added} from '../operations/add.ts'",
  'type in a statement': "import {type Added} from '../operations/add.ts'",
  'export of another': "export {add} from '../operations/add.ts'",
  'export of all': "export * from '../operations/add.ts'",
  'call while it runs': "const later = async () => await import('../operations/add.ts')",
  'type of a module': "type Added = typeof import('../operations/add.ts')",
  'type in a module': "type Added = import('../operations/add.ts').Added",
}

describe.each(Object.entries(ways))('an import by %s', (_name, text) => {
  it('is seen, and an upward one refused', () => {
    const imports = importsOf('resolve/choose.ts', text)
    expect([...imports]).toEqual(['operations/add.ts'])
    expect(upwardImports(new Map([['resolve/choose.ts', imports]]))).toEqual([
      'resolve/choose.ts imports operations/add.ts',
    ])
  })

  it('closes a circle', () => {
    const back = importsOf('resolve/choose.ts', text)
    const circle = new Map([
      ['operations/add.ts', importsOf('operations/add.ts', "import {choose} from '../resolve/choose.ts'")],
      ['resolve/choose.ts', back],
    ])
    expect(importCycles(circle)).toEqual(['operations/add.ts → resolve/choose.ts → operations/add.ts'])
  })
})

it('a room that the table does not name, and a file at the top that is not shared, are refused', () => {
  const strange = new Map([
    ['cellar/wine.ts', new Set<string>()],
    ['net/http.ts', new Set(['main.ts', 'errors.ts'])],
    ['errors.ts', new Set(['net/http.ts'])],
  ])
  expect(upwardImports(strange)).toEqual([
    'cellar/wine.ts is in no room',
    'net/http.ts imports main.ts',
    'errors.ts imports net/http.ts',
  ])
})
