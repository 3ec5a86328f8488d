import {seeded} from './random.ts'

/** A program of Lua made up by a seed: much shadowing, many closures, jumps, dead code and odd layout. */
export function luaProgram(seed: number): string {
  return new Writer(seeded(seed)).program()
}

/** The same, damaged at one place: most of these are not valid. */
export function brokenProgram(seed: number): string {
  // luacheck stops at options that it does not understand.
  const program = luaProgram(seed).replaceAll('luacheck:', '')
  const random = seeded(seed + 1)
  const at = random(program.length)
  const junk = [
    'end',
    ')',
    '(',
    ' = ',
    '"',
    "'",
    '[[',
    '--[[',
    ',',
    ' then ',
    ' do ',
    '1x',
    '0x',
    '\\',
    'ä',
    '$',
    '...',
    ' break ',
  ]
  const inserted = [
    ...junk,
    ' goto gone ',
    '::l1::',
    ' local ',
    ' if ',
    ' function ',
    '}',
    '{',
    ']',
    '"\\q"',
    '"\\xg"',
    '"\\u{}"',
    '"\\999"',
    '\0',
  ]
  const removed = random(3) === 0 ? random(12) : 0
  const text = random(4) === 0 ? '' : (inserted[random(inserted.length)] ?? '')
  const broken = program.slice(0, at) + text + program.slice(at + (text === '' ? 1 + removed : removed))
  // luacheck reads attributes of any name (docs/lint.md).
  return /<\s*(?!(?:const|close)\s*>)[A-Za-z_]\w*\s*>/.test(broken) ? program : broken
}

const names = ['a', 'b', 'c', 'x', 'y', '_', '_z', 'self', 'f', 'g']
const globals = [
  'print',
  'string',
  'table',
  'foo',
  'os',
  'io',
  'bar',
  '_G',
  'unpack',
  'bit32',
  'package',
  'module',
]
const fields = ['insert', 'format', 'x', 'len', 'unpack', 'path', 'loaded', 'y', 'stdout']
const binary = [
  ...['+', '-', '*', '/', '%', '..', '==', '~=', '<', '>', '<=', '>=', 'and', 'or', '^'],
  ...['//', '&', '|', '~', '<<', '>>'],
]
/** Numbers in every form, strings with every escape, long strings of several levels. */
const literals = [
  ...['1', '0.5', '"s"', 'nil', 'true', 'false', "'a\\\nb'", '[[c \nd]]'],
  ...['0x1F', '0xA.8p-1', '0xap1', '3.', '.5', '1e10', '2E+3', '5e-7', '1e999', '9007199254740993', '0X1P+2'],
  ...['[==[ ]] ]=] ]==]', '[=[\n]=]', "'\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\\''", '"\\x41\\065\\7"'],
  ...['"\\u{48}\\u{20AC}\\u{10FFFF}"', '"a\\z\n   b"', '"\\0"', '"ä"', '"--[[ "', '""', '"\\\r\n"'],
]
/** What modules of Prosody do with what the server gives them. */
const idioms = [
  'module:hook("muc-room-created", function (event) local room = event.room; return room end, -1);',
  'local a = module:get_option_string("name", "default") or "other"',
  'local b = module:get_option_set("names", { "x", "y" }):contains("x")',
  'local c <const> = module:get_option_enum("mode", "on", "off")',
  'local ok, lib = pcall(require, "util.json"); print(ok, lib)',
  'local x = require "util.stanza".stanza("iq"):tag("query", { xmlns = "jabber:iq:roster" }):up()',
  'local y = module:require("muc/util")',
  'module:depends "http"; module:depends("disco", true)',
  'module:provides("http", { default_path = "/x"; route = { ["GET /y"] = f, ["POST /*"] = g } })',
  'module:set_global(); function module.add_host(m) m:hook("x", f) end',
  'module:context("*"):fire_event("done", { [1] = x, y = ... })',
  'module:open_store("archive", "archive"); module:add_feature("urn:xmpp:x")',
  '\n--% requires: net.http\n-- see XEP-0045 and XEP 0313\n',
]
const options = [
  'ignore',
  'ignore 2 4',
  'ignore 21.',
  'ignore .*x.*',
  'push',
  'pop',
  'push ignore 1',
  'push no unused',
  'no unused args',
  'no unused',
  'unused args',
  'globals foo bar.x',
  'read globals bar, new globals foo.x',
  'not globals print string.len',
  'std lua51',
  'std +busted',
  'std nothing',
  'no max line length',
  'max line length 20',
  'max code line length x',
  'max cyclomatic complexity 1',
  'only 11. 2',
  'enable 6 (in words)',
  'no self, no redefined',
  'compat',
  'no compat, std none',
  'module, allow defined top',
  'allow defined',
  'no unused secondaries',
  'whatever',
  '',
  'std',
  'ignore, ',
  'no global',
]
const blanks = ['', '', '', '', '', '', ' ', '\t', '  \t']

