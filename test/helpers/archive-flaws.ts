import type {ErrorCode} from '../../src/errors.ts'
import type {ArchiveFormat} from '../../src/fetch/unpack/types.ts'
import {longName, pax, type TarItem} from './archive-bytes.ts'
import type {Flaw, FlawItem} from './archives.ts'

const evil = {body: 'os.execute("true")\n'}
const packed = ['tar.gz', 'tar.xz', 'tar.zst', 'deb'] as const

/** Code → flaw → entries that make it. */
const entriesByCode: Readonly<Partial<Record<ErrorCode, Readonly<Record<string, readonly FlawItem[]>>>>> = {
  ARCHIVE_PATH_ABSOLUTE: {
    'absolute path': [told('/etc/mod_evil.lua')],
    'Windows drive': [told('C:/mod_evil.lua')],
    'path relative to a drive': [told('c:mod_evil.lua')],
    'UNC path': [told('\\\\host\\share\\mod_evil.lua')],
    'absolute path by pax': [pax({path: '/mod_evil.lua'}), file('short')],
  },
  ARCHIVE_PATH_TRAVERSAL: {
    '.. at the start': [told('../mod_evil.lua')],
    '.. after ./': [told('./../mod_evil.lua')],
    '.. inside': [file('mod_hello/../../../../../../../mod_evil.lua')],
    '.. at the end': [{path: 'mod_hello/..', type: '5'}],
    '.. that stays inside': [file('mod_hello/../mod_evil.lua')],
    '.. by a long name': [longName('../mod_evil.lua'), file('short')],
  },
  ARCHIVE_PATH_INVALID: {
    'empty name': [told('')],
    'file that is the top': [told('./.')],
    'link with a slash behind': [{path: 'mod_evil/', type: '2', link: 'mod_hello'}],
    backslash: [file('mod_hello\\mod_evil.lua')],
    newline: [file('mod_hello/mod\nevil.lua')],
    'escape sequence': [file('mod_hello/\x1b[2J.lua')],
    'NUL in a pax path': [pax({path: 'mod_evil.lua\0.txt'}), file('short')],
    'NUL in a long name': [longName('mod_evil.lua\0.txt'), file('short')],
    'name that is no UTF-8': [{path: Buffer.from('mod_\xe9vil.lua', 'latin1'), ...evil}],
    'long name that is no UTF-8': [
      {...longName(''), body: Buffer.from('\xe9vil\0', 'latin1')},
      file('short'),
    ],
    'empty component': [file('mod_hello//mod_evil.lua')],
    'dot component': [file('mod_hello/./mod_evil.lua')],
    'control character in a link': [{path: 'mod_evil', type: '2', link: 'mod_\x07'}],
  },
  ARCHIVE_PATH_TOO_LONG: {
    'long path': [pax({path: `${'a-long-component/'.repeat(61)}x`}), file('short')],
    'long component': [longName('x'.repeat(256)), file('short')],
    'very long name': [longName('x'.repeat(70_000)), file('short')],
    'deep path': [longName(`${'d/'.repeat(64)}x`), file('short')],
    'long link target': [longName('x'.repeat(1025), 'K'), {path: 'mod_evil', type: '2', link: 'x'}],
    'deep link target': [longName('./'.repeat(64), 'K'), {path: 'mod_evil', type: '2', link: 'x'}],
  },
  ARCHIVE_SPECIAL_FILE: {
    'character device': [{path: 'mod_hello/null', type: '3'}],
    'block device': [{path: 'mod_hello/disk', type: '4'}],
    'named pipe': [{path: 'mod_hello/pipe', type: '6'}],
    'device elsewhere': [{path: 'dev/null', type: '3', isAsTold: true}],
    'unknown type': [{path: 'mod_hello/odd', type: 'Z', ...evil}],
    'sparse file': [{path: 'mod_hello/holes', type: 'S', ...evil}],
    'sparse file by pax': [pax({'GNU.sparse.major': '1'}), file('short')],
  },
  ARCHIVE_DUPLICATE: {
    'file twice': [file('mod_hello/mod_hello.lua')],
    'folder where a file is': [{path: 'mod_hello/mod_hello.lua/', type: '5'}],
    'file below a file': [file('mod_hello/mod_hello.lua/x.lua')],
    'file where a folder is': [file('mod_hello')],
    'file where a folder is implied': [file('mod_hello/html')],
    'file where a link is': [file('mod_greet_component')],
    'link where a folder is': [{path: 'mod_hello', type: '2', link: 'mod_greet'}],
    'hard link where a file is': [
      {path: 'mod_hello/mod_hello.lua', type: '1', link: 'mod_greet/words.lib.lua'},
    ],
  },
  ARCHIVE_CASE_COLLISION: {
    'file in other case': [file('mod_hello/MOD_hello.lua')],
    'folder in other case': [file('mod_Hello/mod_evil.lua')],
    'link in other case': [{path: 'MOD_GREET', type: '2', link: 'mod_hello'}],
    'other Unicode form': [file('gr\u00fcn'), file('gru\u0308n')],
    'letter-like sign': [file('\u210cello'), file('hello')],
    'sharp s': [file('strasse'), file('stra\u00dfe')],
  },
  ARCHIVE_LINK_ESCAPES: {
    'hard link out of the tree': [{path: 'evil.lua', type: '1', link: '../../../../../etc/passwd'}],
    'absolute hard link': [
      {...told('usr/lib/prosody/modules/evil.lua'), type: '1', link: '/etc/passwd', body: ''},
    ],
    'file through a link': [file('mod_greet_component/mod_evil.lua')],
  },
  ARCHIVE_LINK_BROKEN: {
    'link to the empty name': [{path: 'mod_evil', type: '2', link: ''}],
    'hard link to itself': [{path: 'mod_evil', type: '1', link: 'mod_evil'}],
    'hard link to nothing': [{path: 'mod_evil', type: '1', link: 'mod_missing'}],
    'hard link to a folder': [{path: 'mod_evil', type: '1', link: 'mod_hello'}],
  },
  ARCHIVE_TOO_MANY_ENTRIES: {'folder links that multiply': multiplied()},
  ARCHIVE_TOO_LARGE: {
    'file said to be too large': [{path: 'big', sizeField: '20000000000\0'}],
    'file beyond 8 GiB': [{path: 'big', sizeField: '\x80\0\0\0\0\0\0\x08\0\0\0\0'}],
    'file too large by pax': [pax({size: '99999999999999'}), {path: 'big'}],
    'extended header too large': [pax({comment: 'x'.repeat(70_000)}), file('short')],
  },
  ARCHIVE_CORRUPT: {
    'size that is none': [{path: 'odd', sizeField: 'xyz\0'}],
    'negative size': [{path: 'odd', sizeField: '\xff'.repeat(12)}],
    'link with a body': [{path: 'odd', type: '2', link: 'mod_hello', body: 'x'}],
    'folder with a body': [{path: 'odd', type: '5', body: 'x'}],
    'file with a link target': [{path: 'odd', link: 'mod_hello'}],
    'pax record of a wrong length': [{...pax({}), body: '99 path=mod_x.lua\n'}, file('short')],
    'pax record without a value': [{...pax({}), body: '7 path\n'}, file('short')],
    'pax size that is none': [pax({size: '1e3'}), file('short')],
    'global pax path': [pax({path: 'mod_evil.lua'}, 'g'), file('short')],
    'global pax link target': [
      pax({linkpath: 'mod_hello'}, 'g'),
      {path: 'short', type: '2', link: 'mod_greet'},
    ],
    'extended header with nothing behind': [pax({path: 'mod_evil.lua'})],
    'extended header without a size': [{...pax({}), sizeField: 'xyz\0'}],
  },
  ARCHIVE_UNSUPPORTED: {
    'pax record hidden in another': [pax({comment: 'x\n21 path=mod_evil.lua'}), file('short')],
  },
}

