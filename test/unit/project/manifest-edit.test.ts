import {describe, expect, it} from 'vitest'
import {editManifest, type ManifestChange} from '../../../src/project/manifest-edit.ts'
import {seeded} from '../../helpers/random.ts'

const set = (key: string, value: unknown): ManifestChange => ({path: ['modules', key], value})
const drop = (key: string): ManifestChange => ({path: ['modules', key], value: undefined})
const source = (id: string, value: unknown): ManifestChange => ({path: ['sources', id], value})

const three = `{
  "$schema": "x",
  "modules": {
    "a/b": "1",
    "a/d": "2",
    "a/f": "3"
  },
  "trust": "registry"
}
`

/** The lines that are only in one of two texts: `-old`, `+new`, in order. */
function lineDiff(before: string, after: string): string[] {
  const [old, fresh] = [before.split('\n'), after.split('\n')]
  let head = 0
  while (head < Math.min(old.length, fresh.length) && old[head] === fresh[head]) head += 1
  let tail = 0
  while (
    tail < Math.min(old.length, fresh.length) - head &&
    old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]
  )
    tail += 1
  return [
    ...old.slice(head, old.length - tail).map((line) => `-${line}`),
    ...fresh.slice(head, fresh.length - tail).map((line) => `+${line}`),
  ]
}

function modulesOf(text: string): Record<string, unknown> {
  const {modules} = JSON.parse(text.replace(/^\uFEFF/, '')) as {modules: Record<string, unknown>}
  return modules
}

describe('which lines change', () => {
  it.each([
    ['a key before the first', [set('a/a', '9')], ['+    "a/a": "9",']],
    ['a key in the middle', [set('a/c', '9')], ['+    "a/c": "9",']],
    ['a key behind the last', [set('a/g', '9')], ['-    "a/f": "3"', '+    "a/f": "3",', '+    "a/g": "9"']],
    ['another value', [set('a/d', '9')], ['-    "a/d": "2",', '+    "a/d": "9",']],
    ['the same value', [set('a/d', '2')], []],
    ['the first removed', [drop('a/b')], ['-    "a/b": "1",']],
    ['the middle one removed', [drop('a/d')], ['-    "a/d": "2",']],
    ['the last removed', [drop('a/f')], ['-    "a/d": "2",', '-    "a/f": "3"', '+    "a/d": "2"']],
    ['one that is not there removed', [drop('a/x')], []],
    ['removed and added again', [drop('a/d'), set('a/d', '2')], []],
    ['a removal below a key that is not there', [source('x', undefined)], []],
  ])('%s', (_, changes, expected) => {
    expect(lineDiff(three, editManifest(three, changes))).toEqual(expected)
  })

  it('leaves an object that is written on one line there when its neighbour is new', () => {
    const text = '{\n  "modules": {"a/b": "1"},\n  "pluginPaths": {"before": ["/x"],  "after": []}\n}\n'
    const edited = editManifest(text, [source('own', {kind: 'path', path: './x'})])
    expect(edited).toBe(
      '{\n  "modules": {"a/b": "1"},\n  "pluginPaths": {"before": ["/x"],  "after": []},\n' +
        '  "sources": {\n    "own": {\n      "kind": "path",\n      "path": "./x"\n    }\n  }\n}\n',
    )
  })

  it.each([
    ['{"modules": {"a/b": "1"}}', [set('a/c', '2')], '{"modules": {"a/b": "1", "a/c": "2"}}'],
    ['{"modules": {"a/b": "1"}}', [set('a/a', '2')], '{"modules": {"a/a": "2", "a/b": "1"}}'],
    ['{"modules": {"a/b": "1", "a/c": "2"}}', [drop('a/b')], '{"modules": {"a/c": "2"}}'],
    ['{"modules": {"a/b": "1", "a/c": "2"}}', [drop('a/c')], '{"modules": {"a/b": "1"}}'],
    ['{"modules": {"a/b": "1"}}', [drop('a/b')], '{"modules": {}}'],
    [
      '{"modules":{"a/b":"1"}}',
      [source('own', {kind: 'path', path: './x'})],
      '{"modules":{"a/b":"1"}, "sources": {"own": {"kind": "path", "path": "./x"}}}',
    ],
  ])('keeps %s on its line', (text, changes, expected) => {
    expect(editManifest(text, changes)).toBe(expected)
  })
})

describe('where a new key goes', () => {
  it('last, where the others are not sorted', () => {
    const text = three.replace('"a/b"', '"z/z"')
    expect(Object.keys(modulesOf(editManifest(text, [set('a/c', '9')])))).toEqual([
      'z/z',
      'a/d',
      'a/f',
      'a/c',
    ])
  })

  it('by its own name at the top, not by the name below it', () => {
    const text = '{\n  "modules": {},\n  "prosody": "13.0"\n}\n'
    const edited = editManifest(text, [source('acme', {kind: 'path', path: './x'})])
    expect(Object.keys(JSON.parse(edited) as object)).toEqual(['modules', 'prosody', 'sources'])
  })

  it('behind the keys that init writes', () => {
    const text = '{\n  "prosody": "13.0",\n  "image": {},\n  "modules": {}\n}\n'
    const edited = editManifest(text, [source('acme', {kind: 'path', path: './x'}), set('acme/x', '*')])
    expect(Object.keys(JSON.parse(edited) as object)).toEqual(['prosody', 'image', 'modules', 'sources'])
  })
})

