import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {SearchResult} from '../../src/operations/search.ts'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await newSandbox()
})
afterAll(() => sandbox.remove())

async function search(...args: readonly string[]): Promise<SearchResult> {
  const {code, stderr, json} = await sandbox.cli(['search', ...args, '--json'])
  expect({code, stderr}).toEqual({code: 0, stderr: ''})
  return json as SearchResult
}

describe('search, by what code names', () => {
  it('finds the modules that read an option, by a part of its name and in any capitals', async () => {
    const {found} = await search('--option', 'ASAP_accepted_ISS')
    expect(found.map(({module}) => module)).toContain('jitsi/auth_token')
    for (const {matches} of found)
      expect(matches).toEqual({options: [expect.stringContaining('asap_accepted_iss')]})
  })

  it('finds hooks, libraries and features, of one source or of all', async () => {
    const hooks = await search('--hook', 'muc-occupant-joined', '--source', 'jitsi')
    expect(hooks.found.map(({module}) => module)).toContain('jitsi/polls')
    expect(hooks.found.every(({module}) => module.startsWith('jitsi/'))).toBe(true)
    const libraries = await search('--library', 'util.jwt')
    expect(libraries.found.map(({module}) => module)).toContain('community/http_oauth2')
    const features = await search('--feature', 'http://jabber.org/protocol/address')
    expect(features.found.map(({module}) => module)).toEqual(['community/addressing'])
  })

  it('wants all that is asked for: words, terms and a XEP', async () => {
    const all = await search('upload', '--xep', '363')
    expect(all.found.map(({module}) => module)).toContain('community/http_upload_external')
    expect(await search('upload', '--xep', 'xep-0363')).toEqual(all)
    const {found} = await search('upload', '--xep', '0363', '--option', 'secret')
    expect(found.map(({module}) => module)).toEqual(['community/http_upload_external'])
    expect(await search('upload', '--option', 'secret', '--library', 'no.such.library')).toEqual({
      found: [],
      total: 0,
      similar: [],
      apart: [],
      inCode: [],
    })
  })

  it('knows the code of modules that their publisher has no more', async () => {
    const {found} = await search('--option', 'http_upload_file_size_limit')
    expect(found.find(({module}) => module === 'community/http_upload')?.facts).toMatchObject({
      gone: '2024.10.27',
    })
  })

  it('shows what fits below each module, and names like what nobody has', async () => {
    const {stdout} = await sandbox.cli(['search', '--library', 'cjson', '--source', 'jitsi'])
    expect(stdout).toMatch(/^jitsi\/polls +\d+ +\S.*\n {4}libraries: cjson\.safe$/m)
    expect(await sandbox.cli(['search', '--option', 'asap_acepted_issuers'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^nothing found\nsimilar names: .*asap_accepted_issuers/) as string,
    })
  })

  it('refuses what is the number of no XEP', async () => {
    const {code, stderr} = await sandbox.cli(['search', '--xep', 'avatars'])
    expect(code).toBe(2)
    expect(stderr).toBe(
      'error[USAGE]: --xep avatars: that is the number of no XEP\nhint: write it like this: --xep 0363\n',
    )
  })
})
