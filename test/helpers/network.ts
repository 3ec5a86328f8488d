import {createHash} from 'node:crypto'
import {existsSync} from 'node:fs'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import type {FetchReport} from '../../src/fetch/report.ts'
import {newSandbox, readTree, type Sandbox} from './cli.ts'
import {startServer, type TestServer} from './server.ts'

/** A test with a project, an empty store and servers of its own; they end with it, concurrent ones too. */
export const networkTest = it.extend<{sandbox: Sandbox; server: TestServer; other: TestServer}>({
  sandbox: async ({}, use) => {
    const sandbox = await newSandbox()
    await writeManifest(sandbox, {})
    await use(sandbox)
    await sandbox.remove()
  },
  server: async ({}, use) => withServer(use),
  other: async ({}, use) => withServer(use),
})

async function withServer(use: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await startServer()
  await use(server)
  await server.close()
}

export async function writeManifest({project}: Sandbox, manifest: object): Promise<void> {
  await writeFile(join(project, 'prosody-mods.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
}

/** Milliseconds that any of these runs may take, on a machine that is busy with others: no fault is waited for without end. */
const bound = 45_000

/** The parts of `--json` that these tests look at. */
interface Output {
  readonly error?: {
    readonly code: string
    readonly exitCode: number
    readonly message: string
    readonly hint: string | null
    readonly details: Readonly<Record<string, unknown>>
  }
  readonly fetch?: FetchReport
}

export type Env = Readonly<Record<string, string | undefined>>

/** Runs a command that has to succeed; gives what it says about fetching. */
export async function mustSucceed(
  sandbox: Sandbox,
  args: readonly string[],
  env: Env = {},
): Promise<FetchReport> {
  const output = await sandbox.cli([...args, '--json'], {env, timeout: bound})
  expect(output.code, output.stdout + output.stderr).toBe(0)
  expect(output.stderr).toBe('')
  const {fetch} = output.json as Output
  if (fetch === undefined) throw new Error(`no report of fetching in ${output.stdout}`)
  expect(await leftovers(sandbox)).toEqual([])
  return fetch
}

export type Failure = NonNullable<Output['error']>

export interface Expected {
  readonly exit: number
  readonly code: string
  readonly env?: Env
  /** Whether the store may have got sound files that were fetched beside the one that failed. */
  readonly mayKeep?: boolean
}

/** Runs a command that has to fail and to leave project and store as they were, byte for byte. */
export async function mustFail(
  sandbox: Sandbox,
  args: readonly string[],
  {exit, code, env = {}, mayKeep = false}: Expected,
): Promise<Failure> {
  const [project, store] = [await readTree(sandbox.project), await blobs(sandbox)]
  const output = await sandbox.cli([...args, '--json'], {env, timeout: bound})
  expect(output.code, output.stdout + output.stderr).toBe(exit)
  expect(output.stderr).toBe('')
  const {error} = output.json as Output
  expect(error).toMatchObject({code, exitCode: exit})
  expect(await readTree(sandbox.project)).toEqual(project)
  expect(existsSync(join(sandbox.project, '.prosody-mods'))).toBe(false)
  const after = await blobs(sandbox)
  await expectSoundKept(sandbox)
  if (mayKeep) expect(after).toMatchObject(store)
  else expect(after).toEqual(store)
  for (const [path, bytes] of Object.entries(after)) expect(path).toBe(placeOf(bytes))
  if (error === undefined) throw new Error(`no error in ${output.stdout}`)
  return error
}

/** Every file of the store, temporary ones too, but kept answers of publishers, facts of files and dates of indexes. */
async function blobs(sandbox: Sandbox): Promise<Record<string, string>> {
  const tree = Object.entries(await storeTree(sandbox))
  return Object.fromEntries(tree.filter(([path, content]) => content !== 'folder:' && !kept.test(path)))
}

const listings = 'v1/listings/'
const kept = /^v1\/(?:listings|facts|index-dates)\//

/** The kept answers of publishers: path below the store's folder → bytes as latin1. */
export async function listingsOf(sandbox: Sandbox): Promise<Record<string, string>> {
  const tree = Object.entries(await storeTree(sandbox))
  return Object.fromEntries(tree.filter(([path]) => path.startsWith(listings)))
}

async function storeTree({store}: Sandbox): Promise<Record<string, string>> {
  return existsSync(store) ? readTree(store) : {}
}

/** Both begin with the digest of their rest. */
async function expectSoundKept(sandbox: Sandbox): Promise<void> {
  const tree = Object.entries(await storeTree(sandbox))
  for (const [path, text] of tree.filter(([path, content]) => content !== 'folder:' && kept.test(path))) {
    expect(path).toMatch(/^v1\/(?:listings|facts|index-dates)\/[0-9a-f]{64}$/)
    expect(text.slice(0, 64)).toBe(createHash('sha256').update(text.slice(65), 'latin1').digest('hex'))
  }
}

/** Where the store keeps bytes. */
function placeOf(latin1: string): string {
  const digest = createHash('sha256').update(latin1, 'latin1').digest('hex')
  return `v1/sha256/${digest.slice(0, 2)}/${digest.slice(2)}`
}

async function leftovers(sandbox: Sandbox): Promise<string[]> {
  return Object.keys(await blobs(sandbox)).filter((path) => path.includes('tmp/'))
}

/** Like networkTest, with another program than that of this clone. @param programOf asked when a test begins */
export function networkTestOf(programOf: () => string): typeof networkTest {
  return networkTest.extend<{sandbox: Sandbox}>({
    sandbox: async ({}, use) => {
      const sandbox = await newSandbox(programOf())
      await writeManifest(sandbox, {})
      await use(sandbox)
      await sandbox.remove()
    },
  }) as typeof networkTest
}
