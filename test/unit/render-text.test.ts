import {stripVTControlCharacters} from 'node:util'
import {describe, expect, it} from 'vitest'
import {ProsodyModsError} from '../../src/errors.ts'
import type {InstallResult} from '../../src/operations/install.ts'
import {nothingLinted} from '../../src/operations/lint-results.ts'
import {nothingFetched, nothingNeeded} from '../../src/operations/results.ts'
import {
  changeLines,
  count,
  fetchLines,
  lines,
  moduleTitle,
  placementText,
  table,
  trustText,
  visible,
  warningLines,
} from '../../src/render/common.ts'
import {failureOf, renderFailure} from '../../src/render/failure.ts'
import {renderIdentify} from '../../src/render/identify.ts'
import {progressLine} from '../../src/render/progress.ts'
import {renderList, renderSearch, renderVerify} from '../../src/render/read.ts'
import {renderInstall} from '../../src/render/write.ts'

const plain = stripVTControlCharacters
const esc = '\u001b'

describe('failures', () => {
  const error = new ProsodyModsError('DIGEST_MISMATCH', 'x: mismatch\n  expected a', {
    hint: 'look',
    details: {expected: 'a', got: 'b'},
  })

  it('of ours keep code, hint and details', () => {
    expect(failureOf(error)).toMatchObject({code: 'DIGEST_MISMATCH', exitCode: 4, hint: 'look'})
    expect(plain(renderFailure(failureOf(error), {json: false, verbose: false}))).toBe(
      'error: x: mismatch\n  expected a\nhint: look\n',
    )
    expect(renderFailure(failureOf(error), {json: false, verbose: true})).toContain('render-text.test')
    expect(JSON.parse(renderFailure(failureOf(error), {json: true, verbose: false}))).toEqual({
      error: {
        code: 'DIGEST_MISMATCH',
        exitCode: 4,
        message: 'x: mismatch\n  expected a',
        hint: 'look',
        details: {expected: 'a', got: 'b'},
      },
    })
  })

  it.each([
    [
      'oclif’s own',
      Object.assign(new Error('Nonexistent flag: --x\nSee more help with --help'), {oclif: {exit: 2}}),
      'USAGE',
      2,
      'Nonexistent flag: --x',
    ],
    ['oclif’s exit', Object.assign(new Error('EEXIT: 0'), {oclif: {exit: 0}}), 'EXIT', 0, ''],
    ['a defect', new TypeError('x is undefined'), 'INTERNAL', 1, 'x is undefined'],
    ['a text', 'thrown text', 'INTERNAL', 1, 'thrown text'],
    ['nothing', undefined, 'INTERNAL', 1, 'undefined'],
  ])('%s', (...[, thrown, code, exitCode, message]) => {
    expect(failureOf(thrown)).toMatchObject({code, exitCode, message})
  })

  it('say null in JSON where there is no hint', () => {
    const {hint} = (
      JSON.parse(
        renderFailure(failureOf(new ProsodyModsError('USAGE', 'x')), {json: true, verbose: false}),
      ) as {
        error: {hint: unknown}
      }
    ).error
    expect(hint).toBeNull()
  })
})

describe('text from elsewhere', () => {
  it('can not drive the terminal', () => {
    const hostile = `muc-${esc}]0;title\u0007${esc}[2J\u009b31m\r\u007f`
    expect(visible(hostile)).toBe('muc-\\x1b]0;title\\x07\\x1b[2J\\x9b31m\\x0d\\x7f')
    expect(visible('é\t😀\n')).toBe('é\t😀\n')
    const shown = [
      placementText('x', {where: 'muc-component', evidence: hostile}),
      ...fetchLines({served: {}, failures: [{label: 'h', reason: hostile}], fromStore: 0}),
      ...warningLines([hostile]),
      renderFailure(failureOf(new ProsodyModsError('LUA_INVALID', hostile, {hint: hostile})), {
        json: false,
        verbose: false,
      }),
    ]
    for (const text of shown) expect(text).toContain('\\x1b]0;title\\x07')
    for (const text of shown) expect(text).not.toMatch(/\u0007|\u009b|\r/)
  })
})