describe('the form of the file', () => {
  const forms = ['  ', '    ', '\t'].flatMap((indent) => ['\n', '\r\n'].map((eol) => [indent, eol] as const))
  it.each(forms)('indent %j and line end %j', (indent, eol) => {
    const form = (value: unknown): string =>
      JSON.stringify(value, undefined, indent).replaceAll('\n', eol) + eol
    const before = {modules: {'a/b': '1'}, zoo: [1, {deep: true}]}
    const edited = editManifest(form(before), [
      set('a/a', '0'),
      set('a/c', '2'),
      source('own', {kind: 'path', path: './x'}),
    ])
    expect(edited).toBe(
      form({
        modules: {'a/a': '0', 'a/b': '1', 'a/c': '2'},
        sources: {own: {kind: 'path', path: './x'}},
        zoo: [1, {deep: true}],
      }),
    )
    const back = editManifest(edited, [drop('a/a'), drop('a/c'), {path: ['sources'], value: undefined}])
    expect(back).toBe(form(before))
  })

  it('keeps a BOM, a missing newline at the end and odd spacing', () => {
    const text = '\uFEFF{\n  "odd" :   [ 1,2 ],\n\n  "modules": {\n      "a/b":"1"\n  }}'
    const edited = editManifest(text, [set('a/c', '2')])
    expect(lineDiff(text, edited)).toEqual(['-      "a/b":"1"', '+      "a/b":"1",', '+      "a/c": "2"'])
    expect(edited.startsWith('\uFEFF{')).toBe(true)
    expect(edited.endsWith('}}')).toBe(true)
  })

  it.each(['{}', '{ }', '{\n}', '{}\n'])('fills %j', (text) => {
    const edited = editManifest(text, [set('a/b', '1')])
    expect(edited).toBe(`{\n  "modules": {\n    "a/b": "1"\n  }\n}${text.endsWith('}\n') ? '\n' : ''}`)
  })

  it('keeps unknown keys, numbers and escapes as they are written', () => {
    const text = '{\n  "x-note": "caf\\u00e9 \\/ 1.0e2",\n  "n": 1.0e2,\n  "modules": {}\n}\n'
    const edited = editManifest(text, [set('a/b', '1')])
    expect(lineDiff(text, edited)).toEqual(['-  "modules": {}', '+  "modules": {', '+    "a/b": "1"', '+  }'])
  })

  it('adds to and removes from nested sources', () => {
    const text = `{
  "modules": {"own/a": "*", "two/b": "*"},
  "sources": {
    "own": {
      "kind": "path",
      "path": "./own"
    },
    "two": {"kind": "path", "path": "./two"}
  }
}
`
    const removed = editManifest(text, [drop('own/a'), source('own', undefined)])
    expect(removed).toBe(
      '{\n  "modules": {"two/b": "*"},\n  "sources": {\n    "two": {"kind": "path", "path": "./two"}\n  }\n}\n',
    )
    const replaced = editManifest(text, [source('two', {kind: 'path', path: './three'})])
    expect(JSON.parse(replaced)).toMatchObject({sources: {own: {path: './own'}, two: {path: './three'}}})
    expect(lineDiff(text, replaced)[0]).toBe('-    "two": {"kind": "path", "path": "./two"}')
  })
})

it('acts on the value that counts where a key stands twice, and removes both', () => {
  const text = '{\n  "modules": {\n    "a/b": "1",\n    "a/c": "2",\n    "a/b": "3"\n  }\n}\n'
  expect(modulesOf(editManifest(text, [set('a/b', '9')]))['a/b']).toBe('9')
  expect(modulesOf(editManifest(text, [drop('a/b')]))).toEqual({'a/c': '2'})
})

it('takes __proto__ and constructor as names like any other', () => {
  const text = '{\n  "modules": {}\n}\n'
  const edited = editManifest(text, [set('__proto__', '1'), set('constructor', '2')])
  expect(Object.entries(modulesOf(edited))).toEqual([
    ['__proto__', '1'],
    ['constructor', '2'],
  ])
})

it('gives valid JSON with exactly the wanted keys after any series of changes', () => {
  const random = seeded(42)
  for (const start of [three, '{}', '{"modules": {"a/b": "1"}}', three.replaceAll('\n', '\r\n')]) {
    let text = start
    const expected: Record<string, unknown> = text.includes('modules') ? modulesOf(text) : {}
    for (let step = 0; step < 150; step += 1) {
      const key = `s/m${random(12)}`
      const value = random(3) === 0 ? undefined : String(random(5))
      text = editManifest(text, [set(key, value)])
      if (value === undefined) Reflect.deleteProperty(expected, key)
      else expected[key] = value
      expect('modules' in (JSON.parse(text) as object) ? modulesOf(text) : {}).toEqual(expected)
    }
  }
})
