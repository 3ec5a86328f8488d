import {describe, expect, it} from 'vitest'
import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {digestOf, sha256Of, type Digest} from '../../../src/digest.ts'
import {ProsodyModsError} from '../../../src/errors.ts'
import {splitKey} from '../../../src/module-key.ts'
import {
  formatLockfile,
  integrityOf,
  lockedFiles,
  parseLockfile,
  type LockedModule,
  type Lockfile,
} from '../../../src/project/lockfile.ts'
import {digestsOf} from '../../helpers/digest.ts'

function locked(files: Readonly<Record<string, Digest>>): LockedModule {
  return {
    version: '2026.7.23',
    layout: 'folders',
    resolved: {kind: 'hg', repository: 'https://hg.example/modules', revision: '0971c99bfbc9'},
    trust: {by: 'registry', basis: 'upstream'},
    integrity: integrityOf(files),
    files,
  }
}

function lockText(path: string): string {
  return formatLockfile({lockfileVersion: 1, modules: {'own/x': locked({[path]: digestOf('x')})}})
}

const good = formatLockfile({
  lockfileVersion: 1,
  modules: {'own/x': locked({'mod_x/mod_x.lua': digestOf('x'), 'mod_x/a.lib.lua': digestOf('a')})},
})

async function problemOf(text: string): Promise<ProsodyModsError> {
  try {
    await parseLockfile(text, 'prosody-mods.lock.json')
  } catch (error) {
    if (error instanceof ProsodyModsError) return error
    throw error
  }
  throw new Error('accepted')
}

/** Where a piece of text starts. */
function placeOf(text: string, piece: string): {readonly line: number; readonly column: number} {
  const before = text.slice(0, text.indexOf(piece)).split('\n')
  return {line: before.length, column: (before.at(-1)?.length ?? 0) + 1}
}

describe('integrity', () => {
  it('is what sha256sum says of the listing that sha256sum prints', () => {
    const folder = mkdtempSync(join(tmpdir(), 'prosody-mods-lock-'))
    try {
      const files = {'mod_x/mod_x.lua': 'x', 'mod_x/html/é b.html': 'html', 'mod_x/A.lib.lua': 'a'}
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), {recursive: true})
        writeFileSync(join(folder, path), text)
      }
      const list = Object.keys(files).sort()
      const listing = execFileSync('sha256sum', list, {cwd: folder})
      const expected = execFileSync('sha256sum', {input: listing, encoding: 'utf8'}).split(' ')[0]
      const digests = digestsOf(files)
      expect(integrityOf(digests)).toBe(`sha256:${expected ?? ''}`)
    } finally {
      rmSync(folder, {recursive: true})
    }
  })

  it.each([
    ['a digest was changed', good.replace(digestOf('a'), digestOf('b'))],
    ['a path was changed', good.replace('mod_x/a.lib.lua', 'mod_x/b.lib.lua')],
    ['a file was taken away', good.replace(/,?\s*"mod_x\/mod_x\.lua": "[^"]+"/, '')],
  ])('is refused when %s', async (_, text) => {
    expect(text).not.toBe(good)
    const error = await problemOf(text)
    const at = placeOf(
      text,
      `"${integrityOf({'mod_x/mod_x.lua': digestOf('x'), 'mod_x/a.lib.lua': digestOf('a')})}"`,
    )
    expect(error).toMatchObject({code: 'LOCKFILE_INVALID', exitCode: 2, details: at})
    expect(error.message).toMatch(
      /^prosody-mods\.lock\.json:\d+:\d+: modules → own\/x → integrity: expected "sha256:[0-9a-f]{64}", got "sha256:[0-9a-f]{64}"$/,
    )
  })
})

describe('paths', () => {
  it.each([
    '../x',
    '/x',
    'a//b',
    'a\\b',
    'a/../b',
    'a/..',
    '..',
    '.',
    './a',
    'a/./b',
    'a/',
    '',
    'a\nb',
    'a\u0000b',
    // A dot in a regular expression does not match these: the look for ".." must not end there.
    'a\u2028/../../../etc/x',
    'a\u2029/../../../etc/x',
    'a\u2028//b',
  ])('refuses %j, as a file and as its origin', async (path) => {
    const error = await problemOf(lockText(path))
    expect(error).toMatchObject({code: 'LOCKFILE_INVALID', details: {pointer: '/modules/own~1x/files'}})
    const from = JSON.parse(lockText('mod_x.lua')) as {modules: Record<string, object>}
    from.modules['own/x'] = {...from.modules['own/x'], from: {'mod_x.lua': path}}
    expect((await problemOf(JSON.stringify(from))).details).toMatchObject({
      pointer: '/modules/own~1x/from/mod_x.lua',
    })
  })

  it.each(['mod_x/..a', 'mod_x/a..b/c', '...', 'é/😀', 'a b', '__proto__', 'constructor', 'mod_x/.hidden'])(
    'takes %j',
    async (path) => {
      const text = `{"lockfileVersion": 1, "modules": {"own/x": ${JSON.stringify(locked({}))}}}`
        .replace('"files":{}', `"files":{${JSON.stringify(path)}:"${digestOf('x')}"}`)
        .replace(integrityOf({}), integrityOf(Object.fromEntries([[path, digestOf('x')]])))
      const lock = await parseLockfile(text, 'l')
      expect([...lockedFiles(lock)]).toEqual([[`prosody-modules/own/${path}`, sha256Of('x')]])
      const again = await parseLockfile(formatLockfile(lock), 'l')
      expect([...lockedFiles(again)]).toEqual([...lockedFiles(lock)])
    },
  )
})