describe('pieces', () => {
  it('lines and counts', () => {
    expect(lines()).toBe('')
    expect(lines([], [])).toBe('')
    expect(lines('a', ['b', 'c'])).toBe('a\nb\nc\n')
    expect([0, 1, 2].map((number) => count(number, 'file'))).toEqual(['0 files', '1 file', '2 files'])
  })

  it('tables', () => {
    expect(table([['a', 'bb', 'c'], ['aaa', '', 'long cell'], ['x']])).toEqual([
      'a    bb  c',
      'aaa      long cell',
      'x',
    ])
  })

  it('who vouches', () => {
    const said = [
      trustText({by: 'registry', basis: 'upstream'}),
      trustText({by: 'registry', basis: 'debian'}),
      trustText({by: 'first-use'}),
      trustText({by: 'user'}),
    ].map(plain)
    expect(new Set(said).size).toBe(4)
    expect(said[1]).toContain("Debian's package")
    expect(said[2]).toContain('trusted on first use')
  })

  it.each([
    ['authentication', 'auth_x', 'authentication = "x"'],
    ['storage', 'storage_x', 'storage = "x"'],
    ['muc-component', 'x', 'under Component "conference.…" "muc"'],
    ['in-component', 'x', 'modules_enabled = { "x" } under Component'],
    ['component', 'x', 'Component "<host>" "x"'],
    ['global', 'x', 'modules_enabled = { "x" } at the top, for the whole server'],
    ['host', 'x', 'under a VirtualHost'],
  ] as const)('where %s is enabled', (where, name, expected) => {
    expect(plain(placementText(name, {where, evidence: 'because'}))).toContain(expected)
    expect(plain(placementText(name, {where, evidence: 'because'}))).toMatch(/ {2}-- because$/)
  })

  it('changes, in tense and length', () => {
    const change = {path: 'p', action: 'write' as const}
    expect(changeLines({changes: [change], dryRun: false})).toEqual(['wrote   p'])
    expect(changeLines({changes: [{...change, action: 'remove'}], dryRun: true})).toEqual(['would remove p'])
    const many = changeLines({changes: Array.from({length: 25}, () => change), dryRun: false}).map(plain)
    expect(many).toHaveLength(21)
    expect(many.at(-1)).toBe('… and 5 more files')
  })

  it('a title with the beginning of the revision', () => {
    const module = {
      module: 'community/a',
      source: 'community',
      name: 'a',
      version: '2025.4.2',
      revision: 'f315edc39f3d0000',
      trust: {by: 'registry'},
      integrity: 'sha256:x',
      files: 1,
      needs: {},
    } as const
    expect(plain(moduleTitle(module))).toBe('community/a 2025.4.2 (f315edc39f3d)')
    expect(plain(moduleTitle({...module, version: 'local', revision: null}))).toBe('community/a')
  })
})

