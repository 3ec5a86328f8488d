import {createHash} from 'node:crypto'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {gitRepository} from '../../../helpers/git-repository.ts'
import {digestsOf, scratchRegistry, type ScratchRegistry} from '../../../helpers/scratch-registry.ts'

const plugins = 'resources/prosody-plugins'

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Two Jitsi releases with a change between them, one from before the plugins, and tags that are none. */
function jitsiRepository(scratch: ScratchRegistry) {
  const repository = gitRepository(join(scratch.inputs, 'jitsi'))
  repository.write('README.md', 'outside of the plugin folder\n')
  repository.commit('2016-05-05T05:05:05Z')
  repository.git(['tag', 'stable/jitsi-meet_50'])
  repository.write(`${plugins}/mod_muc_hello.lua`, 'local hello = 1\n')
  repository.write(`${plugins}/mod_door/mod_door.lua`, 'local door = 1\n')
  repository.write(`${plugins}/token/util.lib.lua`, 'return {}\n')
  const first = repository.commit('2024-01-31T23:30:00-0800')
  repository.git(['tag', '--annotate', '--message', 'annotated', 'stable/jitsi-meet_900'])
  repository.git(['tag', '870'])
  repository.write(`${plugins}/mod_muc_hello.lua`, 'local hello = 2\n')
  const second = repository.commit('2024-03-01T10:00:00Z')
  for (const tag of ['stable/jitsi-meet_1000', 'stable/jitsi-meet_${VERSION}', '950', 'v1']) {
    repository.git(['tag', tag])
  }
  return {...repository, first, second}
}