/** Flaws that only a packed archive can have without being huge, or only some formats. */
const others: readonly Flaw[] = [
  manyEntries('too many entries', 50_001, (n) => `f${n}`),
  manyEntries('too many folders between', 1700, (n) => `${n}/${'d/'.repeat(30)}x`),
  {
    name: 'file of zeros',
    code: 'ARCHIVE_RATIO',
    formats: packed,
    items: [{path: 'zeros', body: Buffer.alloc(64 << 20)}],
  },
  {
    name: 'hard link out of the root',
    code: 'ARCHIVE_LINK_ESCAPES',
    formats: ['deb'],
    items: [
      {...told('./usr/lib/prosody/modules/evil'), type: '1', link: './usr/share/doc/hello/README', body: ''},
    ],
  },
  {
    name: 'file twice, once with ./',
    code: 'ARCHIVE_DUPLICATE',
    formats: ['tar', 'tar.gz', 'tar.xz', 'tar.zst'],
    items: [file('./mod_hello/mod_hello.lua')],
  },
]

/** Symbolic links that are no file or folder of the tree: passed over, as nothing is ever written through them. */
export const staleLinks: Readonly<
  Record<'escapes' | 'broken', Readonly<Record<string, readonly FlawItem[]>>>
> = {
  escapes: {
    'absolute link': [{path: 'mod_evil', type: '2', link: '/etc'}],
    'link to a drive': [{path: 'mod_evil', type: '2', link: 'C:/Windows'}],
    'link to a share': [{path: 'mod_evil', type: '2', link: '\\\\host\\share'}],
    'link out of the tree': [{path: 'mod_hello/evil.lua', type: '2', link: '../../evil.lua'}],
    'link out and in again': [{path: 'evil', type: '2', link: 'mod_hello/../../modules/mod_hello'}],
    'link out by way of nothing': [{path: 'evil', type: '2', link: 'missing/../../mod_evil'}],
    'link out by way of a link': [
      {path: 'mod_hello/to', type: '2', link: '../mod_hello/html'},
      {path: 'mod_hello/deep/evil', type: '2', link: '../to/../../../mod_greet'},
    ],
    'long link out of the tree': [longName('../'.repeat(40), 'K'), {path: 'evil', type: '2', link: 'x'}],
  },
  broken: {
    'link to nothing': [{path: 'mod_evil', type: '2', link: 'mod_missing'}],
    'link in another case': [{path: 'mod_evil', type: '2', link: 'mod_HELLO'}],
    'link through a file': [{path: 'mod_evil', type: '2', link: 'mod_hello/mod_hello.lua/x'}],
    'link to itself': [{path: 'mod_evil', type: '2', link: 'mod_evil'}],
    'folder that holds itself': [{path: 'mod_hello/all', type: '2', link: '..'}],
    'folder that holds itself by its name': [{path: 'mod_hello/mod_hello', type: '2', link: '../mod_hello'}],
    'folder above, come to from elsewhere': [
      {path: 'a/to', type: '2', link: '../mod_hello/html'},
      {path: 'mod_hello/html/up', type: '2', link: '../../mod_hello'},
    ],
  },
}

export const flaws: readonly Flaw[] = [
  ...Object.entries(entriesByCode).flatMap(([code, byName]) =>
    Object.entries(byName).map(([name, items]) => ({name, code: code as ErrorCode, items})),
  ),
  ...others,
]

function file(path: string): FlawItem {
  return {path, ...evil}
}

/** A file whose path is not put below the root. */
function told(path: string): FlawItem {
  return {path, ...evil, isAsTold: true}
}

function manyEntries(name: string, count: number, path: (n: number) => string): Flaw {
  const formats: readonly ArchiveFormat[] = ['tar', 'tar.gz']
  const items = Array.from({length: count}, (_, n) => ({path: path(n)}))
  return {name, code: 'ARCHIVE_TOO_MANY_ENTRIES', formats, items}
}

/** Each folder holds ten links to the next: a million ways to one file. */
function multiplied(): readonly TarItem[] {
  const links = Array.from({length: 60}, (_, n) => {
    const level = Math.floor(n / 10)
    return {path: `l${level}/n${n}`, type: '2', link: `../l${level + 1}`}
  })
  return [...links, file('l6/mod_evil.lua')]
}