describe('results', () => {
  it('drift is named file by file', () => {
    const text = plain(
      renderVerify({
        modules: 1,
        verified: 2,
        drift: [
          {path: 'a', kind: 'missing', expected: 'e', got: null},
          {path: 'b', kind: 'changed', expected: 'e', got: 'g'},
          {path: 'c', kind: 'unexpected', expected: null, got: 'g'},
          {path: 'd', kind: 'not-a-file', expected: 'e', got: null},
        ],
      }),
    )
    expect(text).toBe(
      'missing: a\nchanged: b\n  expected sha256:e\n  got      sha256:g\nunexpected: c\nnot a regular file: d\n' +
        '1 module: 2 files as locked, 4 files not\n' +
        'hint: changed: prosody-mods install --force replaces it by what was locked\n' +
        'hint: missing: prosody-mods install puts it back\n' +
        'hint: not a regular file: move it away, then run prosody-mods install\n' +
        'hint: unexpected: no module of the lockfile has it: delete it, or keep it outside of prosody-modules\n',
    )
    expect(renderVerify({modules: 0, verified: 0, drift: []})).toBe('0 modules: 0 files as locked\n')
  })

  it('nothing to list or found', () => {
    expect(renderList({modules: [], differences: []})).toContain('prosody-mods add')
    expect(renderSearch({found: [], similar: []})).toBe('nothing found\n')
    expect(renderSearch({found: [], similar: ['a', 'b']})).toBe('nothing found\nsimilar names: a, b\n')
  })

  it('an install says what it did, would do, or that there was nothing to do', () => {
    const result: InstallResult = {
      modules: [],
      upToDate: false,
      dryRun: false,
      changes: [{path: 'p', action: 'write'}],
      unchanged: 3,
      warnings: ['w'],
      fetch: {...nothingFetched, served: {there: 1}},
      lint: nothingLinted,
      needs: nothingNeeded,
    }
    expect(plain(renderInstall(result))).toBe(
      'fetched 1 file from there\nwrote   p\nwarning: w\ninstalled 0 modules: 1 file changed, 3 as they were\n',
    )
    expect(plain(renderInstall({...result, dryRun: true}))).toContain('would write  p\n')
    expect(plain(renderInstall({...result, upToDate: true}))).toBe(
      'warning: w\nup to date: 0 modules, 3 files verified\n',
    )
  })
})

describe('progress', () => {
  it('on a terminal is one line that is written over, elsewhere only what matters later', () => {
    const request = {type: 'request', label: 'l', url: `https://h.example/${'x'.repeat(500)}`} as const
    expect(progressLine(request, false)).toBe('')
    const line = progressLine(request, true)
    expect(line.startsWith(`\r${esc}[K`)).toBe(true)
    expect(plain(line)).not.toContain('\n')
    expect(plain(line).length).toBeLessThan(Math.max(100, process.stderr.columns || 0))
    expect(progressLine(undefined, true)).toBe(`\r${esc}[K`)
    expect(progressLine(undefined, false)).toBe('')
    expect(progressLine({type: 'waiting', holder: 'process 1'}, false)).toBe(
      'waiting for another prosody-mods on this project (process 1)\n',
    )
    expect(progressLine({type: 'recovered', direction: 'back'}, false)).toContain('undone')
    expect(progressLine({type: 'recovered', direction: 'forward'}, false)).toContain('completed')
    expect(plain(progressLine({type: 'store-corrupt', sha256: 'ab'}, false))).toContain('sha256:ab')
    expect(progressLine({type: 'served', label: 'l', files: 1}, true)).toBe('')
    const received = {type: 'received', bytes: 12_345_678, total: undefined} as const
    expect(progressLine(received, false)).toBe('')
    expect(plain(progressLine(received, true))).toBe('\rreceived 12.3 MB')
    expect(plain(progressLine({...received, total: 54e6}, true))).toBe('\rreceived 12.3 MB of 54.0 MB')
    expect(progressLine({type: 'archive-read', files: 78, bytes: 4_800_000}, false)).toBe(
      '78 files out of an archive of 4.8 MB\n',
    )
    expect(progressLine({type: 'archive-read', files: 1, bytes: 950}, false)).toBe(
      '1 file out of an archive of 0.9 kB\n',
    )
  })
})

it('what a tree lacks and no module names is told, a few by name', () => {
  const differing = Array.from({length: 7}, (_, index) => ({
    path: `file${index}.lua`,
    state: 'missing' as const,
    versions: [],
  }))
  const tree = {source: 'jitsi', folder: '', version: '1', versions: ['1'], complete: false, matching: 9}
  const text = (number: number): string =>
    plain(
      renderIdentify(
        {
          folder: '/f',
          files: 9,
          trees: [{...tree, differing: differing.slice(0, number)}],
          modules: [],
          modified: ['file0.lua'],
          stray: [],
          unknown: [],
          ignored: 0,
          unreadable: [],
          skipped: [],
          adoption: null,
        },
        '/',
      ),
    )
  expect(text(2)).toContain('jitsi 1: 9 files, 2 missing\n  missing: file1.lua\nmodified')
  expect(text(7)).toContain('  missing: file5.lua\n  … and 1 more (--json lists all)\n')
})
