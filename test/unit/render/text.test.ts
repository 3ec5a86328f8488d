import {stripVTControlCharacters} from 'node:util'
import {describe, expect, it} from 'vitest'
import {digestOf} from '../../../src/digest.ts'
import {ProsodyModsError} from '../../../src/errors.ts'
import type {ProgressEvent} from '../../../src/progress.ts'
import type {InstallResult} from '../../../src/operations/install/types.ts'
import {driftHint} from '../../../src/project/drift.ts'
import {nothingLinted} from '../../../src/context/lint-summary.ts'
import {nothingOmitted} from '../../../src/context/write-result.ts'
import {nothingNeeded} from '../../../src/resolve/closure.ts'
import {noModules} from '../../../src/resolve/module-counts.ts'
import {nothingFetched} from '../../../src/fetch/report.ts'
import {visible} from '../../../src/plain-text.ts'
import {
  changeLines,
  count,
  doneText,
  fetchLines,
  lines,
  moduleTitle,
  namesText,
  placementText,
  table,
  trustText,
  warningLines,
} from '../../../src/render/common.ts'
import {failureOf, renderFailure} from '../../../src/render/failure.ts'
import {renderIdentify} from '../../../src/render/identify/text.ts'
import {lastingLine} from '../../../src/render/progress.ts'
import {renderList} from '../../../src/render/list.ts'
import {renderVerify} from '../../../src/render/read.ts'
import {wholeRoom} from '../../../src/render/room.ts'
import {Underway} from '../../../src/render/underway.ts'
import {renderInstall} from '../../../src/render/write.ts'
import {sha256Like} from '../../helpers/digest.ts'
import type {ImageWriteResult} from '../../../src/operations/image/write.ts'
import {renderImageWrite} from '../../../src/render/image.ts'
import {toldWarnings, warning, type Warning} from '../../../src/warning.ts'

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
      'error[DIGEST_MISMATCH]: x: mismatch\n  expected a\nhint: look\n',
    )
    const long = new ProsodyModsError('USAGE', 'some words that are wider\n  than  this', {
      hint: 'write it so: prosody-mods add --init x; or else',
    })
    expect(plain(renderFailure(failureOf(long), {json: false, verbose: false, columns: 30}))).toBe(
      'error[USAGE]: some words that\n  are wider\n  than  this\nhint: write it so:\n  prosody-mods add --init x;\n  or else\n',
    )
    const caused = new ProsodyModsError('UNREACHABLE', 'no answer', {
      cause: new Error('it is down', {cause: error}),
    })
    expect(plain(renderFailure(failureOf(caused), {json: false, verbose: true}))).toBe(
      'error[UNREACHABLE]: no answer\ncaused by: it is down\ncaused by: x: mismatch\n  expected a\n',
    )
    const defect = renderFailure(failureOf(new TypeError('x')), {json: false, verbose: true})
    expect(defect).toContain('render/text.test')
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
      ...warningLines(toldWarnings([warning('KEY_UNKNOWN', hostile)])),
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
      trustText({by: 'registry', basis: 'fork'}),
      trustText({by: 'first-use'}),
      trustText({by: 'user'}),
    ].map(plain)
    expect(new Set(said).size).toBe(5)
    expect(said[1]).toContain("Debian's package")
    expect(said[2]).toContain('one fork')
    expect(said[3]).toContain('trusted on first use')
  })

  it.each([
    ['authentication', 'auth_x', 'authentication = "x"'],
    ['storage', 'storage_x', 'storage = "x"'],
    ['muc-component', 'x', 'add "x" to modules_enabled of Component "conference.…" "muc"'],
    ['in-component', 'x', 'add "x" to modules_enabled of Component'],
    ['component', 'x', 'Component "<host>" "x"'],
    ['global', 'x', 'add "x" to modules_enabled at the top, for the whole server'],
    ['host', 'x', 'add "x" to modules_enabled at the top or of a VirtualHost'],
  ] as const)('where %s is enabled', (where, name, expected) => {
    expect(plain(placementText(name, {where, evidence: 'because'}))).toContain(expected)
    expect(plain(placementText(name, {where, evidence: 'because'}))).toMatch(/ {2}-- because$/)
  })

  it('changes, in tense and length', () => {
    const change = {path: 'p', action: 'write' as const}
    expect(changeLines({changes: [change], dryRun: false})).toEqual(['wrote   p'])
    expect(changeLines({changes: [{...change, action: 'remove'}], dryRun: true})).toEqual(['would remove p'])
    const many = changeLines({
      changes: Array.from({length: 25}, (_, at) => ({...change, path: `${at}`})),
      dryRun: false,
    }).map(plain)
    expect(many).toHaveLength(21)
    expect(many.at(-1)).toBe('… and 5 more files')
  })

  it('changes in one folder of the context, by their number where there are many', () => {
    const files = (number: number) =>
      Array.from({length: number}, (_, at) => ({
        path: `prosody-modules/own/f${at}.lua`,
        action: 'write' as const,
      }))
    expect(changeLines({changes: files(3), dryRun: false})).toHaveLength(3)
    expect(changeLines({changes: files(4), dryRun: false}).map(plain)).toEqual([
      'wrote   prosody-modules/own/ 4 files',
    ])
  })

  it('warnings that were there before, by their number', () => {
    const made = (...texts: readonly string[]): Warning[] => texts.map((text) => warning('CORE_HIDDEN', text))
    expect(warningLines(toldWarnings(made('a', 'b', 'c'), made('a', 'c', 'd'))).map(plain)).toEqual([
      'warning[CORE_HIDDEN]: b',
      '2 warnings as before: "prosody-mods check" shows them',
    ])
  })

  it('a title with the beginning of the revision', () => {
    const module = {
      module: 'community/a',
      source: 'community',
      name: 'a',
      version: '2025.4.2',
      revision: 'f315edc39f3d0000',
      trust: {by: 'registry'},
      integrity: digestOf('x'),
      files: 1,
      except: [],
      patched: [],
      needs: {},
    } as const
    expect(plain(moduleTitle(module))).toBe('community/a 2025.4.2 (f315edc39f3d)')
    expect(plain(moduleTitle({...module, version: 'local', revision: null}))).toBe('community/a')
  })
})

