import {describe, expect, it} from 'vitest'
import {factsOf} from '../../../../src/facts/facts.ts'
import {SourceLines} from '../../../../src/lua/source-lines.ts'
import {unsetNames} from '../../../../src/operations/explain/options.ts'

const code = `local prefix = module:get_option_string("rooms_prefix")
local domain = module:get_option_string("rooms_domain")
local port = module:get_option_number("rooms_port", 80)
local rooms = prefix .. "." .. domain
local lobby = "lobby." .. module:get_option_string("lobby_domain") .. prefix
local next_port = port + 1
prefix:register(domain)
assert(domain)
local admin = assert(module:get_option("rooms_admin"))
`

describe('an error of a nil', () => {
  const facts = factsOf(Buffer.from(code), 'rooms').facts
  if (facts === undefined) throw new Error('the code is broken')
  it.each([
    [4, "attempt to concatenate a nil value (local 'domain')", ['rooms_domain']],
    [4, "attempt to concatenate local 'domain' (a nil value)", ['rooms_domain']],
    [4, "attempt to concatenate a nil value (upvalue 'prefix')", ['rooms_prefix']],
    [4, 'attempt to concatenate a nil value', ['rooms_prefix', 'rooms_domain']],
    [5, "attempt to concatenate a nil value (local 'prefix')", ['rooms_prefix']],
    [6, 'attempt to perform arithmetic on a nil value', []],
    // What is nil there is the method, not what has it.
    [7, "attempt to call a nil value (method 'register')", []],
    [7, "attempt to index a nil value (local 'prefix')", ['rooms_prefix']],
    [4, "attempt to compare two table values (local 'domain')", []],
    [8, 'assertion failed!', ['rooms_domain']],
    [9, 'assertion failed!', ['rooms_admin']],
    [9, 'rooms are closed', []],
  ])('on line %i, %s, comes of %j', (line, text, names) => {
    expect(unsetNames(facts, {line, text, source: new SourceLines(code)})).toEqual(names)
  })
})
