import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {digestsOf, registryFixture, scratchRegistry} from '../../../helpers/scratch-registry.ts'

const snapshots = registryFixture('snapshots.ndjson')
const releases = registryFixture('releases.ndjson')

describe('import-table', () => {
  it('imports snapshots with what each digest rests on, oldest first', async () => {
    const scratch = scratchRegistry()
    await scratch.run('import-table', '--source', 'community', snapshots)
    const table = scratch.table('community')
    expect(table.releases.map(({version}) => version)).toEqual(['2023.1.2', '2024.2.3'])
    expect(table.releases[1]).toMatchObject({
      revision: 'bbbbbbbbbbbb',
      date: '2024-02-03',
      deb: {package: 'prosody-modules', size: 2000, root: 'usr/lib/prosody/modules'},
    })
    const basis = new Map(table.digests.map((digest) => [digest.sha256, digest.basis]))
    const basisOf = (version: string, path: string) => {
      const sha256 = digestsOf(table, version)[path]
      return sha256 && basis.get(sha256)
    }
    expect(basisOf('2023.1.2', 'mod_greeting/mod_greeting.lua')).toBe('debian')
    expect(basisOf('2024.2.3', 'mod_greeting/mod_greeting.lua')).toBe('upstream')
    expect(basisOf('2024.2.3', 'mod_lib_words/words.lib.lua')).toBe('upstream')
    // Seen upstream in one snapshot, not in the other: it is upstream, and stands once.
    expect(basisOf('2024.2.3', 'mod_greeting/html/page.html')).toBe('upstream')
    expect(table.digests).toHaveLength(4)
    expect(Object.keys(table.names)).toEqual(['greeting', 'lib_words'])
    expect(scratch.json('index.json')).toMatchObject({withDebs: ['community']})
  })

  it('takes all of Git as upstream, orders by number and knows the modules of a flat tree', async () => {
    const scratch = scratchRegistry()
    await scratch.run('import-table', '--source', 'jitsi', releases)
    const table = scratch.table('jitsi')
    expect(table.releases.map(({version}) => version)).toEqual(['99', '300'])
    expect(new Set(table.digests.map(({basis}) => basis))).toEqual(new Set(['upstream']))
    expect(Object.keys(table.names)).toEqual(['door', 'muc_hello'])
  })

  it('takes evidence of a release, at first or later, and what was seen in one fork alone', async () => {
    const scratch = scratchRegistry()
    const rows = readFileSync(releases, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as {files: Record<string, {seen?: string}>; evidence?: string})
    const [newer, older] = rows
    const [path] = Object.keys(newer?.files ?? {}).filter((one) => !(one in (older?.files ?? {})))
    const file = newer?.files[path ?? '']
    if (newer === undefined || file === undefined) throw new Error('the fixture has no file of its own')
    file.seen = 'fork'
    newer.evidence = 'a note of the publisher names the commit'
    const input = join(scratch.inputs, 'rows.ndjson')
    writeFileSync(input, rows.map((row) => JSON.stringify(row)).join('\n'))
    await scratch.run('import-table', '--source', 'jitsi', input)
    const table = scratch.table('jitsi')
    expect(table.releases.map(({evidence}) => evidence)).toEqual([undefined, newer.evidence])
    const sha256 = digestsOf(table, '300')[path ?? '']
    expect(table.digests.filter(({basis}) => basis === 'fork')).toMatchObject([{sha256}])
    // What comes later from the publisher's own repository is upstream, and evidence stays.
    await scratch.run('import-table', '--source', 'jitsi', releases)
    const later = scratch.table('jitsi')
    expect(later.releases).toEqual(table.releases)
    expect(later.digests.map(({basis}) => basis)).not.toContain('fork')
  })

  it('keeps every index when an older release comes later, and is idempotent', async () => {
    const scratch = scratchRegistry()
    const [newer = '', older = ''] = readFileSync(releases, 'utf8').split('\n')
    const input = join(scratch.inputs, 'one.ndjson')
    writeFileSync(input, `${newer}\n`)
    await scratch.run('import-table', '--source', 'jitsi', input)
    const before = scratch.table('jitsi')
    writeFileSync(input, `${older}\n`)
    await scratch.run('import-table', '--source', 'jitsi', input)
    expect(scratch.table('jitsi').releases.at(-1)).toEqual(before.releases[0])
    const text = scratch.text('releases/jitsi.json')
    expect(await scratch.run('import-table', '--source', 'jitsi', releases)).toContain(
      '0 releases added, 2 known',
    )
    expect(scratch.text('releases/jitsi.json')).toBe(text)
  })

  it('lays one digest and one file on a line each', async () => {
    const scratch = scratchRegistry()
    await scratch.run('import-table', '--source', 'jitsi', releases)
    const lines = scratch.text('releases/jitsi.json').split('\n')
    expect(
      lines.filter((line) =>
        /^ {2}\{"sha256": "[0-9a-f]{64}", "size": \d+, "basis": "upstream"\},?$/.test(line),
      ),
    ).toHaveLength(4)
    expect(lines).toContain('    "token/util.lib.lua": 3')
    expect(lines[1]).toBe(' "$schema": "../schema/releases.schema.json",')
  })

  it('refuses the same version with other bytes', async () => {
    const scratch = scratchRegistry()
    await scratch.run('import-table', '--source', 'jitsi', releases)
    const input = join(scratch.inputs, 'moved.ndjson')
    const row = {
      release: 99,
      commit: '9'.repeat(40),
      date: '2023-03-03',
      files: {'mod_new.lua': {sha256: 'a'.repeat(64), size: 1}},
    }
    writeFileSync(input, JSON.stringify(row))
    const run = scratch.run('import-table', '--source', 'jitsi', input)
    await expect(run).rejects.toMatchObject({code: 'DIGEST_MISMATCH'})
    await expect(run).rejects.toThrow(
      `mod_new.lua\n    expected no such file\n    got      sha256 ${'a'.repeat(64)}`,
    )
  })

  const good = {release: 1, commit: '1'.repeat(40), date: '2024-01-01', files: {}}
  const digest = {sha256: 'a'.repeat(64), size: 1}

  it.each([
    {what: 'what is not JSON', row: 'nonsense', code: 'USAGE', says: /broken\.ndjson:2 is not valid JSON/},
    {what: 'a key that nobody knows', row: {...good, extra: 1}, code: 'USAGE', says: /"extra"/},
    {
      what: 'a row without revision',
      row: {...good, commit: undefined},
      code: 'USAGE',
      says: /expected shape/,
    },
    {what: 'a version of another scheme', row: {...good, release: 'x'}, code: 'VERSION_INVALID', says: /"x"/},
    {
      what: 'a path that leaves the tree',
      row: {...good, files: {'../x': digest}},
      code: 'REGISTRY_BROKEN',
      says: /property name must be valid/,
    },
    {
      what: 'a digest that is none',
      row: {...good, files: {x: {...digest, sha256: 'A'.repeat(64)}}},
      code: 'USAGE',
      says: /sha256/,
    },
  ])('refuses $what and writes nothing', async ({row, code, says}) => {
    const scratch = scratchRegistry()
    const input = join(scratch.inputs, 'broken.ndjson')
    writeFileSync(input, `\n${typeof row === 'string' ? row : JSON.stringify(row)}\n`)
    const run = scratch.run('import-table', '--source', 'jitsi', input)
    await expect(run).rejects.toMatchObject({code})
    await expect(run).rejects.toThrow(says)
    expect(() => scratch.text('releases/jitsi.json')).toThrow('ENOENT')
  })
})
