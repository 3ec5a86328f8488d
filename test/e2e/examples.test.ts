import {mkdir, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {commands} from '../../src/commands/index.ts'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'

/** What says that an example is not how its command is used, whatever the project and the network are like. */
const misuse = [
  'USAGE',
  'SPEC_INVALID',
  'MODULE_AMBIGUOUS',
  'MODULE_UNKNOWN',
  'SOURCE_UNKNOWN',
  'VERSION_UNSATISFIABLE',
]

/** Examples that need a terminal, a history of Git, a project for docker-jitsi-meet, and installed modules. */
const elsewhere = /--interactive|HEAD~|image env|^prosody-mods lint$/

/** The words of an example as a shell gives them; undefined for one that needs a shell. */
function wordsOf(example: string): string[] | undefined {
  if (/[<>|$]/.test(example) || elsewhere.test(example)) return undefined
  return [...example.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '').slice(1)
}

const examples = [...commands].flatMap(([, {examples: all, flags}]) =>
  all.flatMap((example) => {
    const words = wordsOf(example)
    const isOnline = 'offline' in flags && words?.includes('--offline') === false
    return words === undefined ? [] : [{example, args: isOnline ? [...words, '--offline'] : words}]
  }),
)

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await newSandbox()
  const module = 'module:log("info", "x")\n'
  const files = {
    'modules/mod_own/mod_own.lua': module,
    'mod_example.lua': module,
    'mod_example/mod_example.lua': module,
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(sandbox.project, path)), {recursive: true})
    await writeFile(join(sandbox.project, path), text)
  }
  expect((await sandbox.cli(['init'])).code).toBe(0)
})
afterAll(() => sandbox.remove())

it('examples are of most commands', () => {
  expect(examples.length).toBeGreaterThan(80)
})

it.concurrent.each(examples)('$example: is what the command takes', {timeout: 60_000}, async ({args}) => {
  const {json, code, stderr} = await sandbox.cli([...args.filter((word) => word !== '--json'), '--json'])
  const error = (json as {error?: {code: string; message: string}} | undefined)?.error
  expect({stderr, code, misused: misuse.includes(error?.code ?? '') ? error : undefined}).toMatchObject({
    misused: undefined,
  })
})
