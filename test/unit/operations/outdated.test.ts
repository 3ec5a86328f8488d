import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {toDigest} from '../../../src/digest.ts'
import {createEnvironment} from '../../../src/workbench/environment.ts'
import {outdated, type OutdatedResult} from '../../../src/operations/outdated.ts'
import {formatLockfile, integrityOf, type LockedModule} from '../../../src/project/lockfile.ts'
import {embeddedRegistry} from '../../../src/registry/registry.ts'
import {scratchFolder} from '../../helpers/scratch.ts'

const registry = embeddedRegistry()

/** A module as `add` would have locked it. */
function lockedAt(source: string, version: string, paths: readonly string[]): LockedModule {
  const {digests, releases} = registry.releases(source)
  const definition = registry.source(source)
  const release = releases.find((one) => one.version === version)
  if (release === undefined || definition === undefined || definition.kind === 'debian')
    throw new Error(`no ${source} ${version}`)
  const files = Object.fromEntries(
    paths.map((path) => {
      const known = digests[release.files[path] ?? -1]
      if (known === undefined) throw new Error(`no ${path}`)
      return [path, toDigest(known.sha256)]
    }),
  )
  const {repository} = definition
  return {
    version,
    layout: definition.layout,
    resolved:
      definition.kind === 'hg'
        ? {kind: 'hg', repository, revision: release.revision}
        : {kind: 'github', repository, revision: release.revision, folder: definition.folder},
    trust: {by: 'registry', basis: 'upstream'},
    integrity: integrityOf(files),
    files,
  }
}

async function found(
  modules: Record<string, LockedModule>,
  wanted: Record<string, string>,
  age?: {readonly minimumReleaseAge: string; readonly now: string},
): Promise<OutdatedResult> {
  const cwd = await scratchFolder()
  await writeFile(
    join(cwd, 'prosody-mods.json'),
    JSON.stringify({modules: wanted, minimumReleaseAge: age?.minimumReleaseAge}),
  )
  await writeFile(join(cwd, 'prosody-mods.lock.json'), formatLockfile({lockfileVersion: 1, modules}))
  const env = {...process.env, PROSODY_MODS_CONFIG: cwd, PROSODY_MODS_CACHE: cwd}
  return outdated(
    {offline: true, explain: false},
    createEnvironment({cwd, env, ...(age && {now: () => new Date(age.now)})}),
  )
}

const moderation = ['mod_muc_moderation/mod_muc_moderation.lua']

it('newer releases with the same files are no news', async () => {
  const modules = {
    'community/muc_moderation': lockedAt('community', '2025.4.2', moderation),
    'jitsi/polls': lockedAt('jitsi', '10314', ['mod_polls.lua']),
  }
  expect(await found(modules, {'community/muc_moderation': '2025.4.2', 'jitsi/polls': '10314'})).toEqual({
    outdated: [],
    gone: [],
    advisories: [],
    heldBack: [],
    checked: 2,
    total: {modules: 2, current: 2},
    report: null,
    notAsked: [
      {module: 'community/muc_moderation', reason: '--offline'},
      {module: 'jitsi/polls', reason: '--offline'},
    ],
  })
})

it('newer releases with other files are, as far as the manifest admits them and beyond', async () => {
  const modules = {
    'community/muc_moderation': lockedAt('community', '2023.2.23', moderation),
    'jitsi/polls': lockedAt('jitsi', '9823', ['mod_polls.lua']),
  }
  const wanted = {'community/muc_moderation': '2023.2.23', 'jitsi/polls': '<10000'}
  expect((await found(modules, wanted)).outdated).toEqual([
    {
      module: 'community/muc_moderation',
      current: '2023.2.23',
      allowed: null,
      latest: '2025.6.13',
      latestFrom: 'registry',
    },
    {module: 'jitsi/polls', current: '9823', allowed: '9955', latest: '10532', latestFrom: 'registry'},
  ])
})

it('files with a known flaw are told, whether there is news of them or not', async () => {
  const modules = {'jitsi/polls': lockedAt('jitsi', '7830', ['mod_polls.lua'])}
  const {advisories} = await found(modules, {'jitsi/polls': '7830'})
  expect(advisories).toMatchObject([
    {module: 'jitsi/polls', id: 'JSA-2022-0004', source: 'jitsi', fixed: '7882'},
  ])
})

it('a whole tree is compared file by file', async () => {
  const release = registry.releases('jitsi').releases.find(({version}) => version === '9955')
  const paths = Object.keys(release?.files ?? {}).filter((path) => !/\.(?:md|patch)$/.test(path))
  const modules = {'jitsi/*': lockedAt('jitsi', '9955', paths)}
  expect((await found(modules, {'jitsi/*': '9955'})).outdated).toMatchObject([
    {current: '9955', latest: '11146'},
  ])
})

it('what time it is decides which releases are old enough', async () => {
  const {date = ''} = registry.releases('jitsi').releases.find(({version}) => version === '9955') ?? {}
  const modules = {'jitsi/polls': lockedAt('jitsi', '9823', ['mod_polls.lua'])}
  const at = (days: number): string => new Date(Date.parse(date) + days * 24 * 60 * 60 * 1000).toISOString()
  const latest = async (days: number): Promise<string | undefined> => {
    const age = {minimumReleaseAge: '3 days', now: at(days)}
    const {outdated: news, heldBack} = await found(modules, {'jitsi/polls': '9823'}, age)
    expect(heldBack).toMatchObject([{module: 'jitsi/polls', version: '10532'}])
    return news[0]?.latest
  }
  expect([await latest(3.9), await latest(4)]).toEqual([undefined, '9955'])
})
