import {execFileSync} from 'node:child_process'
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {ProsodyModsError} from '../../../../src/errors.ts'
import {embeddedRegistry} from '../../../../src/registry/registry.ts'
import type {RenovatePackage} from '../../../../tools/registry/renovate.ts'
import {runRegistryTool} from '../../../../tools/registry/run.ts'

const root = join(import.meta.dirname, '../../../..')
const registry = embeddedRegistry()
let folder = ''
const printed: string[] = []
const run = (...argv: string[]): Promise<void> => runRegistryTool(argv, (line) => void printed.push(line))

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prosody-mods-renovate-'))
  await run('renovate', '--out', folder)
})

afterAll(() => rmSync(folder, {recursive: true}))

function read(path: string): RenovatePackage {
  return JSON.parse(readFileSync(join(folder, path), 'utf8')) as RenovatePackage
}

describe('the data for Renovate', () => {
  it('has a file for each module that was ever released, and one for each flat tree', () => {
    const files = readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter((one) =>
      one.endsWith('.json'),
    )
    expect(files).toContain('jitsi.json')
    expect(files).not.toContain('community.json')
    expect(files).toEqual(
      expect.arrayContaining(['community/muc_moderation.json', 'jitsi/muc_lobby_rooms.json']),
    )
    // The registry has the names of modules without a known release, too.
    const names = registry.index.sources.flatMap((id) => Object.keys(registry.releases(id).names))
    expect(files.length).toBeGreaterThan(600)
    expect(files.length).toBeLessThanOrEqual(names.length + 1)
    expect(printed).toEqual([`${folder}: ${files.length} files written, 0 unchanged`])
  })

  it('has all releases of a tree, with their days, revisions and logs', () => {
    const {releases} = registry.releases('jitsi')
    const tree = read('jitsi.json')
    expect(tree).toMatchObject({
      sourceUrl: 'https://github.com/jitsi/jitsi-meet',
      sourceDirectory: 'resources/prosody-plugins',
    })
    expect(tree.releases.map(({version}) => version)).toEqual(releases.map(({version}) => version))
    const {revision = '', date = ''} = releases.find(({version}) => version === '10008') ?? {}
    expect(tree.releases.find(({version}) => version === '10008')).toEqual({
      version: '10008',
      releaseTimestamp: `${date}T23:59:59Z`,
      digest: revision,
      changelogUrl: `https://github.com/jitsi/jitsi-meet/commits/${revision}/resources/prosody-plugins`,
    })
  })

  it('has the same releases for a module of a tree, as all of it moves together', () => {
    const all = read('jitsi.json').releases.map(({version}) => version)
    expect(read('jitsi/muc_lobby_rooms.json').releases.at(-1)?.version).toBe(all.at(-1))
    expect(
      read('jitsi/muc_lobby_rooms.json').releases.every(({isDeprecated}) => isDeprecated === undefined),
    ).toBe(true)
  })

  it('has of other modules the releases with other files alone', () => {
    const {releases} = read('community/muc_moderation.json')
    // Of these days the registry knows changes of the README.
    expect(releases.map(({version}) => version)).not.toContain('2025.6.13')
    expect(releases.at(-1)?.version).toBe('2025.1.24')
    expect(releases[0]?.changelogUrl).toMatch(
      /^https:\/\/hg\.prosody\.im\/prosody-modules\/log\/[0-9a-f]{40}\/mod_muc_moderation$/,
    )
  })

  it.for(['community/adhoc_cmd_ping.json', 'jitsi/polls.json'])('marks what is gone: %s', (path) => {
    const {releases} = read(path)
    expect(releases.length).toBeGreaterThan(0)
    expect(releases.every(({isDeprecated}) => isDeprecated === true)).toBe(true)
  })

  it('is left alone where it is as it shall be', async () => {
    printed.length = 0
    await run('renovate', '--out', folder)
    expect(printed[0]).toMatch(/: 0 files written, \d+ unchanged$/)
  })

  it('is not written to nowhere', async () => {
    await expect(run('renovate')).rejects.toThrow(ProsodyModsError)
  })
})

describe('the preset', () => {
  const preset = JSON.parse(readFileSync(join(root, 'renovate/default.json'), 'utf8')) as {
    customDatasources: Record<string, {defaultRegistryUrlTemplate: string}>
    customManagers: {customType: string; matchStrings: string[]}[]
  }

  it('reads the data where the project of package.json publishes it', () => {
    const {repository} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      repository: {url: string}
    }
    const [, owner = '', name = ''] = /github\.com\/([^/]+)\/(.+)\.git$/.exec(repository.url) ?? []
    expect(preset.customDatasources['prosody-mods']?.defaultRegistryUrlTemplate).toBe(
      `https://${owner}.github.io/${name}/renovate/{{replace '/\\*$' '' packageName}}.json`,
    )
  })

  it('names every source that has releases, by how its versions are written', () => {
    const query = preset.customManagers[0]?.matchStrings[0] ?? ''
    const lists = Array.from(query.matchAll(/\$source in (\[[^\]]+\])/g), ([, list = '']) => list)
    const withReleases = registry.index.sources.filter((id) => registry.releases(id).releases.length > 0)
    const of = (...schemes: string[]): string[] =>
      withReleases.filter((id) => schemes.includes(registry.source(id)?.scheme ?? '')).sort()
    expect(lists.map((list) => JSON.parse(list.replaceAll("'", '"')) as unknown)).toEqual([
      of('calendar', 'semver'),
      of('build', 'date'),
    ])
    expect([...of('calendar', 'semver', 'build', 'date')]).toEqual([...withReleases].sort())
  })
})

it('the script that runs the real Renovate does nothing unless it is asked to', () => {
  const env = {...process.env, PROSODY_MODS_RENOVATE: ''}
  const script = join(root, 'scripts/try-renovate.sh')
  expect(() => execFileSync(script, {env, stdio: 'pipe'})).toThrow(/set PROSODY_MODS_RENOVATE to 1/)
})
