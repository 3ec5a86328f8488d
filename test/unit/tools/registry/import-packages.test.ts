import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import type {RegistryPackages} from '../../../../src/registry/types.ts'
import {scratchRegistry, type ScratchRegistry} from '../../../helpers/scratch-registry.ts'

const head = {
  source: 'jitsi',
  archive: 'jitsi',
  package: 'jitsi-meet-prosody',
  root: 'usr/share/plugins',
  evidence: 'written for this test',
}

/** One line of a table. */
const row = (version: string, digit: string, more: object = {}): string =>
  JSON.stringify({
    package: 'jitsi-meet-prosody',
    version,
    file: `stable/jitsi-meet-prosody_${version}_all.deb`,
    sha256: digit.repeat(64),
    evidence: [{repo: 'ann/recipes', path: 'jitsi.src', commit: 'ab'.repeat(20), date: '2026-01-02'}],
    ...more,
  })

function withTable(...rows: readonly string[]): {scratch: ScratchRegistry; table: string} {
  const scratch = scratchRegistry('releases')
  mkdirSync(join(scratch.folder, 'packages'))
  writeFileSync(join(scratch.folder, 'packages/jitsi.json'), JSON.stringify({...head, packages: []}))
  return {scratch, table: write(scratch, rows)}
}

function write({inputs}: ScratchRegistry, rows: readonly string[]): string {
  const path = join(inputs, 'table.ndjson')
  writeFileSync(path, rows.join('\n'))
  return path
}

const arguments_ = ['import-packages', '--source', 'jitsi'] as const

describe('import-packages', () => {
  it('finds the release of each package, keeps where a digest is known from, and names what it leaves out', async () => {
    const {scratch, table} = withTable(row('1.0.8384-1', 'a'), row('1.0.8339-1', 'b'), row('1.0.1-1', 'c'))
    expect(await scratch.run(...arguments_, table)).toBe(
      'left out, no such release: 1.0.1-1\npackages/jitsi.json written',
    )
    const evidence = ['ann/recipes, jitsi.src, abababababab, 2026-01-02']
    const place = (version: string): string => `stable/jitsi-meet-prosody_${version}_all.deb`
    expect(scratch.json('packages/jitsi.json')).toMatchObject({
      ...head,
      packages: [
        {release: '9955', version: '1.0.8339-1', path: place('1.0.8339-1'), sha256: 'b'.repeat(64), evidence},
        {
          release: '10008',
          version: '1.0.8384-1',
          path: place('1.0.8384-1'),
          sha256: 'a'.repeat(64),
          evidence,
        },
      ],
    })
    expect(await scratch.run(...arguments_, table)).toContain('packages/jitsi.json unchanged')
    const more = write(scratch, [row('1.0.8384-1', 'a', {evidence: [{repo: 'ben/copies'}]})])
    await scratch.run(...arguments_, more)
    const {packages} = scratch.json('packages/jitsi.json') as RegistryPackages
    expect(packages[1]?.evidence).toEqual([...evidence, 'ben/copies'])
  })

  it.each([
    {
      what: 'a package of another name',
      line: row('1.0.8384-1', 'a', {package: 'jicofo'}),
      says: 'expected jitsi-meet-prosody_<version>',
    },
    {
      what: 'a file of another version',
      line: row('1.0.8384-1', 'a', {version: '1.0.8339-1'}),
      says: 'expected jitsi-meet-prosody_<version>',
    },
    {
      what: 'a package without evidence',
      line: row('1.0.8384-1', 'a', {evidence: []}),
      says: 'is not in the expected shape',
    },
    {what: 'what is no JSON', line: '{', says: 'table.ndjson:1'},
  ])('refuses $what', async ({line, says}) => {
    const {scratch, table} = withTable(line)
    await expect(scratch.run(...arguments_, table)).rejects.toThrow(says)
  })

  it('refuses another digest of a package that is known, and a source of which no archive is known', async () => {
    const {scratch, table} = withTable(row('1.0.8384-1', 'a'))
    await scratch.run(...arguments_, table)
    const other = write(scratch, [row('1.0.8384-1', 'd')])
    await expect(scratch.run(...arguments_, other)).rejects.toThrow('release 10008: another package is known')
    await expect(scratch.run('import-packages', '--source', 'community', other)).rejects.toThrow(
      'the registry has no packages/community.json',
    )
  })
})
