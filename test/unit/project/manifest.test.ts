import {describe, expect, it} from 'vitest'
import {ProsodyModsError} from '../../../src/errors.ts'
import {
  modulesPathOf,
  parseManifest,
  sourceDefinition,
  unknownKeys,
  type Manifest,
} from '../../../src/project/manifest.ts'
import {embeddedRegistry} from '../../../src/registry/registry.ts'
import {sha256Like} from '../../helpers/digest.ts'

const registry = embeddedRegistry()
const hex = sha256Like('ab')

async function problemOf(text: string): Promise<ProsodyModsError> {
  try {
    await parseManifest(text, 'prosody-mods.json')
  } catch (error) {
    if (error instanceof ProsodyModsError) return error
    throw error
  }
  throw new Error(`accepted: ${text.slice(0, 200)}`)
}

/** Text with one `¶` that marks where the error is expected. */
function marked(text: string): {readonly text: string; readonly line: number; readonly column: number} {
  const before = text.slice(0, text.indexOf('¶')).split('\n')
  return {
    text: text.replace('¶', ''),
    line: before.length,
    column: Array.from(before.at(-1)?.replace('\uFEFF', '') ?? '').length + 1,
  }
}

const syntaxErrors = [
  ['an empty file', '¶', 'value expected'],
  ['blank lines only', '\n\n¶', 'value expected'],
  ['an end in the middle', '{\n  "modules": {¶', 'close brace expected'],
  ['a trailing comma', '{\n  "modules": {\n    "a/b": "1",\n  ¶}\n}\n', 'property name expected'],
  ['a missing comma', '{\n  "prosody": "13.0"\n  ¶"modules": {}\n}', 'comma expected'],
  ['single quotes', "{¶'modules': {}}", 'invalid symbol'],
  ['a comment', '{\n  ¶// no\n  "modules": {}\n}', 'invalid comment token'],
  ['something behind the end', '{}\n¶x', 'invalid symbol'],
  ['a control character in a string', '{"x": ¶"a\u0001b"}', 'invalid character'],
  ['a newline in a string', '{"x": ¶"a\nb"}', 'unexpected end of string'],
  ['a bad escape', '{"x": ¶"\\x41"}', 'invalid escape character'],
  ['a place behind wide characters', '{"é": "😀", ¶x}', 'invalid symbol'],
  ['a place behind a BOM', '\uFEFF{¶x}', 'invalid symbol'],
  ['a place in CRLF lines', '{\r\n  "a": 1,\r\n  ¶x\r\n}', 'invalid symbol'],
] as const

const merged =
  '{\n  "modules": {\n¶<<<<<<< HEAD\n    "a/b": "1"\n=======\n    "a/b": "2"\n>>>>>>> other\n  }\n}\n'

describe('what is not JSON', () => {
  it.each(syntaxErrors)('%s', async (_, source, what) => {
    const {text, line, column} = marked(source)
    const error = await problemOf(text)
    expect(error).toMatchObject({code: 'MANIFEST_INVALID', exitCode: 2, details: {line, column}})
    expect(error.message).toBe(`prosody-mods.json:${line}:${column}: not valid JSON: ${what}`)
    expect(error.hint).toContain('mend that place')
  })

  it('names unresolved merge conflicts, at their first marker', async () => {
    const {text, line, column} = marked(merged)
    const error = await problemOf(text)
    expect(error.message).toBe(
      `prosody-mods.json:${line}:${column}: not valid JSON: it holds unresolved merge conflicts`,
    )
    expect(error.hint).toContain('resolve the conflict')
  })

  it('is not brought down by depth', async () => {
    const error = await problemOf(`{"x": ${'['.repeat(100_000)}`)
    expect(error.message).toBe('prosody-mods.json:1:106: nested more than 100 levels deep')
  })
})

const hints = /^docs\/reference\/manifest\.md describes every key$/
const nameForm = 'such as community/muc_moderation or jitsi/*'

