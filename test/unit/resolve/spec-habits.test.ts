import {expect, it} from 'vitest'
import {meantBy} from '../../../src/resolve/spec-habits.ts'
import {parseSpec} from '../../../src/resolve/spec.ts'

it.each([
  ['muc_moderation==2026.7.23', 'muc_moderation@2026.7.23'],
  ['jitsi/polls=9955', 'jitsi/polls@9955'],
  ['polls===9955', 'polls@9955'],
  ['polls>=9955', 'polls@>=9955'],
  ['jitsi/*>=9955 <11000', 'jitsi/*@>=9955 <11000'],
  ['polls^9955', 'polls@^9955'],
  ['polls~9955', 'polls@~9955'],
  ['polls~=9955', 'polls@~9955'],
  ['polls ~> 9955', 'polls@~9955'],
  ['polls:9955', 'polls@9955'],
  ['polls.lua', 'polls'],
  ['mod_polls.lua', 'polls'],
  ['jitsi/mod_polls.lua', 'jitsi/polls'],
  ['mod_polls.lua@9955', 'polls@9955'],
])('%s means %s', (text, spec) => {
  expect(meantBy(text)?.spec).toBe(spec)
  expect(() => parseSpec(text)).toThrow(
    expect.objectContaining({
      code: 'SPEC_INVALID',
      details: expect.objectContaining({meant: spec}) as object,
    }),
  )
  expect(parseSpec(spec)).toMatchObject({kind: 'module'})
})

it.each(['polls', 'jitsi/polls@9955', 'jitsi@>=1 <2', 'a.b', 'npm:x', '.lua', './mod_x.lua', 'x@a=b', ''])(
  '%s means nothing else',
  (text) => {
    expect(meantBy(text)).toBeUndefined()
  },
)
