import {describe, expect, it} from 'vitest'
import {embeddedRegistry} from '../../../src/registry/registry.ts'
import {serveLibrary, servedText} from '../../../src/resolve/libraries.ts'
import {needsTargetOf} from '../../../src/resolve/needs.ts'

const registry = embeddedRegistry()
const known = registry.libraries

function target(prosody: string, debian: string, lua = '5.4'): ReturnType<typeof needsTargetOf> {
  return needsTargetOf({prosody, lua, debian}, registry)
}

const bookworm = target('0.12', 'bookworm')
const trixie = target('13.0', 'trixie')

describe('what serves a library', () => {
  it.each([
    ['string', bookworm, 'lua'],
    ['util.stanza', bookworm, 'prosody'],
    ['prosody.util.stanza', trixie, 'prosody'],
    ['proctitle', trixie, 'debian:lua-proctitle'],
    ['inspect', trixie, 'copy:lua-inspect'],
    ['luatz', trixie, 'rock:luatz@0.4-1'],
  ])('%s', (...[name, at, text]) => {
    expect(servedText(serveLibrary(name, at, known))).toBe(text)
  })
})

describe('why nothing serves it', () => {
  it.each([
    ['prosody.util.stanza', bookworm, 'this line of Prosody has no such library'],
    ['util.vcard', trixie, 'this line of Prosody has no such library'],
    ['proctitle', bookworm, 'lua-proctitle of trixie has it, but bookworm has no such package'],
    ['lcm', bookworm, 'liblcm-lua of bookworm has it for Lua 5.2, but not for Lua 5.4'],
    ['unbound', trixie, 'the library of lua-unbound is called lunbound'],
    ['no.such.library', trixie, 'no package and no rock is known that has it'],
  ])('%s', (...[name, at, reason]) => {
    expect(serveLibrary(name, at, known)).toEqual({by: 'unknown', reason})
  })
})
