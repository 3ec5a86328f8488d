import {hash} from 'node:crypto'
import {mkdir, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect} from 'vitest'
import type {AddResult} from '../../src/operations/add/add.ts'
import type {InfoResult} from '../../src/operations/info/types.ts'
import type {SearchResult} from '../../src/operations/search.ts'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'
import {registryWith} from '../helpers/known-releases.ts'
import {networkTest, writeManifest} from '../helpers/network.ts'
import {copyPackage, type PackageCopy} from '../helpers/package-copy.ts'

// A name that the registry describes, and one that it can't know.
const files = {
  'mod_motd_sequential/mod_motd_sequential.lua': 'module:hook("resource-bind", print)\n',
  'mod_zzz_unheard_of/mod_zzz_unheard_of.lua': 'module:hook("resource-bind", print)\n--\n',
}
const described = 'Sends users a series of notices, one at each login'

let copy: PackageCopy
beforeAll(async () => {
  copy = await copyPackage(
    registryWith({community: [{version: '2026.1.2', revision: 'ab'.repeat(20), files}]}),
  )
})
afterAll(() => copy.remove())

/** A sandbox with a project whose store has the release's files. */
async function withProject(): Promise<Sandbox> {
  const sandbox = await newSandbox(copy.program)
  await writeManifest(sandbox, {})
  for (const text of Object.values(files)) {
    const digest = hash('sha256', text)
    const path = join(sandbox.store, 'v1/sha256', digest.slice(0, 2), digest.slice(2))
    await mkdir(dirname(path), {recursive: true})
    await writeFile(path, text)
  }
  return sandbox
}

async function found(sandbox: Sandbox, ...words: readonly string[]): Promise<string[]> {
  const {json} = await sandbox.cli(['search', ...words, '--json'])
  return (json as SearchResult).found.map(({module}) => module)
}

describe.concurrent('what modules do', {timeout: 120_000}, () => {
  networkTest('is searched by how its words begin, in capitals or not', async ({sandbox}) => {
    const module = 'community/muc_moderation'
    for (const words of [['withdraw'], ['WithDraw', 'ROOM'], ['MODERATORS', 'muc_'], ['xep-0425'], ['0425']])
      expect(await found(sandbox, ...words), words.join(' ')).toContain(module)
    expect(await found(sandbox, 'withdraw', 'microphones')).toEqual([])
    // Neither parts of words, nor what is between them.
    expect(await found(sandbox, 'ithdraw')).toEqual([])
    expect(await found(sandbox, 'tor')).not.toContain(module)
    expect(await found(sandbox, '/')).toEqual([])
    expect(await found(sandbox, 'withdraw', '--source', 'jitsi')).toEqual([])
  })

  networkTest('is told by search, in a row with the name', async ({sandbox}) => {
    const {stdout} = await sandbox.cli(['search', 'muc_moderation'])
    expect(stdout).toMatch(
      /^MODULE .*\ncommunity\/muc_moderation +\S+ +beta +Lets moderators withdraw messages from rooms\n/,
    )
    const {json} = await sandbox.cli(['search', 'muc_moderation', '--json'])
    expect((json as SearchResult).total).toBe(2)
    expect((json as SearchResult).found).toMatchObject([
      {
        module: 'community/muc_moderation',
        summary: 'Lets moderators withdraw messages from rooms',
        xeps: ['XEP-0425'],
      },
      {module: 'community/muc_moderation_delay'},
    ])
  })

  networkTest('is told by info, for each source that has the name', async ({sandbox}) => {
    const {stdout} = await sandbox.cli(['info', 'smacks'])
    expect(stdout).toMatch(
      /^community\/smacks .*\n {2}Resumes lost connections .*\n\n(?: {2}.*\n)+ {2}about +XEP-0198\n/m,
    )
    expect(stdout).toMatch(
      /^jitsi\/smacks .*\n {2}Lets clients resume .*\n\n(?: {2}.*\n)+ {2}about +XEP-0198\n/m,
    )
    const {json} = await sandbox.cli(['info', 'community/muc_badge', '--json'])
    const [badge] = (json as InfoResult).sources
    expect(badge).toMatchObject({summary: 'Serves a picture that tells how many are in a room', xeps: []})
  })

  networkTest('is told by add of a module that is new', async () => {
    const sandbox = await withProject()
    const first = await sandbox.cli(['add', 'motd_sequential', 'zzz_unheard_of', '--offline'])
    expect(first.stdout, first.stderr).toMatch(
      new RegExp(`^added {3}community/motd_sequential .*\\n {2}${described}\\n {2}1 file; `, 'm'),
    )
    expect(first.stdout).toMatch(/^added {3}community\/zzz_unheard_of .*\n {2}1 file; /m)
    const {json} = await sandbox.cli(['add', 'motd_sequential', 'zzz_unheard_of', '--offline', '--json'])
    expect((json as AddResult).added.map(({summary}) => summary)).toEqual([described, null])
    await sandbox.remove()
  })

  networkTest('is left out where nobody has written it down', async () => {
    const sandbox = await withProject()
    const {json, stdout} = await sandbox.cli(['info', 'zzz_unheard_of', '--json'])
    expect(json, stdout).toMatchObject({sources: [{summary: null, xeps: []}]})
    const told = await sandbox.cli(['info', 'zzz_unheard_of'])
    expect(told.stdout).toMatch(/^community\/zzz_unheard_of 2026\.1\.2\n\n {2}page +https:/)
    expect((await sandbox.cli(['search', 'zzz_unheard'])).stdout).toBe(
      'MODULE                    NEWEST\ncommunity/zzz_unheard_of  2026.1.2\n1 module\n',
    )
    await sandbox.remove()
  })
})