describe('import-git', () => {
  it('reads the releases of a repository: digests, peeled commits, UTC dates, package numbers', async () => {
    const scratch = scratchRegistry()
    const repository = jitsiRepository(scratch)
    await scratch.run('import-git', '--source', 'jitsi', '--repository', repository.folder)
    const table = scratch.table('jitsi')
    expect(
      table.releases.map(({files, ...release}) => ({...release, count: Object.keys(files).length})),
    ).toEqual([
      expect.objectContaining({version: '50', date: '2016-05-05', tag: 'stable/jitsi-meet_50', count: 0}),
      {
        version: '900',
        revision: repository.first,
        date: '2024-02-01',
        tag: 'stable/jitsi-meet_900',
        aliases: ['1.0.870'],
        count: 3,
      },
      {
        version: '1000',
        revision: repository.second,
        date: '2024-03-01',
        tag: 'stable/jitsi-meet_1000',
        aliases: ['1.0.950'],
        count: 3,
      },
    ])
    expect(digestsOf(table, '900')).toEqual({
      'mod_door/mod_door.lua': sha256('local door = 1\n'),
      'mod_muc_hello.lua': sha256('local hello = 1\n'),
      'token/util.lib.lua': sha256('return {}\n'),
    })
    expect(digestsOf(table, '1000')['mod_muc_hello.lua']).toBe(sha256('local hello = 2\n'))
    expect(table.digests).toHaveLength(4)
    expect(table.digests[0]).toEqual({sha256: sha256('local door = 1\n'), size: 15, basis: 'upstream'})
    expect(Object.keys(table.names)).toEqual(['door', 'muc_hello'])
    expect(scratch.json('index.json')).toMatchObject({sources: ['jitsi'], names: {door: ['jitsi']}})
  })

  it('reads a bare repository just as well, and changes nothing the second time', async () => {
    const scratch = scratchRegistry()
    const {folder, git} = jitsiRepository(scratch)
    await scratch.run('import-git', '--source', 'jitsi', '--repository', folder)
    const before = scratch.text('releases/jitsi.json')
    const bare = join(scratch.inputs, 'bare.git')
    git(['clone', '--quiet', '--bare', folder, bare])
    const printed = await scratch.run('import-git', '--source', 'jitsi', '--repository', bare)
    expect(printed).toContain('jitsi: 0 releases added, 3 known already\nreleases/jitsi.json unchanged')
    expect(scratch.text('releases/jitsi.json')).toBe(before)
  })

  it('adds the digests of a newer release at the end, so that a diff shows only what is new', async () => {
    const scratch = scratchRegistry()
    const repository = jitsiRepository(scratch)
    await scratch.run('import-git', '--source', 'jitsi', '--repository', repository.folder)
    const before = scratch.table('jitsi')
    repository.write(`${plugins}/mod_a_first_name.lua`, 'local first = 1\n')
    repository.commit()
    repository.git(['tag', 'stable/jitsi-meet_1100'])
    await scratch.run('import-git', '--source', 'jitsi', '--repository', repository.folder)
    const after = scratch.table('jitsi')
    expect(after.digests.slice(0, before.digests.length)).toEqual(before.digests)
    expect(after.releases.slice(0, before.releases.length)).toEqual(before.releases)
    expect(after.releases.at(-1)?.files['mod_a_first_name.lua']).toBe(before.digests.length)
  })

  it('refuses a moved tag, shows both sides and writes nothing', async () => {
    const scratch = scratchRegistry()
    const repository = jitsiRepository(scratch)
    await scratch.run('import-git', '--source', 'jitsi', '--repository', repository.folder)
    const before = scratch.text('releases/jitsi.json')
    repository.write(`${plugins}/mod_muc_hello.lua`, 'local hello = "changed"\n')
    const moved = repository.commit()
    repository.git(['tag', '--force', 'stable/jitsi-meet_1000'])
    const run = scratch.run('import-git', '--source', 'jitsi', '--repository', repository.folder)
    const error = await run.catch((thrown: unknown) => thrown as Error)
    expect(error).toMatchObject({code: 'DIGEST_MISMATCH', details: {source: 'jitsi', version: '1000'}})
    expect(String(error)).toContain(`revision\n    expected ${repository.second}\n    got      ${moved}`)
    expect(String(error)).toContain(
      `mod_muc_hello.lua\n    expected sha256 ${sha256('local hello = 2\n')}\n` +
        `    got      sha256 ${sha256('local hello = "changed"\n')}`,
    )
    expect(scratch.text('releases/jitsi.json')).toBe(before)
  })

  it('follows links of the tree to their end', async () => {
    const scratch = scratchRegistry()
    const repository = gitRepository(join(scratch.inputs, 'contrib'))
    repository.write('greeting/mod_greeting.lua', 'local a = 1\n')
    repository.write('greeting/mod_farewell.lua', 'local b = 1\n')
    repository.link('farewell', 'greeting/')
    repository.link('goodbye', './farewell')
    repository.link('main.lua', 'goodbye/mod_farewell.lua')
    repository.commit()
    repository.git(['tag', 'v20240131'])
    repository.git(['tag', 'v20240131-rc'])
    await scratch.run('import-git', '--source', 'jitsi-contrib', '--repository', repository.folder)
    const table = scratch.table('jitsi-contrib')
    expect(table.releases).toHaveLength(1)
    expect(table.releases[0]?.links).toEqual({
      farewell: 'greeting',
      goodbye: 'greeting',
      'main.lua': 'greeting/mod_farewell.lua',
    })
    expect(Object.keys(table.releases[0]?.files ?? {})).toEqual([
      'greeting/mod_farewell.lua',
      'greeting/mod_greeting.lua',
    ])
    expect(Object.keys(table.names)).toEqual(['farewell', 'greeting'])
  })

  it.each([
    ['../outside', 'ARCHIVE_LINK_ESCAPES'],
    ['/etc/passwd', 'ARCHIVE_LINK_ESCAPES'],
    ['nowhere', 'ARCHIVE_LINK_BROKEN'],
    ['circle', 'ARCHIVE_LINK_BROKEN'],
  ])('refuses a link to %s', async (target, code) => {
    const scratch = scratchRegistry()
    const repository = gitRepository(join(scratch.inputs, 'contrib'))
    repository.write('greeting/mod_greeting.lua', 'local a = 1\n')
    repository.link('circle', target)
    repository.commit()
    repository.git(['tag', 'v20240131'])
    const run = scratch.run('import-git', '--source', 'jitsi-contrib', '--repository', repository.folder)
    await expect(run).rejects.toMatchObject({code})
  })

  it('says what is wrong with its arguments', async () => {
    const scratch = scratchRegistry()
    const at = ['--repository', scratch.inputs]
    await expect(scratch.run('import-git', '--source', 'jitsi')).rejects.toMatchObject({code: 'USAGE'})
    await expect(scratch.run('import-git', '--source', 'acme', ...at)).rejects.toMatchObject({
      code: 'SOURCE_UNKNOWN',
    })
    await expect(scratch.run('import-git', '--source', 'community', ...at)).rejects.toThrow(
      'no releases in Git',
    )
    await expect(scratch.run('import-git', '--source', 'jitsi', ...at)).rejects.toMatchObject({
      code: 'READ_FAILED',
    })
  })
})
