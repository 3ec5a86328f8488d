import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {cp, readdir, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, afterEach, expect, it} from 'vitest'
import {cliPath, newSandbox, readTree, type Sandbox} from '../helpers/cli.ts'
import {startForge, type Forge} from '../helpers/forge.ts'
import {writeManifest} from '../helpers/network.ts'
import {writeModules} from '../helpers/own-modules.ts'
import {plainJavaScript, type PlainJavaScript} from '../helpers/plain-javascript.ts'
import {runProgram} from '../helpers/program.ts'

const modules = 12
const installs = 32
const atOnce = 8

/** Empties a store over and over. */
const pruning = `
const {Store} = await import(process.env.STORE)
const store = new Store(process.argv[2])
let removed = 0
process.on('SIGTERM', () => {
  console.log(removed)
  process.exit(0)
})
for (;;) {
  removed += (await store.prune(0)).removed
  await new Promise(setImmediate)
}
`

let javascript: PlainJavaScript
let forge: Forge
let sandbox: Sandbox

beforeAll(async () => {
  javascript = plainJavaScript()
  forge = await startForge()
  const files = Array.from({length: modules}, (_, index): (readonly [string, string])[] => [
    [
      `mod_m${index}/mod_m${index}.lua`,
      `local util = module:require "util"\nmodule:log("info", util[${index}])\n`,
    ],
    [`mod_m${index}/util.lib.lua`, `return {"${index}"}\n`],
  ]).flat()
  await forge.commit('acme/plugins', Object.fromEntries(files), ['v1.0.0'])
})
afterAll(async () => {
  javascript.remove()
  await forge.close()
})
beforeEach(async () => {
  sandbox = await newSandbox()
  const acme = {kind: 'github', repository: 'acme/plugins'}
  await writeManifest(sandbox, {mirrors: forge.mirrors, sources: {acme}})
  await writeModules(join(sandbox.project, 'own'), {prefix: 'near', count: 4})
  await succeed(['add', './own'])
  for (let index = 0; index < modules; index += 1) await succeed(['add', `acme/m${index}`])
})
afterEach(() => sandbox.remove())

async function succeed(args: readonly string[]): Promise<void> {
  const {code, stderr} = await sandbox.cli(args)
  expect({args, code, stderr: code === 0 ? '' : stderr}).toEqual({args, code: 0, stderr: ''})
}

interface Pruner {
  /** Ends it; gives how many blobs it has removed. */
  stop(): Promise<number>
}

function startPruner(): Pruner {
  const child = spawn(
    process.execPath,
    [javascript.script('prune.mjs', pruning), join(sandbox.store, 'v1')],
    {env: {...process.env, STORE: javascript.url('store/store')}, stdio: ['ignore', 'pipe', 'inherit']},
  )
  return {
    async stop() {
      const said = once(child.stdout, 'data')
      child.kill('SIGTERM')
      return Number(String((await said)[0]))
    },
  }
}

/** The project without what install writes, in `installs` folders. */
async function copies(): Promise<readonly string[]> {
  await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
  await rm(join(sandbox.project, 'conf.d'), {recursive: true})
  const folders = Array.from({length: installs}, (_, index) => join(sandbox.project, `../copy${index}`))
  for (const folder of folders) await cp(sandbox.project, folder, {recursive: true})
  return folders
}

it(
  `${installs} installs on one store that is emptied all the while bring every byte, and blame no publisher`,
  {timeout: 600_000},
  async () => {
    const expected = await readTree(sandbox.project)
    const folders = await copies()
    const queue = folders.values()
    const outcomes: unknown[] = []
    const pruners = [startPruner(), startPruner()]
    const work = async (): Promise<void> => {
      for (const cwd of queue) {
        const args = [cliPath, 'install', '--frozen', '--json']
        const {code, stdout, stderr} = await runProgram([process.execPath, ...args], {
          cwd,
          env: sandbox.env,
          timeout: 240_000,
        })
        const {fetch} = (code === 0 ? JSON.parse(stdout) : {}) as {fetch?: {failures: unknown}}
        outcomes.push({code, stderr, failures: fetch?.failures})
      }
    }
    await Promise.all(Array.from({length: atOnce}, work))
    const removed = await Promise.all(pruners.map(async (pruner) => pruner.stop()))
    expect(outcomes).toEqual(folders.map(() => ({code: 0, stderr: '', failures: []})))
    for (const folder of folders) expect(await readTree(folder)).toEqual(expected)
    // What nobody emptied would prove nothing.
    expect(removed.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(installs)
    expect(await readdir(join(sandbox.store, 'v1'))).not.toContain('held')
  },
)
