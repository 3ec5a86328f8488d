import {readdirSync, readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import ts from 'typescript'
import {describe, expect, it} from 'vitest'
import {bareName, isPrefixed, mainFile, mainOf, moduleOfPath, prefixed} from '../../src/module-name.ts'
import {placesOf} from '../../src/prosody/module-files.ts'

describe('the name of a module', () => {
  it('has a prefix in files, and none where people go by it', () => {
    expect([prefixed('muc'), mainFile('muc')]).toEqual(['mod_muc', 'mod_muc.lua'])
    expect(['mod_muc', 'MOD_muc', 'muc', 'mod_mod_x', 'amod_x', 'mo'].map(bareName)).toEqual([
      'muc',
      'muc',
      'muc',
      'mod_x',
      'amod_x',
      'mo',
    ])
    expect(['mod_muc', 'muc', 'modmuc'].map(isPrefixed)).toEqual([true, false, false])
  })

  it('is told by its main file, wherever that lies', () => {
    expect(mainOf('mod_muc.lua')).toBe('muc')
    expect(mainOf('/srv/a/mod_a-b.lua')).toBe('a-b')
    expect(mainOf('muc/mod_muc.lua.orig')).toBeUndefined()
    expect(mainOf('muc/muc.lib.lua')).toBeUndefined()
    expect(mainOf('xmod_muc.lua')).toBeUndefined()
  })

  it('is told by the first folder of what belongs to it', () => {
    expect(moduleOfPath('mod_muc/muc.lib.lua')).toBe('muc')
    expect(moduleOfPath('mod_muc.lua')).toBe('muc')
    expect(moduleOfPath('lib/mod_muc.lua')).toBeUndefined()
    expect(moduleOfPath('mod_muc')).toBeUndefined()
  })
})

it('the places of a file stand in the order in which Prosody tries them', () => {
  expect(placesOf('a', 'x.lib.lua')).toEqual([
    'mod_a/a/x.lib.lua',
    'mod_a/x.lib.lua',
    'a/x.lib.lua',
    'x.lib.lua',
  ])
})

const root = fileURLToPath(new URL('../../src/', import.meta.url))
const own = new Set(['module-name.ts', 'prosody/module-files.ts'])

/** Places of a source text that make a path of a module, or take one apart, by themselves. */
function spellings(text: string): string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (
      ts.isTemplateExpression(node) &&
      /mod_\$\{[^}]*\}(?:\/|\.lua\b)|^`mod_\$\{[^}]*\}`$/.test(node.getText())
    )
      found.push(node.getText())
    if (ts.isStringLiteral(node) && node.text === 'mod_') found.push(node.getText())
    if (ts.isRegularExpressionLiteral(node) && node.text.startsWith('/^mod_')) found.push(node.getText())
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true))
  return found
}

it('spellings of a path are found', () => {
  const text =
    'f(`mod_${a}.lua`, `x/mod_${a}/y`, `mod_${a}`, `it needs mod_${a}`); "mod_"; t.replace(/^mod_/, "")'
  expect(spellings(text)).toEqual(['`mod_${a}.lua`', '`x/mod_${a}/y`', '`mod_${a}`', '"mod_"', '/^mod_/'])
})

it('nothing else makes a path of a module, or takes the prefix off a name', () => {
  const files = readdirSync(root, {recursive: true, encoding: 'utf8'}).filter((path) => path.endsWith('.ts'))
  expect(files.length).toBeGreaterThan(400)
  const found = files
    .filter((path) => !own.has(path))
    .flatMap((path) => spellings(readFileSync(root + path, 'utf8')).map((text) => `${path}: ${text}`))
  expect(found).toEqual([])
})
