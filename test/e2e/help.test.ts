import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {commands} from '../../src/commands/index.ts'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'
import {onTerminal} from '../helpers/terminal.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await newSandbox()
})
afterAll(() => sandbox.remove())

/** oclif's own layout, which a width of that environment asks for. */
const byOclif = {OCLIF_COLUMNS: '80'}

async function helpOn(subject: string, env: Readonly<Record<string, string>>): Promise<string> {
  const words = subject === '' ? [] : subject.split(' ')
  const {code, stdout, stderr} = await sandbox.cli([...words, '--help'], {env})
  expect({code, stderr}).toEqual({code: 0, stderr: ''})
  return stdout
}

describe('help', () => {
  it.each(['', 'cache', ...commands.keys()])('on "%s" is what oclif lays out', async (subject) => {
    expect(await helpOn(subject, {})).toBe(await helpOn(subject, byOclif))
    const coloured = await helpOn(subject, {FORCE_COLOR: '1'})
    expect(coloured).toContain('\u001b[1mUSAGE\u001b[22m')
    expect(coloured).toBe(await helpOn(subject, {...byOclif, FORCE_COLOR: '1'}))
  })

  it('is laid out anew for a terminal that is narrower', async () => {
    const lines = async (columns: number): Promise<number> => {
      const {code, screen} = await onTerminal(sandbox, ['add', '--help'], {columns})
      expect(code).toBe(0)
      return screen.split('\r\n').length
    }
    const usual = await lines(80)
    expect(await lines(200)).toBe(usual)
    expect(await lines(60)).toBeGreaterThan(usual)
  })
})
