import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Digest} from '../../src/digest.ts'
import {integrityOf} from '../../src/project/lockfile.ts'
import {newSandbox, type CliOutput, type Sandbox} from '../helpers/cli.ts'
import {writeManifest} from '../helpers/network.ts'

const page = 'https://modules.prosody.im/mod_muc_moderation.html'
const revision = 'fe0a58b863db3e6a886410034f76c7e005edb075'
const file = `https://hg.prosody.im/prosody-modules/raw-file/${revision}/mod_muc_moderation/mod_muc_moderation.lua`
const tip = 'https://hg.prosody.im/prosody-modules/raw-file/tip/mod_muc_moderation/mod_muc_moderation.lua'
const polls = 'https://github.com/jitsi/jitsi-meet/blob/master/resources/prosody-plugins/mod_polls.lua'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await newSandbox()
  await writeManifest(sandbox, {modules: {'community/muc_moderation': '2025.6.13'}})
  await writeFile(join(sandbox.project, 'prosody-mods.lock.json'), JSON.stringify(locked(), undefined, 2))
})

afterAll(() => sandbox.remove())

/** As the registry knows it. */
function locked(): object {
  const files = {
    'mod_muc_moderation/mod_muc_moderation.lua':
      'sha256:26da8e40c7c1afd9b0e2b0717e8296150a0552a74ac8926eb10feb97ed2ca408' as Digest,
  }
  const repository = 'https://hg.prosody.im/prosody-modules'
  const module = {
    version: '2025.6.13',
    layout: 'folders',
    resolved: {kind: 'hg', repository, revision},
    trust: {by: 'registry', basis: 'upstream'},
    integrity: integrityOf(files),
    files,
    needs: {modules: {muc: 'prosody'}},
  }
  const target = {prosody: '13.0', lua: '5.4', debian: 'trixie'}
  return {lockfileVersion: 1, target, modules: {'community/muc_moderation': module}}
}

async function told(words: readonly string[]): Promise<Omit<CliOutput, 'json'>> {
  const {code, stdout, stderr} = await sandbox.cli(words)
  return {code, stdout, stderr}
}

describe('an address is read as the module that it is of', () => {
  it.each([
    {words: ['why'], address: page, name: 'community/muc_moderation', code: 0},
    {words: ['why'], address: file, name: 'community/muc_moderation', code: 0},
    {words: ['why'], address: polls, name: 'jitsi/polls', code: 3},
    {words: ['tree'], address: tip, name: 'community/muc_moderation', code: 0},
    {words: ['search'], address: file, name: 'community/muc_moderation', code: 0},
    {words: ['versions', '--offline'], address: file, name: 'community/muc_moderation', code: 0},
    {words: ['info'], address: file, name: `community/muc_moderation@${revision}`, code: 0},
    {words: ['info'], address: tip, name: 'community/muc_moderation', code: 0},
    {words: ['update', '--offline', '--dry-run'], address: page, name: 'community/muc_moderation'},
    {words: ['update'], address: file, name: `community/muc_moderation@${revision}`, code: 2},
    {words: ['bump', '--offline', '--dry-run'], address: page, name: 'community/muc_moderation'},
    {words: ['bump', '--offline', '--dry-run'], address: polls, name: 'jitsi/polls', code: 3},
    {words: ['remove', '--offline', '--dry-run'], address: file, name: 'community/muc_moderation', code: 0},
    {words: ['remove'], address: polls, name: 'jitsi/polls', code: 3},
    {words: ['options', '--offline'], address: page, name: 'community/muc_moderation', code: 0},
    {words: ['lint', '--offline'], address: polls, name: 'jitsi/polls', code: 5},
    {words: ['diff', '--offline'], address: file, name: `community/muc_moderation@${revision}`},
  ])('by $words $address', async ({words, address, name, code}) => {
    const [byAddress, byName] = [await told([...words, address]), await told([...words, name])]
    expect(byAddress).toEqual(byName)
    expect(byAddress.stdout + byAddress.stderr).toMatch(/muc_moderation|polls/)
    expect(byAddress.stderr).not.toContain('SPEC_INVALID')
    if (code !== undefined) expect(byAddress.code, byAddress.stderr).toBe(code)
  })

  it.each([
    ['why'],
    ['tree'],
    ['search'],
    ['versions'],
    ['update'],
    ['bump'],
    ['remove'],
    ['lint'],
    ['diff'],
  ])('or refused in one line by %s, with what to write', async (command) => {
    const {code, stderr} = await sandbox.cli([command, 'https://hg.prosody.im/prosody-modules'])
    expect([code, stderr]).toEqual([
      2,
      'error[SPEC_INVALID]: https://hg.prosody.im/prosody-modules does not name a module: it is the repository of community, which has many modules\n' +
        'hint: name the one that you want: community/<module>; "prosody-mods search <word>" finds it\n',
    ])
  })

  it('but a file that is there is that file', async () => {
    await mkdir(join(sandbox.project, 'jitsi/jitsi-meet'), {recursive: true})
    await writeFile(join(sandbox.project, 'jitsi/jitsi-meet/mod_own.lua'), 'module:log("info", "here")\n')
    const {code, stdout} = await sandbox.cli(['lint', 'jitsi/jitsi-meet'])
    expect([code, stdout]).toEqual([0, expect.stringContaining('no findings in 1 file')])
  })

  it('and one of a file elsewhere leads to the module of its name', async () => {
    const {code, stderr} = await sandbox.cli(['remove', 'https://example.org/mod_muc_moderation.lua'])
    expect([code, stderr]).toEqual([
      3,
      'error[NOT_INSTALLED]: the manifest has no module https://example.org/mod_muc_moderation.lua\n' +
        'hint: did you mean community/muc_moderation?\n',
    ])
  })
})
