import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {withoutAttributes, type Attribute} from '../../../src/lua/attributes.ts'
import {problemIn} from '../../../src/lua/parse.ts'
import {seeded} from '../../helpers/random.ts'

type Found = readonly [name: Attribute['name'], variable: string, line: number, column: number]

describe('withoutAttributes', () => {
  it.each<[source: string, text: string, ...found: Found[]]>([
    ['local x <const> = 1', 'local x         = 1', ['const', 'x', 1, 8]],
    [
      'local a, b <close>, c < const > = f()',
      'local a, b        , c           = f()',
      ['close', 'b', 1, 11],
      ['const', 'c', 1, 22],
    ],
    ['local y\n  <const>, z = 1', 'local y\n         , z = 1', ['const', 'y', 2, 2]],
    ['local x--[[a]]<--[[b]]const\n>', 'local x--[[a]] --[[b]]     \n ', ['const', 'x', 1, 14]],
    [
      'local function f() local q <close> = g() end local z <const> = 2',
      'local function f() local q         = g() end local z         = 2',
      ['close', 'q', 1, 27],
      ['const', 'z', 1, 53],
    ],
    ['for _ in f do local x <const> = _ end', 'for _ in f do local x         = _ end', ['const', 'x', 1, 22]],
    // A first line that a system reads.
    ['#!/bin/lua\nlocal x <const> = 1', '#!/bin/lua\nlocal x         = 1', ['const', 'x', 2, 8]],
    // Nothing that only looks like one.
    ['local x = a < const and b > c', 'local x = a < const and b > c'],
    ['-- local x <const>', '-- local x <const>'],
    ['s = "local x <const> = 1"', 's = "local x <const> = 1"'],
    ['local x <foo> = 1', 'local x <foo> = 1'],
    ['x <const> = 1', 'x <const> = 1'],
    ['local x <const>', 'local x        ', ['const', 'x', 1, 8]],
    ['local x <const', 'local x <const'],
    ['local s = "open <const>', 'local s = "open <const>'],
    // Lua reads >= as one token, and so does this.
    ['local x <const>= 1', 'local x <const>= 1'],
  ])('%j', (source, text, ...found) => {
    expect(withoutAttributes(source)).toEqual({
      text,
      attributes: found.map(([name, variable, line, column]) => ({name, variable, line, column})),
    })
  })
})

describe('problemIn', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'prosody-mods-lua-'))
  })
  afterAll(() => rmSync(folder, {recursive: true}))

  it('accepts of generated local statements what luac5.4 accepts', () => {
    const random = seeded(54)
    const pick = (...all: readonly string[]): string => all[random(all.length)] ?? ''
    const name = (): string =>
      pick('a', 'b', 'close', 'const') +
      pick('', ' ', '\n') +
      pick('', '', '<const>', '< close >', '<const >', '<', '<foo>')
    let accepted = 0
    for (let round = 0; round < 150; round += 1) {
      const names = Array.from({length: 1 + random(3)}, name).join(pick(',', ' , ', ' '))
      const source = `local ${names} ${pick('', '= 1', '= a < const', '= f(), "<const>"')}${pick('', ';', ' -- <const>')}\n`
      const isLua = luac(source)
      expect(problemIn(Buffer.from(source)) === undefined, JSON.stringify(source)).toBe(isLua)
      if (isLua) accepted += 1
    }
    expect(accepted).toBeGreaterThan(20)
  })

  /** Whether the real compiler takes it. */
  function luac(source: string): boolean {
    const path = join(folder, 'a.lua')
    writeFileSync(path, source)
    try {
      execFileSync('luac5.4', ['-p', path], {stdio: ['ignore', 'ignore', 'pipe']})
      return true
    } catch (error) {
      // Two rules of its code generator are no syntax: one variable at most is closed, and constants are not assigned.
      return String((error as {stderr?: Buffer}).stderr).includes('multiple to-be-closed')
    }
  }
})