describe('errors', () => {
  const change = (from: string, to: string): string => {
    expect(good).toContain(from)
    return good.replace(from, to)
  }

  it.each([
    ['"lockfileVersion": 1', '"lockfileVersion": 2', '2,', 'lockfileVersion: expected 1, got 2'],
    [
      '"layout": "folders"',
      '"layout": "tree"',
      '"tree"',
      'modules → own/x → layout: expected one of "folders", "flat", got "tree"',
    ],
    [
      '"by": "registry"',
      '"by": "me"',
      '"me"',
      'modules → own/x → trust → by: expected one of "registry", "first-use", "user", "signature", got "me"',
    ],
    [
      '"revision": "0971c99bfbc9"',
      '"revision": "tip"',
      '"tip"',
      'modules → own/x → resolved → revision: expected the form ^[0-9a-f]{12,40}$, got "tip"',
    ],
    [
      '"kind": "hg"',
      '"kind": "svn"',
      '"svn"',
      'modules → own/x → resolved → kind: expected one of "debian", "github", "hg", "path", "url", got "svn"',
    ],
    [
      '"version": "2026.7.23"',
      '"version": 2026',
      '2026,',
      'modules → own/x → version: expected string, got 2026',
    ],
    [
      '"version": "2026.7.23"',
      '"note": 1, "version": "1"',
      '"note"',
      'modules → own/x → note: this key is not known here',
    ],
    [
      '"own/x"',
      '"__proto__"',
      '"__proto__"',
      'modules → __proto__: expected a name such as community/muc_moderation or jitsi/*',
    ],
    ['"kind": "hg",', '', '{\n        "repository"', 'modules → own/x → resolved: the key "kind" is missing'],
  ])('%s → %s', async (...[from, to, place, what]) => {
    const text = change(from, to).replace(/\{\n\s+\n\s+"repository"/, '{\n        "repository"')
    const {line, column} = placeOf(text, place)
    const error = await problemOf(text)
    expect(error.message).toBe(`prosody-mods.lock.json:${line}:${column}: ${what}`)
    expect(error).toMatchObject({code: 'LOCKFILE_INVALID', details: {line, column}})
    expect(error.hint).toContain('version control')
  })

  it.each([
    ['an empty file', '', 'prosody-mods.lock.json:1:1: not valid JSON: value expected'],
    ['an array', '[]', 'prosody-mods.lock.json:1:1: the whole file: expected object, got an array'],
    [
      'no version',
      '{"modules": {}}',
      'prosody-mods.lock.json:1:1: the whole file: the key "lockfileVersion" is missing',
    ],
    [
      'a merge',
      `{\n  "lockfileVersion": 1,\n${'<'.repeat(7)} HEAD\n`,
      'prosody-mods.lock.json:3:1: not valid JSON: it holds unresolved merge conflicts',
    ],
  ])('%s', async (_, text, message) => {
    expect((await problemOf(text)).message).toBe(message)
  })

  it('that was cut short, is taken back and not mended', async () => {
    expect((await problemOf('{"lockfileVersion": 1,')).hint).toBe(
      'take it back from version control, or remove it and run "prosody-mods install"',
    )
  })
})

describe('the text', () => {
  const b = locked({'mod_b/z.lua': digestOf('z'), 'mod_b/a.lua': digestOf('a')})
  const a = {...locked({'mod_a/mod_a.lua': digestOf('m')}), from: {'mod_a/mod_a.lua': 'a/mod_a.lua'}}

  it('does not depend on the order of anything', () => {
    const one: Lockfile = {lockfileVersion: 1, modules: {'s/b': b, 's/a': a}}
    const reversed = (value: unknown): unknown =>
      typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, inner]) => [key, reversed(inner)]),
          )
        : value
    expect(formatLockfile(reversed(one) as Lockfile)).toBe(formatLockfile(one))
    expect(formatLockfile(one).indexOf('"s/a"')).toBeLessThan(formatLockfile(one).indexOf('"s/b"'))
    expect(formatLockfile(one)).toMatch(/\}\n$/)
  })

  it('is read back as it was', async () => {
    const lock: Lockfile = {lockfileVersion: 1, modules: {'s/b': b, 's/a': a}}
    expect(await parseLockfile(formatLockfile(lock), 'l')).toEqual(lock)
  })

  it('has one file a line', () => {
    const text = formatLockfile({lockfileVersion: 1, modules: {'s/b': b}})
    expect(text.split('\n').filter((line) => line.includes('mod_b/'))).toHaveLength(2)
  })
})

it('splits keys at the first slash', () => {
  expect(splitKey('jitsi/*')).toEqual(['jitsi', '*'])
  expect(splitKey('community/muc_moderation')).toEqual(['community', 'muc_moderation'])
})
