import {describe, expect, it} from 'vitest'
import {embeddedRegistry} from '../../../src/registry/registry.ts'
import {placeInProsody} from '../../../src/resolve/prosody-place.ts'
import {parsePatch} from '../../../src/text/unified-patch.ts'

const {files} = embeddedRegistry().prosodyFiles

function placed(names: readonly string[], line = '13.0'): unknown {
  const text = names.map((name) => `--- ${name}\n+++ ${name}\n@@ -1 +1 @@\n-a\n+b\n`).join('')
  return placeInProsody(parsePatch(text).parts ?? [], files, line)
}

describe('placeInProsody', () => {
  it.each([
    [['muc.lib.lua'], {folder: 'modules/muc', strip: 0}],
    [['core/stanza_router.lua'], {folder: '', strip: 0}],
    [['a/core/features.lua'], {folder: '', strip: 1}],
    [['plugins/mod_websocket.lua'], {folder: 'modules', strip: 1}],
    [['a/plugins/muc/muc.lib.lua', 'a/plugins/mod_ping.lua'], {folder: 'modules', strip: 2}],
    [['a/modules/mod_ping.lua', 'a/core/features.lua'], {folder: '', strip: 1}],
  ])('%j', (names, place) => {
    expect(placed(names)).toEqual(place)
  })

  it.each([
    [['a/plugins/mod_ping.lua', 'a/core/features.lua']],
    [['mod_none.lua']],
    [['hidden.lib.lua', 'core/features.lua']],
  ])('tells that there is no one place for %j', (names) => {
    expect(placed(names)).toBeUndefined()
  })

  it('looks at the line of Prosody alone', () => {
    expect(placed(['core/features.lua'], '9.9')).toBeUndefined()
  })
})
