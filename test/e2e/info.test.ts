import {hash} from 'node:crypto'
import {mkdir, readFile, readdir, rm, utimes, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect} from 'vitest'
import type {InfoResult} from '../../src/operations/info/types.ts'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'
import {registryWith} from '../helpers/known-releases.ts'
import {networkTest} from '../helpers/network.ts'
import {copyPackage, type PackageCopy} from '../helpers/package-copy.ts'

const greet = `--% requires: coroutines
module:depends "muc"
local util = module:require "greetings"
local url = module:get_option_string(module.name .. "_url", "https://x.example")
module:provides("http", { route = { ["GET /hello"] = f } })
module:hook("muc-occupant-joined", util.greet)
`
const library = 'return { greet = function (event) module:fire_event("greeted", event) end }\n'
const files = {'mod_greet/mod_greet.lua': greet, 'mod_greet/greetings.lib.lua': library}
const follow = {
  'mod_follow/mod_follow.lua': 'local kind = "wor"\nlocal words = module:require(kind .. "ds")\n',
  'mod_lib_words/words.lib.lua': 'return {}\n',
}
const broken = {'mod_broken/mod_broken.lua': 'local x = = 1\n'}

let copy: PackageCopy
beforeAll(async () => {
  const release = {version: '2026.1.2', revision: 'ab'.repeat(20), files: {...files, ...follow, ...broken}}
  copy = await copyPackage(registryWith({community: [release]}))
})
afterAll(() => copy.remove())

/** A sandbox whose store has the release's files. */
async function withFiles(): Promise<Sandbox> {
  const sandbox = await newSandbox(copy.program)
  for (const text of Object.values({...files, ...follow, ...broken})) {
    const digest = hash('sha256', text)
    const path = join(sandbox.store, 'v1/sha256', digest.slice(0, 2), digest.slice(2))
    await mkdir(dirname(path), {recursive: true})
    await writeFile(path, text)
  }
  return sandbox
}

async function factFiles({store}: Sandbox): Promise<string[]> {
  const folder = join(store, 'v1/facts')
  return (await readdir(folder)).map((name) => join(folder, name))
}

async function analysisOf(sandbox: Sandbox, module: string): Promise<InfoResult['sources'][number]> {
  const output = await sandbox.cli(['info', module, '--json'])
  expect(output.code, output.stdout + output.stderr).toBe(0)
  const [source] = (output.json as InfoResult).sources
  if (source === undefined) throw new Error(output.stdout)
  return source
}

