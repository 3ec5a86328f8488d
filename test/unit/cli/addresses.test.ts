import {describe, expect, it} from 'vitest'
import {commands} from '../../../src/commands/index.ts'

describe('words that name modules', () => {
  const described = [...commands].flatMap(([name, {operands}]) => (operands ? [{name, operands}] : []))
  const taking = described.filter(
    ({operands: {completes = [], name}}) =>
      completes.includes('modules') || completes.includes('installed') || name === 'word',
  )

  it.each(taking)('are read as addresses by $name', ({name, operands}) => {
    // It tells what an address stands for, and reads them itself.
    if (name === 'add') expect(operands.addresses).toBeUndefined()
    else expect(['spec', 'module', 'name']).toContain(operands.addresses)
  })

  it('are taken by these commands', () => {
    expect(taking.map(({name}) => name).sort()).toEqual([
      'add',
      'bump',
      'diff',
      'info',
      'lint',
      'options',
      'remove',
      'search',
      'tree',
      'update',
      'versions',
      'why',
    ])
  })
})
