import {describe, expect, test} from 'vitest'
import {baseImageOf} from '../../src/image/dockerfile.ts'
import {readConfig} from '../../src/lint/options/config.ts'
import {fixFile} from '../../src/lint/fix-file.ts'
import {metadataLines} from '../../src/prosody/load-metadata.ts'
import {readConfiguration} from '../../src/prosody/config/read.ts'
import {readReadme} from '../../src/facts/readme.ts'
import {installedRock} from '../../src/prosody/rocks-manifest.ts'
import {parseNetrc} from '../../src/net/netrc.ts'
import {explain} from '../../src/operations/explain/explain.ts'
import {unifiedDiff} from '../../src/text/unified-diff.ts'
import {nowhere} from '../helpers/explained.ts'
import {bound, growth} from '../helpers/growth.ts'

type Piece = (index: number) => string

function lines(piece: Piece, count: number): string {
  return Array.from({length: count}, (_, index) => piece(index)).join('\n')
}

/** Texts that anybody may have written, of so many lines. */
function costs(what: string, run: (text: string) => unknown, shapes: Readonly<Record<string, Piece>>): void {
  describe(`${what} costs as much as there is of it`, () => {
    test.each(Object.entries(shapes))('%s', {timeout: 300_000}, async (name, piece) => {
      expect(await growth((count) => run(lines(piece, count))), name).toBeLessThan(bound)
    })
  })
}

const day = 'Nov 28 10:00:00'
const beginning = `${day} modulemanager error Error initializing module 'x' on 'h': /a/mod_x.lua:1: attempt to call a nil value`

costs('a log', (text) => explain(text.split('\n'), nowhere()), {
  'one message': () => `${day} modulemanager error Unable to load module 'x': /a/mod_x.lua:1: no`,
  'many messages': (i) => `${day} modulemanager error Unable to load module 'x${i}': /a/mod_x.lua:1: no`,
  'one message of many hosts': (i) => beginning.replace("'h'", `'h${i}'`),
  'a long traceback': (i) =>
    i === 0 ? `${beginning}\nstack traceback:` : `\t/a/mod_x.lua:${i}: in function 'f${i}'`,
  'many tracebacks': (i) =>
    `${day} general error Top-level error, please report:\n/a/mod_x${i}.lua:1: boom\nstack traceback:\n\t[C]: in function 'error'`,
  'long reasons': (i) =>
    i === 0
      ? `${day} modulemanager error Error initializing module 'x' on 'h': module 'y' not found:`
      : `\tno file '/usr/share/lua/5.4/y${i}.lua'`,
  'what is not understood': (i) => `${day} foo error thing ${i} went wrong`,
  'no log': (i) => `thing ${i}`,
  'folded lines': (i) => `${day} x error a#012b#012c ${i}`,
})

costs('one line of a log', (text) => explain([text.replaceAll('\n', '')], nowhere()), {
  blanks: (i) => (i === 0 ? `${day} mod error` : ' '),
  places: (i) => (i === 0 ? `${day} mod error ` : '/a/b.lua:1: '),
  'module not found': (i) => (i === 0 ? `${day} mod error ` : "module 'a' not found:"),
  'nil values': (i) => (i === 0 ? `${day} mod error a.lua:1: ` : 'attempt to call a nil value ('),
  certificates: (i) => (i === 0 ? `${day} certmanager error SSL/TLS: Failed to load '` : "x' (for "),
  folds: () => '#012\\n\tstack',
  dates: () => day,
})

const settings: Readonly<Record<string, Piece>> = {
  options: (i) => `o${i} = ${i}`,
  'one option': (i) => `a = { "x${i}" }`,
  references: (i) => `o${i} = o${i - 1}`,
  locals: (i) => `do local a${i} = a${i - 1} end`,
  'what is put together': () => `a = (a or "") .. "x"`,
  tables: (i) => `a = { "x${i}", a }`,
  files: (i) => `files["f${i}"] = {ignore={"${i}"}}`,
  standards: (i) => `stds.s${i} = {globals={"g${i}"}}`,
  branches: (i) => `if a then b = ${i} end`,
  calls: (i) => `table.insert(a, ${i})`,
  hosts: (i) => `VirtualHost "h${i}"\nmodules_enabled = { "m${i}" }`,
  components: (i) => `Component "h${i}" "muc"`,
  includes: (i) => `Include "f${i}"`,
}
costs(
  "Prosody's configuration",
  (text) =>
    readConfiguration('x', {
      read: (path) => (path === 'x' ? Buffer.from(text) : undefined),
      list: () => undefined,
    }),
  settings,
)
costs("luacheck's configuration", (text) => readConfig(Buffer.from(text)), settings)

const ofReadmes: Readonly<Record<string, Piece>> = {
  keys: (i) => `k${i}: v`,
  lists: (i) => (i === 0 ? 'labels:' : `- a${i}`),
  anchors: (i) => `a${i}: &b${i} [x]`,
  aliases: (i) => (i === 0 ? 'a: &a [x]' : `b${i}: [*a, *a]`),
  ends: () => '---',
  nothing: () => '',
  brackets: () => '[',
  escapes: () => '\\_\\_',
}
costs('the front of a README', (text) => readReadme(`---\n${text}\n---\nx`), ofReadmes)
costs('a README without front', readReadme, ofReadmes)
costs('metadata in code', metadataLines, {
  lines: (i) => `--% requires: x${i}`,
  comments: (i) => `-- k${i}: v`,
})
costs('a manifest of rocks', (text) => installedRock(Buffer.from(`repository = {${text}}`), 'x'), {
  rocks: (i) => `m${i} = {["1-1"]={{arch="installed",modules={x${i}="y"}}}},`,
})
costs('a .netrc', parseNetrc, {
  machines: (i) => `machine m${i} login a password b`,
  macros: () => 'macdef x',
  quotes: () => 'machine "\\',
})
costs('a Dockerfile', (text) => baseImageOf(text, [{name: 'trixie', number: '13', prosody: '13.0'}]), {
  stages: (i) => `FROM b${i - 1} AS b${i}`,
  arguments: (i) => `ARG A${i}=$A${i - 1}\nFROM a$A${i}`,
  'one line': () => 'RUN a \\',
})
costs('a difference', (text) => unifiedDiff('x', text, text.replaceAll(/(?<=\n)[^\n]*1[^\n]*\n/g, 'y\n')), {
  'many places': (i) => `x${i}`,
})

describe('mending costs as much as there is to mend', () => {
  const ends = (count: number): Buffer => Buffer.from(lines(() => 'print(1)  ', count))
  test('where all can be done', {timeout: 300_000}, async () => {
    const fixesOf = (count: number): {start: number; end: number; text: string}[] =>
      Array.from({length: count}, (_, i) => ({start: i * 11 + 8, end: i * 11 + 10, text: ''}))
    expect(fixFile(ends(3), fixesOf(3))).toMatchObject({fixes: 3})
    expect(await growth((count) => fixFile(ends(count), fixesOf(count)))).toBeLessThan(bound)
  })

  test('where none can be done', {timeout: 300_000}, async () => {
    // Each breaks the code.
    const fixesOf = (count: number): {start: number; end: number; text: string}[] =>
      Array.from({length: count}, (_, i) => ({start: i * 11 + 5, end: i * 11 + 6, text: ''}))
    expect(fixFile(ends(3), fixesOf(3))).toBeUndefined()
    expect(await growth((count) => fixFile(ends(count), fixesOf(count)))).toBeLessThan(bound)
  })
})