describe('values that are wrong', () => {
  it.each([
    ['no object', '¶[]', 'the whole file: expected object, got an array'],
    ['null', '¶null', 'the whole file: expected object, got null'],
    ['a number for text', '{\n  "prosody": ¶13\n}', 'prosody: expected string, got 13'],
    ['a bad line', '{"prosody": ¶"13"}', 'prosody: expected a release line such as 13.0 or 0.12, got "13"'],
    [
      'a bad word',
      '{"x": 1,\n "trust": ¶"always"}',
      'trust: expected one of "first-use", "registry", got "always"',
    ],
    [
      'an empty version',
      '{"modules": {"a/b": ¶""}}',
      'modules → a/b: expected a text that is not empty, in one line and without invisible characters, got ""',
    ],
    [
      'a version that is no text',
      '{"modules": {"a/b": ¶1}}',
      'modules → a/b: expected string or object, got 1',
    ],
    ['an object for text', '{"modules": {"a/b": ¶{"v": 1}}}', 'modules → a/b: the key "version" is missing'],
    [
      'a module that is a device on Windows',
      '{"modules": {¶"a/con": "*"}}',
      'modules → a/con: expected a name that is no device on Windows, as con and aux are',
    ],
    [
      'a source that is one',
      '{"sources": {¶"aux": {"kind": "path", "path": "./x"}}}',
      'sources → aux: expected a name that is no device on Windows, as con and aux are',
    ],
    [
      'what is included from elsewhere',
      '{"modules": {"a/b": {"version": "*", "include": ["a/b", ¶"../x"]}}}',
      `modules → a/b → include → 1: expected a path beside the module's main file, such as tls/ca.pem, got "../x"`,
    ],
    [
      'a module without source',
      '{"modules": {\n  "a/b": "1",\n  ¶"muc": "1"}}',
      `modules → muc: expected a name ${nameForm}`,
    ],
    [
      '__proto__ for a module',
      '{"modules": {¶"__proto__": "1"}}',
      `modules → __proto__: expected a name ${nameForm}`,
    ],
    ['a way up for a module', '{"modules": {¶"../x": "1"}}', `modules → ../x: expected a name ${nameForm}`],
    [
      '__proto__ for a source',
      '{"sources": {¶"__proto__": {"kind": "path", "path": "x"}}}',
      'sources → __proto__: expected a name such as my-modules: a-z, 0-9, _ and -',
    ],
    [
      'an unknown key in a source',
      '{"sources": {"own": {"kind": "path", "path": "./x",\n  ¶"pth": "y"}}}',
      'sources → own → pth: this key is not known here; known are kind, path, layout',
    ],
    [
      'a source without kind',
      '{"sources": {"own": ¶{"path": "x"}}}',
      'sources → own: the key "kind" is missing',
    ],
    [
      'a source without path',
      '{"sources": {"own": ¶{"kind": "path"}}}',
      'sources → own: the key "path" is missing',
    ],
    [
      'an unknown kind, in a source named by digits',
      '{"sources": {"123": {"kind": ¶"svn"}}}',
      'sources → 123 → kind: expected one of "debian", "github", "hg", "path", "url", got "svn"',
    ],
    [
      'a URL with a password',
      '{"sources": {"u": {"kind": "url", "url": ¶"http://u:p@h/x"}}}',
      'sources → u → url: expected a URL such as https://example.org/path, without user and fragment, got "http://…@h/x"',
    ],
    [
      'an incomplete package',
      '{"sources": {"d": {"kind": "debian", "debs": [¶{"package": "x1"}]}}}',
      'sources → d → debs → 0: the key "version" is missing',
    ],
    [
      'a relative plugin path, second of a list',
      '{"pluginPaths": {"before": ["/a",\n ¶"b"]}}',
      'pluginPaths → before → 1: expected an absolute folder without ; and ?, such as /usr/local/lib/prosody-mods, got "b"',
    ],
    [
      'a mirror of something else',
      '{"mirrors": {¶"foo": "http://x"}}',
      'mirrors → foo: expected a name such as https://example.org, or debian',
    ],
    [
      'a key that stands twice',
      '{"trust": "registry", "trust": ¶1}',
      'trust: expected one of "first-use", "registry", got 1',
    ],
  ])('%s', async (_, source, what) => {
    const {text, line, column} = marked(source)
    const error = await problemOf(text)
    expect(error).toMatchObject({code: 'MANIFEST_INVALID', details: {line, column}})
    expect(error.message).toBe(`prosody-mods.json:${line}:${column}: ${what}`)
    expect(error.hint).toMatch(hints)
  })

  it.each([
    ['in a key that is not known', `{"x": ${'['.repeat(101)}${']'.repeat(101)}}`],
    ['behind brackets in a text', `{"[[\\"[": 1, "x": ${'{"x":['.repeat(60)}${']}'.repeat(60)}}`],
  ])('bears depth %s', async (_, text) => {
    expect((await problemOf(text)).message).toMatch(/nested more than 100 levels deep$/)
  })

  it('takes brackets in a text for no depth', async () => {
    const text = `{"${'['.repeat(200)}\\"${'{'.repeat(200)}": ${'['.repeat(98)}${']'.repeat(98)}}`
    expect(await parseManifest(text, 'prosody-mods.json')).toBeTypeOf('object')
  })

  it('shows of a long value only the beginning', async () => {
    const error = await problemOf(`{"trust": "${'x'.repeat(10_000)}"}`)
    expect(error.message.length).toBeLessThan(300)
  })

  it('bears a deep value of the wrong kind', async () => {
    const error = await problemOf(`{"modules": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`)
    expect(error).toMatchObject({code: 'MANIFEST_INVALID', details: {line: 1, column: 112}})
  })

  it.each(['/abs/usr/lib', 'usr/../../etc', 'usr/lib/', 'usr/\u2028/../..'])(
    'refuses %j for the folder in a package',
    async (root) => {
      const deb = {package: 'x1', version: '1', path: 'pool/main/x/x/x_1_all.deb', sha256: hex, root}
      const error = await problemOf(JSON.stringify({sources: {d: {kind: 'debian', debs: [deb]}}}))
      expect(error.details).toMatchObject({pointer: '/sources/d/debs/0/root'})
    },
  )

  it.each(['pool/../x.deb', 'pool/a.tar', '/pool/a.deb', 'pool/a b.deb', 'pool/a%2e.deb'])(
    'refuses %j for the path of a package',
    async (path) => {
      const deb = {package: 'x1', version: '1', path, sha256: hex, root: 'usr/lib'}
      const error = await problemOf(JSON.stringify({sources: {d: {kind: 'debian', debs: [deb]}}}))
      expect(error.details).toMatchObject({pointer: '/sources/d/debs/0/path'})
    },
  )
})