class Writer {
  readonly #random: (below: number) => number
  #left = 60
  #labels = 0
  #loops = 0
  #dots = [true]
  /** Labels that may be jumped back to, by function. */
  #back: string[][] = [[]]

  constructor(random: (below: number) => number) {
    this.#random = random
  }

  program(): string {
    return `${this.#block(0)}${this.#maybe(4, () => '\n')}`
  }

  #one<T>(all: readonly T[]): T {
    const one = all[this.#random(all.length)]
    if (one === undefined) throw new Error('nothing to choose from')
    return one
  }

  #maybe(one: number, text: () => string): string {
    return this.#random(one) === 0 ? text() : ''
  }

  #many(most: number, text: () => string, between = ', '): string {
    return Array.from({length: 1 + this.#random(most)}, text).join(between)
  }

  #block(depth: number, mayEnd = true): string {
    const indent = this.#one(['', '  ', '\t', '   ', ' \t']).repeat(depth > 0 ? 1 : 0)
    const lines: string[] = []
    const known = this.#back.at(-1)?.length ?? 0
    for (let left = this.#random(6) + (depth === 0 ? 6 : 0); left > 0 && this.#left > 0; left -= 1) {
      this.#left -= 1
      const end = this.#one(['', '', '', '', ';', '; ;']) + this.#one(blanks) + this.#comment()
      const statement = this.#statement(depth)
      // Lest parentheses be taken for arguments of what stands before.
      lines.push(indent + (statement.startsWith('(') ? ';' : '') + statement + end)
    }
    if (mayEnd) lines.push(this.#last(indent))
    this.#back.at(-1)?.splice(known)
    return lines.filter((line) => line !== '').join(this.#one(['\n', '\n', '\n', '\r\n', '\n\n']))
  }

  #last(indent: string): string {
    switch (this.#random(8)) {
      case 0:
        return `${indent}return ${this.#random(2) === 0 ? '' : this.#many(2, () => this.#expression(2))}${this.#one(['', ';'])}`
      case 1:
        return this.#loops > 0 ? `${indent}break` : ''
      case 2:
        return `${indent}${this.#one(blanks)}`
      default:
        return ''
    }
  }

  #comment(): string {
    switch (this.#random(14)) {
      case 0:
        return ` -- luacheck: ${this.#one(options)}`
      case 1:
        return `\n-- luacheck: ${this.#one(options)}`
      case 2:
        return ` -- über ${this.#one(blanks)}`
      case 3:
        return this.#one([' --[[ long\ncomment ]]', ' --[==[ ]] ]==]', '--', ' --[=x', ' --[[]]'])
      default:
        return ''
    }
  }

  #statement(depth: number): string {
    const deep = depth > 4
    switch (this.#random(deep ? 9 : 23)) {
      case 0:
      case 1:
        return `local ${this.#many(3, () => this.#one(names))} = ${this.#many(3, () => this.#expression(depth))}`
      case 2:
        return `local ${this.#many(2, () => this.#name())}`
      case 3:
      case 4:
        return `${this.#many(2, () => this.#target(depth))} = ${this.#many(2, () => this.#expression(depth))}`
      case 5:
        return `${this.#one(names)} = ${this.#expression(depth)}`
      case 6:
        return this.#call(depth)
      case 7:
        return this.#backward()
      case 8:
        return `local ${this.#one(names)} = ${this.#one(globals)}${this.#maybe(2, () => `.${this.#one(fields)}`)}`
      case 9:
      case 10:
        return this.#if(depth)
      case 11:
        return `while ${this.#condition(depth)} do\n${this.#loop(depth)}\nend`
      case 12:
        return `repeat\n${this.#loop(depth)}\nuntil ${this.#condition(depth)}`
      case 13:
        return `for ${this.#one(names)} = ${this.#one(['1', '#a', '#x'])}, ${this.#one(['1', '0', '10', 'b', '-1'])}${this.#maybe(3, () => this.#one([', -1', ', 1', ', c']))} do\n${this.#loop(depth)}\nend`
      case 14:
        return `for ${this.#many(3, () => this.#one(names))} in ${this.#many(2, () => this.#expression(depth))} do\n${this.#loop(depth)}\nend`
      case 15:
        return `do\n${this.#block(depth + 1)}\nend`
      case 16:
      case 17:
        return `local function ${this.#one(names)}${this.#function(depth)}`
      case 18:
        return `function ${this.#one(names)}${this.#maybe(2, () => `${this.#one(['.', ':'])}${this.#one(fields)}`)}${this.#function(depth)}`
      case 19:
        return this.#forward(depth)
      case 20:
        return this.#one(idioms).replaceAll('...', this.#dots.at(-1) === true ? '...' : 'nil')
      default:
        return this.#one(['if x then end', 'do end', 'do ; end', ';', 'if a then else end', 'local _ENV = x'])
    }
  }

  #name(): string {
    return this.#one(names) + this.#maybe(8, () => this.#one([' <const>', '<close>']))
  }

  #if(depth: number): string {
    const elseif = this.#maybe(3, () => `\nelseif ${this.#condition(depth)} then\n${this.#block(depth + 1)}`)
    const otherwise = this.#maybe(2, () => `\nelse\n${this.#block(depth + 1)}`)
    return `if ${this.#condition(depth)} then\n${this.#block(depth + 1)}${elseif}${otherwise}\nend`
  }

  #loop(depth: number): string {
    this.#loops += 1
    const body = this.#block(depth + 1)
    this.#loops -= 1
    return body
  }

  /** A jump out of a block to its end. */
  #forward(depth: number): string {
    this.#labels += 1
    const label = `l${this.#labels}`
    const jump = this.#one([
      `goto ${label}`,
      `if ${this.#condition(depth)} then goto ${label} end`,
      'local q',
    ])
    return `do ${jump}\ndo ${this.#block(depth + 1)}\nend\n::${label}:: end`
  }

  #backward(): string {
    const known = this.#back.at(-1) ?? []
    if (known.length > 0 && this.#random(2) === 0)
      return `if ${this.#condition(9)} then goto ${this.#one(known)} end`
    this.#labels += 1
    const label = `l${this.#labels}`
    known.push(label)
    return `::${label}::`
  }

  #function(depth: number): string {
    const dots = this.#random(4) === 0
    const parameters = [
      ...Array.from({length: this.#random(3)}, () => this.#one(names)),
      ...(dots ? ['...'] : []),
    ]
    const loops = this.#loops
    this.#loops = 0
    this.#dots.push(dots)
    this.#back.push([])
    const body = this.#block(depth + 1)
    this.#back.pop()
    this.#dots.pop()
    this.#loops = loops
    return `(${parameters.join(', ')})\n${body}\nend`
  }

  #condition(depth: number): string {
    return this.#random(4) === 0
      ? this.#one([
          'true',
          'false',
          'nil',
          '1',
          '{}',
          '(f())',
          '(true)',
          'not a == b',
          'not (a == b)',
          '"not" == x',
        ])
      : this.#expression(depth)
  }

  #target(depth: number): string {
    const base = this.#random(4) === 0 ? this.#one(globals) : this.#one(names)
    switch (this.#random(5)) {
      case 0:
        return base
      case 1:
        return `${base}[ ${this.#expression(depth + 3)} ]`
      case 2:
        return `${base}.${this.#one(fields)}.${this.#one(fields)}`
      case 3:
        return this.#prefixed()
      default:
        return `${base}.${this.#one(fields)}`
    }
  }

  #prefixed(): string {
    return `${this.#one(['(a)', 'f()', '(f())', '(a or b)', 'x:y()'])}.${this.#one(fields)}`
  }

  #call(depth: number): string {
    const base = this.#random(3) === 0 ? this.#one(globals) : this.#one(names)
    const suffix = this.#one([
      '',
      '',
      `.${this.#one(fields)}`,
      `:${this.#one(fields)}`,
      `[${this.#one(names)}]`,
    ])
    const args = this.#one([
      () => `(${this.#many(2, () => this.#expression(depth + 1))})`,
      () => '()',
      () => ' "text"',
      () => ` ${this.#table(depth + 1)}`,
    ])()
    return base + suffix + args
  }

  #table(depth: number): string {
    const field = (): string =>
      this.#one([
        () => this.#expression(depth + 2),
        () => `${this.#one(fields)} = ${this.#expression(depth + 2)}`,
        () =>
          `[${this.#one(['1', '2', '-1', '0x1', '1.0', '"x"', 'true', 'a', '"a b"', '(1)'])}] = ${this.#expression(depth + 2)}`,
      ])()
    return `{${this.#random(3) === 0 ? '' : this.#many(4, field, this.#one([', ', '; ']))}}`
  }

  #expression(depth: number): string {
    const simple = depth > 4
    switch (this.#random(simple ? 8 : 17)) {
      case 0:
      case 1:
      case 2:
        return this.#one(names)
      case 3:
        return this.#one(literals)
      case 4:
        return `${this.#one(globals)}.${this.#one(fields)}`
      case 5:
        return `${this.#one(names)}.${this.#one(fields)}`
      case 6:
        return this.#dots.at(-1) === true ? this.#one(['...', '(...)']) : this.#one(globals)
      case 7:
        return this.#one(globals)
      case 8:
      case 9:
        return `${this.#expression(depth + 1)} ${this.#one(binary)} ${this.#expression(depth + 1)}`
      case 10:
        return `${this.#one(['not ', '- ', '#', '~', '- - ', 'not not '])}${this.#expression(depth + 2)}`
      case 11:
        return `(${this.#expression(depth + 1)})`
      case 12:
        return this.#call(depth + 1)
      case 13:
        return `(${this.#call(depth + 1)})`
      case 14:
        return this.#table(depth)
      default:
        return `function${this.#function(depth)}`
    }
  }
}