describe.concurrent('info', {timeout: 120_000}, () => {
  networkTest('says how a release is known, and what was seen in one fork alone', async ({sandbox}) => {
    const weak = await sandbox.cli(['info', 'filter_iq_rayo'])
    expect(weak.stdout).toMatch(/ {2}mod_filter_iq_rayo\.lua .* {2}fork\n {2}how 11146 is known: commit by /)
    const sure = await sandbox.cli(['info', 'jitsi/polls'])
    expect(sure.stdout).not.toContain('is known: ')
    const {json} = await sandbox.cli(['info', 'filter_iq_rayo', '--json'])
    const [newest, ...older] = (json as InfoResult).sources[0]?.releases ?? []
    expect(newest?.evidence).toContain('one fork')
    expect(older.at(-1)?.evidence).toBeNull()
  })

  networkTest('with a version shows that release of the sources that have it', async ({sandbox}) => {
    const {json} = await sandbox.cli(['info', 'firewall@2025', '--json'])
    expect(json).toMatchObject({
      sources: [{module: 'community/firewall', releases: [{version: '2024.11.22'}]}],
    })
    const {sources} = json as InfoResult
    expect(sources.map(({releases}) => releases.length)).toEqual([1])
    expect((await sandbox.cli(['info', 'firewall@2025'])).stdout).toMatch(/^ {2}FILE OF 2024\.11\.22 /m)
  })

  networkTest('tells what the code says, the second time without reading it', async () => {
    const sandbox = await withFiles()
    const first = await sandbox.cli(['info', 'greet'])
    expect(first.stdout).toContain('of Component "conference.…" "muc"  -- line 2: module:depends "muc"\n')
    expect(first.stdout).toContain('  HTTP       GET /greet/hello\n')
    expect(first.stdout).toContain('  fires      greeted\n')
    const {analysis} = await analysisOf(sandbox, 'greet')
    expect(analysis).toMatchObject({
      options: [{name: 'greet_url', file: 'mod_greet/mod_greet.lua', line: 4}],
      fires: [{name: 'greeted', file: 'mod_greet/greetings.lib.lua'}],
      metadata: {requires: 'coroutines'},
      problems: [],
    })
    expect(await factFiles(sandbox)).toHaveLength(2)
    const debug = {env: {NODE_DEBUG: 'module'}}
    expect((await sandbox.cli(['info', 'greet'], debug)).stderr).not.toContain('luaparse')
    expect((await sandbox.cli(['info', 'broken'], debug)).stderr).toContain('luaparse')
    await rm(join(sandbox.store, 'v1/sha256'), {recursive: true})
    expect(await analysisOf(sandbox, 'greet')).toMatchObject({analysis})
    expect((await sandbox.cli(['info', 'greet'])).stdout).toBe(first.stdout)
    await sandbox.remove()
  })

  networkTest('knows the releases of a folder of libraries, which others load', async ({sandbox}) => {
    const {stdout} = await sandbox.cli(['info', 'lib_ldap'])
    expect(stdout).toContain('  enable     nothing: other modules load its libraries\n')
    expect(stdout).toMatch(/^ {2}mod_lib_ldap\/ldap\.lib\.lua /m)
    expect(stdout).toContain('next: prosody-mods add community/lib_ldap\n')
    const {releases} = await analysisOf(sandbox, 'lib_ldap')
    expect(releases.map(({version}) => version)).toContain('2018.7.26')
  })

  networkTest('finds damaged facts, and puts sound ones in their place', async () => {
    const sandbox = await withFiles()
    const {analysis} = await analysisOf(sandbox, 'greet')
    const paths = await factFiles(sandbox)
    const sound = await Promise.all(paths.map((path) => readFile(path, 'utf8')))
    for (const [index, path] of paths.entries())
      await writeFile(path, sound[index]?.replace('greet', 'other') ?? '')
    const verified = await sandbox.cli(['cache', 'verify'])
    expect(verified.stdout).toBe(
      'removed damaged facts of 2 files\n5 files and facts of 2 files checked, 2 bad\n',
    )
    for (const [index, path] of paths.entries())
      await writeFile(path, sound[index]?.replace('greet', 'other') ?? '')
    expect((await analysisOf(sandbox, 'greet')).analysis).toEqual(analysis)
    expect(await Promise.all(paths.map((path) => readFile(path, 'utf8')))).toEqual(sound)
    await sandbox.remove()
  })

  networkTest('of other code are not used', async () => {
    const sandbox = await withFiles()
    const {analysis} = await analysisOf(sandbox, 'greet')
    for (const path of await factFiles(sandbox)) {
      const [, ...rest] = (await readFile(path, 'utf8')).split('\n')
      // What another version of prosody-mods would have written: as sound, for a question of its own.
      const forged = rest
        .join('\n')
        .replace(/"[0-9a-f]{64}"/, `"${'0'.repeat(64)}"`)
        .replaceAll('greet', 'wrong')
      const name = hash('sha256', forged.slice(0, forged.indexOf('\n')))
      await writeFile(join(dirname(path), name), `${hash('sha256', forged)}\n${forged}`)
      await rm(path)
    }
    expect((await analysisOf(sandbox, 'greet')).analysis).toEqual(analysis)
    expect(await factFiles(sandbox)).toHaveLength(4)
    await sandbox.remove()
  })

  networkTest('without a place for facts tells the same', async () => {
    const [sandbox, other] = [await withFiles(), await withFiles()]
    await writeFile(join(other.store, 'v1/facts'), 'a file where the folder should be')
    expect(await analysisOf(other, 'greet')).toEqual(await analysisOf(sandbox, 'greet'))
    await Promise.all([sandbox.remove(), other.remove()])
  })

  networkTest('tells every time what is no Lua, and keeps nothing of it', async () => {
    const sandbox = await withFiles()
    for (let round = 0; round < 2; round += 1) {
      const {analysis, placement} = await analysisOf(sandbox, 'broken')
      expect(analysis?.problems).toMatchObject([{file: 'mod_broken/mod_broken.lua', line: 1, column: 11}])
      expect(placement).toBeNull()
    }
    expect(await readdir(join(sandbox.store, 'v1'))).not.toContain('facts')
    await sandbox.remove()
  })

  networkTest('leaves facts that nobody uses to prune', async () => {
    const sandbox = await withFiles()
    await analysisOf(sandbox, 'greet')
    const old = new Date(Date.now() - 400 * 86_400_000)
    for (const path of await factFiles(sandbox)) await utimes(path, old, old)
    const pruned = await sandbox.cli(['cache', 'prune', '--json'])
    expect(pruned.json).toMatchObject({removed: 0, facts: {removed: 2}})
    await sandbox.remove()
  })
})

describe.concurrent('add', {timeout: 120_000}, () => {
  networkTest('follows libraries by names that are put together, with kept facts and without', async () => {
    const sandbox = await withFiles()
    for (let round = 0; round < 2; round += 1) {
      await rm(sandbox.project, {recursive: true})
      await mkdir(sandbox.project)
      await sandbox.cli(['init'])
      const {code, stderr} = await sandbox.cli(['add', 'follow', '--offline'])
      expect(code, stderr).toBe(0)
      const folder = join(sandbox.project, 'prosody-modules/community/mod_follow')
      expect((await readdir(folder)).sort()).toEqual(['mod_follow.lua', 'words.lib.lua'])
      // Facts, and what the rules about Prosody say.
      expect(await factFiles(sandbox)).toHaveLength(4)
    }
    await sandbox.remove()
  })

  networkTest('refuses what is no Lua, whatever is kept', async () => {
    const sandbox = await withFiles()
    await sandbox.cli(['init'])
    await analysisOf(sandbox, 'greet')
    for (let round = 0; round < 2; round += 1) {
      const {code, json} = await sandbox.cli(['add', 'broken', '--offline', '--json'])
      expect(code).toBe(4)
      expect(json).toMatchObject({error: {code: 'LUA_INVALID', details: {line: 1, column: 11}}})
      await analysisOf(sandbox, 'broken')
    }
    await sandbox.remove()
  })
})