describe('what is right', () => {
  it('takes an empty object, a BOM, and the full form', async () => {
    expect(await parseManifest('{}', 'm')).toEqual({})
    expect(await parseManifest('\uFEFF{"prosody": "0.12"}\r\n', 'm')).toEqual({prosody: '0.12'})
    const full = {
      $schema: 'x',
      prosody: '13.0',
      image: {debian: 'trixie', modulesPath: '/opt/mods'},
      modules: {'a/b': '1', 'jitsi/*': '10008', 'constructor/constructor': '1'},
      pluginPaths: {before: ['/a'], after: []},
      sources: {
        a: {kind: 'path', path: './a', layout: 'flat'},
        b: {kind: 'url', url: 'https://h.example/mod_b.lua', sha256: hex},
      },
      mirrors: {debian: 'http://m.example/debian', 'https://h.example': 'http://m.example/h'},
      trust: 'registry',
    }

    expect(await parseManifest(JSON.stringify(full), 'm')).toEqual(full)
  })

  it('keeps and names unknown keys at the top and of the image', async () => {
    const manifest = await parseManifest(
      '{"x-team": 1, "image": {"pakages": []}, "extra": {"__proto__": {}}}',
      'm',
    )
    expect(unknownKeys(manifest)).toEqual(['x-team', 'extra', 'image.pakages'])
  })

  it('has a default for the folder in the image', () => {
    expect(modulesPathOf({})).toBe('/usr/local/lib/prosody-mods')
    expect(modulesPathOf({image: {modulesPath: '/x'}})).toBe('/x')
  })
})

describe('the definition of a source', () => {
  it('comes from the registry, or from the manifest with its defaults', () => {
    expect(sourceDefinition('jitsi', {}, registry)).toMatchObject({kind: 'github', layout: 'flat'})
    const manifest: Manifest = {
      sources: {
        own: {kind: 'path', path: './x'},
        web: {kind: 'url', url: 'https://h.example/x.tar', sha256: hex, layout: 'flat'},
        deb: {kind: 'debian', debs: []},
      },
    }
    expect(sourceDefinition('own', manifest, registry)).toEqual({
      id: 'own',
      kind: 'path',
      scheme: 'single',
      layout: 'folders',
      path: './x',
    })
    expect(sourceDefinition('web', manifest, registry)).toEqual({
      id: 'web',
      kind: 'url',
      scheme: 'single',
      layout: 'flat',
      url: 'https://h.example/x.tar',
      sha256: hex,
    })
    expect(sourceDefinition('deb', manifest, registry)).toMatchObject({kind: 'debian', scheme: 'debian'})
  })

  it.each(['nosuch', 'constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'is undefined for %s',
    (id) => {
      expect(sourceDefinition(id, {}, registry)).toBeUndefined()
      expect(sourceDefinition(id, {sources: {}}, registry)).toBeUndefined()
    },
  )

  it('is that of the registry, whatever the manifest says of its id', () => {
    const manifest: Manifest = {sources: {jitsi: {kind: 'path', path: './x'}}}
    expect(sourceDefinition('jitsi', manifest, registry)).toMatchObject({kind: 'github', layout: 'flat'})
  })
})