describe('names in a sentence', () => {
  it.each([
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
    [['a', 'b', 'c', 'd'], 'a, b, c and d'],
    [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
  ])('%j: %s', (names, text) => {
    expect(namesText(names)).toBe(text)
  })
})

describe('what a command came to', () => {
  const changes = [
    {path: 'a', action: 'write'},
    {path: 'b', action: 'remove'},
  ] as const
  it('counts modules and files that are touched, and no others', () => {
    const text = (total: Partial<typeof noModules>, dryRun = false): string =>
      doneText({changes, dryRun, total: {...noModules, modules: 80, ...total}})
    expect(text({added: 76})).toBe('76 modules added, 1 file written, 1 file removed')
    expect(text({changed: 2, removed: 1})).toBe(
      '2 modules changed, 1 module removed, 1 file written, 1 file removed',
    )
    expect(text({})).toBe('1 file written, 1 file removed')
    expect(text({added: 75, changed: 1}, true)).toBe('dry run: 76 modules, 2 files; nothing was written')
    expect(
      doneText({changes, dryRun: false, total: {...noModules, added: 2, removed: 3}}, {renamed: 2}),
    ).toBe('2 modules renamed, 1 module removed, 1 file written, 1 file removed')
    expect(doneText({changes: [], dryRun: false, total: {...noModules, modules: 80}})).toBe('nothing changed')
    expect(
      doneText({changes: [], dryRun: false, total: {...noModules, changed: 1}}, {changed: 'updated'}),
    ).toBe('1 module updated')
  })
})

describe('results', () => {
  it('drift is named file by file', () => {
    const text = plain(
      renderVerify({
        modules: 1,
        total: {modules: 3},
        verified: 2,
        drift: [
          {path: 'a', kind: 'missing', expected: sha256Like('e'), got: null, hint: driftHint('missing', [])},
          {
            path: 'b',
            kind: 'changed',
            expected: sha256Like('e'),
            got: sha256Like('0'),
            hint: driftHint('changed', []),
          },
          {
            path: 'c',
            kind: 'unexpected',
            expected: null,
            got: sha256Like('0'),
            hint: driftHint('unexpected', []),
          },
          {
            path: 'd',
            kind: 'not-a-file',
            expected: sha256Like('e'),
            got: null,
            hint: driftHint('not-a-file', []),
          },
        ],
      }),
    )
    expect(text).toBe(
      `missing: a\nchanged: b\n  expected sha256:${'e'.repeat(64)}\n  got      sha256:${'0'.repeat(64)}\n` +
        'unexpected: c\nnot a regular file: d\n' +
        '3 modules: 2 files as locked, 4 files not\n' +
        'hint: changed: "prosody-mods install --force" replaces it by what was locked\n' +
        'hint: missing: "prosody-mods install" puts it back\n' +
        'hint: not a regular file: move it away, then run prosody-mods install\n' +
        'hint: unexpected: no module of the lockfile has it: delete it, or keep it outside of prosody-modules\n',
    )
    expect(renderVerify({modules: 0, total: {modules: 0}, verified: 0, drift: []})).toBe(
      '0 modules: 0 files as locked\n',
    )
  })

  it('nothing to list', () => {
    expect(renderList({modules: [], prosodyPatches: [], differences: []}, wholeRoom)).toContain(
      'prosody-mods add',
    )
  })

  it('an install says what it did, would do, or that there was nothing to do', () => {
    const result: InstallResult = {
      modules: [],
      upToDate: false,
      notes: [],
      dryRun: false,
      changes: [{path: 'p', action: 'write'}],
      unchanged: 3,
      ...toldWarnings([warning('IMAGE_OUTDATED', 'w')]),
      total: {...noModules, modules: 76, added: 76},
      fetch: {...nothingFetched, served: {there: 1}},
      lint: nothingLinted,
      needs: nothingNeeded,
      heldBack: [],
      ...nothingOmitted,
    }
    expect(plain(renderInstall(result))).toBe(
      'fetched 1 file from there\nwrote   p\nwarning[IMAGE_OUTDATED]: w\ninstalled 76 modules: 1 file changed, 3 as they were\n',
    )
    expect(plain(renderInstall({...result, dryRun: true}))).toContain('would write  p\n')
    expect(plain(renderInstall({...result, upToDate: true}))).toBe(
      'warning[IMAGE_OUTDATED]: w\nup to date: 76 modules, 3 files verified\n',
    )
  })
})

describe('progress', () => {
  it('leaves only lines that matter later', () => {
    expect(lastingLine({type: 'waiting', holder: 'process 1'})).toBe(
      'waiting for another prosody-mods on this project (process 1)\n',
    )
    expect(lastingLine({type: 'recovered', direction: 'back'})).toContain('undone')
    expect(lastingLine({type: 'recovered', direction: 'forward'})).toContain('completed')
    expect(plain(lastingLine({type: 'store-corrupt', sha256: sha256Like('ab')}))).toContain(
      `sha256:${'ab'.repeat(32)};`,
    )
    expect(lastingLine({type: 'served', label: 'l', files: 1})).toBe('')
    expect(lastingLine({type: 'piece', bytes: 1})).toBe('')
    expect(lastingLine({type: 'archive-read', files: 78, bytes: 4_800_000})).toBe(
      '78 files out of an archive of 4.8 MB\n',
    )
    expect(lastingLine({type: 'archive-read', files: 1, bytes: 950})).toBe(
      '1 file out of an archive of 0.9 kB\n',
    )
  })

  const request = (url: string): ProgressEvent => ({type: 'request', label: 'l', url})

  it('names who is asked and for how long, before anything has come', () => {
    const underway = new Underway(0)
    expect(underway.text(500, 80)).toBe('')
    underway.note(request('https://hg.example/json-log?rev=1'), 1000)
    expect(underway.text(4200, 80)).toBe('asking hg.example  3 s  json-log')
    underway.note({type: 'piece', bytes: 12_000}, 4000)
    expect(underway.text(5200, 80)).toBe('asking hg.example  4 s  12.0 kB  json-log')
    underway.note(request('https://hg.example/json-tags'), 6000)
    expect(underway.text(6200, 80)).toBe('asking hg.example  0 s  json-tags')
    underway.note({type: 'planned', files: 2}, 7000)
    expect(underway.text(7000, 80)).toBe('fetching 0/2  0.0 kB  hg.example  json-tags')
  })

  it('counts files and bytes, and shows the end of the name that changes', () => {
    const underway = new Underway(0)
    const show = (columns: number): string => underway.text(2000, columns)
    underway.note({type: 'planned', files: 77}, 0)
    underway.note(request('https://raw.example.org/a/b/mod_muc_lobby_rooms.lua'), 0)
    expect(show(80)).toBe('fetching 0/77  0.0 kB  raw.example.org  mod_muc_lobby_rooms.lua')
    underway.note({type: 'piece', bytes: 61_000}, 0)
    underway.note({type: 'served', label: 'l', files: 23}, 0)
    expect(show(80)).toBe('fetching 23/77  61.0 kB  30.5 kB/s  raw.example.org  mod_muc_lobby_rooms.lua')
    expect(show(66)).toBe('fetching 23/77  61.0 kB  30.5 kB/s  mod_muc_lobby_rooms.lua')
    expect(show(50)).toBe('fetching 23/77  61.0 kB  30.5 kB/s  …bby_rooms.lua')
    underway.note(request(`https://raw.example.org/${'%1b%5bx'.repeat(90)}.lua`), 0)
    for (const columns of [60, 80, 120]) expect(show(columns).length).toBeLessThanOrEqual(columns)
    expect(show(60)).not.toContain(esc)
    underway.note({type: 'served', label: 'an archive that holds more', files: 500}, 0)
    expect(show(40)).toMatch(/^fetching 77\/77/)
  })

  it('of an archive says how much of it there is, and how long the rest takes', () => {
    const underway = new Underway(0)
    underway.note(request('https://codeload.example/t.tar.gz'), 0)
    underway.note({type: 'large-download', url: 'u', bytes: 52_000_000}, 0)
    underway.note({type: 'received', bytes: 13_000_000, total: 52_000_000}, 0)
    expect(underway.text(2000, 100)).toBe(
      'fetching an archive, 13.0 MB of 52.0 MB  6.5 MB/s  6 s left  codeload.example',
    )
    underway.note({type: 'received', bytes: 13_000_000, total: undefined}, 0)
    expect(underway.text(2000, 100)).toBe('fetching an archive, 13.0 MB  6.5 MB/s  codeload.example')
    underway.note({type: 'archive-read', files: 1, bytes: 1}, 0)
    expect(underway.text(2000, 100)).toBe('asking codeload.example  2 s  t.tar.gz')
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
          lineEnds: [],
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

describe('what image write did', () => {
  const made = {
    ...{dryRun: false, changed: [], notes: []},
    image: {profile: 'xmpp', base: 'debian:trixie-slim', prosody: '13.0', variant: 'slim'},
    files: [
      {path: 'Dockerfile', action: 'keep', diff: '--- a\n+++ b\n'},
      {path: 'IMAGE.md', action: 'write', diff: null},
      {path: 'compose.yaml', action: 'none', diff: null},
    ],
  } as unknown as ImageWriteResult

  it('does not end as if all were well where a file was kept', () => {
    expect(plain(renderImageWrite(made))).toBe(
      'kept     Dockerfile, which is not as it was written\n' +
        'wrote    IMAGE.md\n\n--- a\n+++ b\n\n' +
        'hint: lines of your own belong between the lines that say "yours"; --force replaces the file\n' +
        '1 file kept, so the image is not what the project says: Prosody 13.0, xmpp, slim on debian:trixie-slim\n',
    )
  })

  it('is what would be done, in a dry run', () => {
    const [, file] = made.files
    const files = file === undefined ? [] : [file]
    expect(plain(renderImageWrite({...made, dryRun: true, files}))).toBe(
      'would write   IMAGE.md\n' +
        'dry run: nothing was written; image: Prosody 13.0, xmpp, slim on debian:trixie-slim\n',
    )
  })
})
