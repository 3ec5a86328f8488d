import {execFileSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {digestsOf, scratchRegistry, type ScratchRegistry} from '../../../helpers/scratch-registry.ts'

const root = 'usr/lib/prosody/modules'
const fileName = 'prosody-modules_0.0~hg20240203.bbbbbbbbbbbb+dfsg-1_all.deb'

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

/** Builds a binary package with Debian's own program. */
function buildDeb(
  scratch: ScratchRegistry,
  files: Readonly<Record<string, string>>,
  name = fileName,
): string {
  const tree = join(scratch.inputs, 'tree')
  const control =
    'Package: prosody-modules\nVersion: 0.0\nArchitecture: all\nMaintainer: Ann <ann@example.org>\nDescription: test\n'
  for (const [path, text] of Object.entries({...files, 'DEBIAN/control': control})) {
    mkdirSync(dirname(join(tree, path)), {recursive: true})
    writeFileSync(join(tree, path), text)
  }
  const target = join(scratch.inputs, name)
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', tree, target], {stdio: 'pipe'})
  return target
}

const files = {
  [`${root}/mod_greeting/mod_greeting.lua`]: 'local greeting = 1\n',
  [`${root}/mod_greeting/html/page.html`]: '<p>page</p>\n',
  'usr/share/doc/prosody-modules/copyright': 'not below the root\n',
}

describe('import-deb', () => {
  it('reads a package: version, revision, pool path, digests that rest on Debian', async () => {
    const scratch = scratchRegistry()
    const deb = buildDeb(scratch, files)
    await scratch.run('import-deb', '--source', 'community', deb)
    const table = scratch.table('community')
    expect(table.releases[0]).toEqual({
      version: '2024.2.3',
      revision: 'bbbbbbbbbbbb',
      date: '2024-02-03',
      deb: {
        package: 'prosody-modules',
        version: '0.0~hg20240203.bbbbbbbbbbbb+dfsg-1',
        path: `pool/main/p/prosody-modules/${fileName}`,
        sha256: sha256(readFileSync(deb)),
        size: statSync(deb).size,
        root,
      },
      files: {'mod_greeting/html/page.html': 0, 'mod_greeting/mod_greeting.lua': 1},
    })
    expect(table.digests).toEqual([
      {sha256: sha256('<p>page</p>\n'), size: 12, basis: 'debian'},
      {sha256: sha256('local greeting = 1\n'), size: 19, basis: 'debian'},
    ])
    const text = scratch.text('releases/community.json')
    await scratch.run('import-deb', '--source', 'community', deb)
    expect(scratch.text('releases/community.json')).toBe(text)
  })

  it('leaves a digest upstream that a table has seen there, and gives the known release its package', async () => {
    const scratch = scratchRegistry()
    const entry = (text: string, seen: object) => ({sha256: sha256(text), size: text.length, ...seen})
    const row = {
      snapshot: '2024-02-03',
      revision: 'bbbbbbbbbbbb',
      files: {
        'mod_greeting/mod_greeting.lua': entry('local greeting = 1\n', {seen: 'upstream'}),
        'mod_greeting/html/page.html': entry('<p>page</p>\n', {}),
      },
    }
    const input = join(scratch.inputs, 'table.ndjson')
    writeFileSync(input, JSON.stringify(row))
    await scratch.run('import-table', '--source', 'community', input)
    await scratch.run('import-deb', '--source', 'community', buildDeb(scratch, files))
    const table = scratch.table('community')
    expect(table.digests.map(({basis}) => basis)).toEqual(['debian', 'upstream'])
    expect(table.releases[0]?.deb?.package).toBe('prosody-modules')
  })

  it('refuses a package whose files differ from the known release', async () => {
    const scratch = scratchRegistry()
    await scratch.run('import-deb', '--source', 'community', buildDeb(scratch, files))
    const before = digestsOf(scratch.table('community'), '2024.2.3')
    const path = `${root}/mod_greeting/mod_greeting.lua`
    const changed = buildDeb(scratch, {...files, [path]: 'local greeting = 2\n'})
    const run = scratch.run('import-deb', '--source', 'community', changed)
    await expect(run).rejects.toMatchObject({code: 'DIGEST_MISMATCH'})
    await expect(run).rejects.toThrow(sha256('local greeting = 2\n'))
    expect(digestsOf(scratch.table('community'), '2024.2.3')).toEqual(before)
  })

  it('refuses a file name without a snapshot, and a package without modules', async () => {
    const scratch = scratchRegistry()
    const unnamed = buildDeb(scratch, files, 'prosody-modules_1.0-1_all.deb')
    await expect(scratch.run('import-deb', '--source', 'community', unnamed)).rejects.toThrow('~hg<YYYYMMDD>')
    const run = scratch.run(
      'import-deb',
      '--source',
      'community',
      '--root',
      'opt/modules',
      buildDeb(scratch, files),
    )
    await expect(run).rejects.toThrow('no file lies under opt/modules')
  })

  it('takes another pool folder and another root', async () => {
    const scratch = scratchRegistry()
    const deb = buildDeb(scratch, {'opt/modules/mod_x/mod_x.lua': 'local x = 1\n'})
    const where = ['--root', 'opt/modules', '--pool', 'pool/contrib/m/mods']
    await scratch.run('import-deb', '--source', 'community', ...where, deb)
    expect(scratch.table('community').releases[0]?.deb).toMatchObject({
      path: `pool/contrib/m/mods/${fileName}`,
      root: 'opt/modules',
    })
  })
})
