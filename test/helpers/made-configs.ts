import {seeded} from './random.ts'

/** A configuration of several files: text by path, the first of which Prosody is started with. */
export interface MadeConfig {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
}

/** Variables of the environment that are set where Prosody reads a configuration; others are not. */
export const environment: Readonly<Record<string, string>> = {SET_A: 'alpha', SET_B: '42', EMPTY: ''}

type Type = 'string' | 'number' | 'boolean' | 'table'

/** Makes a configuration out of a number: statements of all kinds, in a few files. Prosody stops at few of them. */
export function madeConfig(seed: number): MadeConfig {
  const maker = new Maker(seed)
  return {name: `made ${seed}`, files: maker.files()}
}

const options = [
  'alpha_option',
  'beta_option',
  'gamma_option',
  'log',
  'admins',
  'ssl',
  'storage',
  'authentication',
]
const hosts = ['one.example', 'Two.Example', 'three.example', 'xn--4ca.example']
const rooms = ['rooms.example', 'Upload.example', 'ext.example']
const words = [
  'disco',
  'ping',
  'roster',
  'smacks',
  'tls',
  's2s_bidi',
  'mam',
  'c2s',
  'offline',
  'x y',
  'ü',
  '',
]

class Maker {
  readonly #below: (bound: number) => number
  readonly #files: Record<string, string> = {}
  #scopes: Map<string, Type>[] = [new Map<string, Type>()]
  #count = 0
  #pending: string[] = []

  constructor(seed: number) {
    this.#below = seeded(seed * 7919 + 13)
    for (let skip = 0; skip < 5; skip += 1) this.#below(2)
  }

  files(): Record<string, string> {
    this.#files['main.cfg.lua'] = this.#file(12 + this.#below(12))
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop())
      this.#files[next] = this.#file(2 + this.#below(5))
    return this.#files
  }

  #file(count: number): string {
    this.#scopes = [new Map<string, Type>()]
    return `${this.#block(count, 0)}\n`
  }

  #block(count: number, depth: number): string {
    this.#scopes.push(new Map())
    const lines = Array.from({length: count}, () => this.#statement(depth))
    this.#scopes.pop()
    return lines.join(this.#below(4) === 0 ? ';\n' : '\n')
  }

  #statement(depth: number): string {
    const pick = this.#below(depth > 2 ? 12 : 22)
    if (pick < 5) return `${this.#of(options)} = ${this.#any(0)}`
    if (pick < 7) return `modules_${this.#below(4) === 0 ? 'dis' : 'en'}abled = ${this.#modules()}`
    if (pick < 9) return this.#local()
    if (pick < 10) return this.#change()
    if (pick < 12) return this.#host()
    return this.#compound(pick, depth)
  }

  #compound(pick: number, depth: number): string {
    const body = (): string => this.#block(1 + this.#below(3), depth + 1)
    switch (pick) {
      case 12:
      case 13:
        return `if ${this.#condition()} then\n${body()}\nend`
      case 14:
        return `if ${this.#condition()} then\n${body()}\nelseif ${this.#condition()} then\n${body()}\nelse\n${body()}\nend`
      case 15:
        return `do\n${body()}\nend`
      case 16:
        return this.#loop(depth)
      case 17:
        return this.#function(depth)
      case 18:
      case 19:
        return this.#include()
      case 20:
        return `-- ${this.#word()}\n--[[ ${this.#of(options)} = 1\n]] ${this.#of(options)} = nil`
      default:
        return `${this.#of(options)}, ${this.#of(options)} = ${this.#any(0)}, ${this.#any(0)}`
    }
  }

  #host(): string {
    const name = JSON.stringify(this.#of(hosts))
    const room = JSON.stringify(this.#of(rooms))
    const settings = (): string =>
      `{ ${this.#of(options)} = ${this.#any(1)}; modules_enabled = ${this.#modules()} }`
    switch (this.#below(7)) {
      case 0:
        return `VirtualHost ${name} ${settings()}`
      case 1:
        return `Component ${room} "muc"\n${this.#of(options)} = ${this.#any(0)}`
      case 2:
        return `Component ${room} "muc" ${settings()}`
      case 3:
        return `Component(${room})\nmodules_enabled = ${this.#modules()}`
      case 4:
        return `Host ${name}`
      default:
        return `VirtualHost ${name}\nmodules_enabled = ${this.#modules()}`
    }
  }

  #local(): string {
    const type = this.#of(['string', 'number', 'boolean', 'table', 'table'] as const)
    const value = this.#typed(type, 0)
    const name = `l${(this.#count += 1)}`
    this.#scopes.at(-1)?.set(name, type)
    return `local ${name} = ${value}`
  }

  /** Of a local variable or of a table that one has. */
  #change(): string {
    const table = this.#known('table')
    if (table !== undefined)
      return this.#of([
        `table.insert(${table}, ${this.#typed('string', 1)})`,
        `${table}[#${table} + 1] = ${this.#typed('string', 1)}`,
        `${table}.key = ${this.#any(1)}`,
        `table.insert(${table}, 1, "front")`,
      ])
    const type = this.#of(['string', 'number'] as const)
    const name = this.#known(type)
    return name === undefined ? this.#local() : `${name} = ${this.#typed(type, 0)}`
  }

  #loop(depth: number): string {
    const name = `l${(this.#count += 1)}`
    const kind = this.#below(4)
    this.#scopes.push(new Map([[name, kind === 0 ? 'number' : 'string']]))
    const body = this.#block(1 + this.#below(2), depth + 1)
    this.#scopes.pop()
    if (kind === 0) return `for ${name} = 1, ${this.#below(4)} do\n${body}\nend`
    if (kind === 1) return `for _, ${name} in ipairs({ "p", "q" }) do\n${body}\nend`
    if (kind === 2) return `for ${name} in pairs({ p = 1, q = 2, r = 3 }) do\n${body}\nend`
    return `for ${name} in ("a b"):gmatch("%a+") do\n${body}\nend`
  }

  #function(depth: number): string {
    const name = `f${(this.#count += 1)}`
    const argument = `a${this.#count}`
    this.#scopes.push(new Map([[argument, 'string']]))
    const body = this.#block(1 + this.#below(3), depth + 1)
    const result = this.#typed('string', 1)
    this.#scopes.pop()
    return [
      `local function ${name}(${argument})\n${body}\nreturn ${result}\nend`,
      `${this.#of(options)} = ${name}(${this.#typed('string', 1)})`,
    ].join('\n')
  }

  #include(): string {
    if (Object.keys(this.#files).length + this.#pending.length > 5) return `${this.#of(options)} = false`
    const number = (this.#count += 1)
    if (this.#below(2) === 0) {
      this.#pending.push(`part${number}.cfg.lua`)
      return `Include "part${number}.cfg.lua"`
    }
    this.#pending.push(`conf${number}.d/a.cfg.lua`, `conf${number}.d/b.cfg.lua`)
    this.#files[`conf${number}.d/.hidden.cfg.lua`] = 'hidden = true\n'
    this.#files[`conf${number}.d/other.lua`] = 'other = true\n'
    return `include "conf${number}.d/?.cfg.lua"`
  }

  #condition(): string {
    return this.#of([
      ...[
        'os.getenv("SET_A")',
        'os.getenv("UNSET")',
        'ENV_SET_B == "42"',
        'ENV_UNSET',
        'true',
        '1 > 2',
        'not ENV_EMPTY',
      ],
      this.#typed('boolean', 1),
    ])
  }

  #modules(): string {
    const list = this.#known('table')
    if (list !== undefined && this.#below(3) === 0) return list
    const items = Array.from({length: this.#below(4)}, () => JSON.stringify(this.#of(words)))
    if (this.#below(6) === 0) items.push('os.getenv("SET_A")')
    return `{ ${items.join(this.#of(['; ', ', ']))} }`
  }

  #any(depth: number): string {
    return this.#typed(this.#of(['string', 'number', 'boolean', 'table'] as const), depth)
  }

  #typed(type: Type, depth: number): string {
    const name = this.#known(type)
    if (name !== undefined && this.#below(3) === 0) return name
    if (type === 'string') return this.#string(depth)
    if (type === 'number') return this.#number(depth)
    return type === 'boolean' ? this.#boolean(depth) : this.#table(depth)
  }

  #string(depth: number): string {
    const inner = (): string => (depth > 2 ? `"${this.#word()}"` : this.#typed('string', depth + 1))
    return this.#of<() => string>([
      () => JSON.stringify(this.#word()),
      () => `'${this.#word()}\\n\\65\\x41\\u{fc}'`,
      () => `[[\n${this.#word()}\n]]`,
      () => `[==[${this.#word()}]]]==]`,
      () => `(${inner()} .. ${inner()})`,
      () => `(${inner()} .. ${this.#number(3)})`,
      () => `(os.getenv("${this.#of(['SET_A', 'UNSET'])}") or ${inner()})`,
      () => `(${inner()}):upper()`,
      () => `("%s/%d"):format(${inner()}, ${this.#below(9)})`,
      () => `tostring(${this.#boolean(3)})`,
      () => `(${this.#condition2()} and ${inner()} or ${inner()})`,
    ])()
  }

  #condition2(): string {
    return this.#of(['true', 'false', 'ENV_SET_A', 'ENV_UNSET', '2 > 1'])
  }

  #number(depth: number): string {
    const inner = (): string => (depth > 2 ? String(this.#below(100)) : this.#typed('number', depth + 1))
    return this.#of<() => string>([
      () => String(this.#below(100_000)),
      () => `-${this.#below(50)}`,
      () => `0x${this.#below(255).toString(16)}`,
      () => `${this.#below(50)}.5`,
      () => `(${inner()} + ${inner()})`,
      () => `(${inner()} * ${this.#below(7)})`,
      () => `(${inner()} - ${inner()})`,
      () => `(${this.#below(90)} // ${1 + this.#below(9)})`,
      () => `(${this.#below(90)} % ${1 + this.#below(9)})`,
      () => `(${this.#below(90)} / 4)`,
      () => `#${JSON.stringify(this.#word())}`,
      () => `(tonumber(os.getenv("SET_B")) or ${this.#below(9)})`,
      () => `tonumber("${this.#below(99)}")`,
    ])()
  }

  #boolean(depth: number): string {
    return this.#of<() => string>([
      () => 'true',
      () => 'false',
      () => `(${this.#number(depth + 2)} < ${this.#number(depth + 2)})`,
      () => `(${JSON.stringify(this.#word())} == ${JSON.stringify(this.#word())})`,
      () => `not ${depth > 2 ? 'true' : this.#boolean(depth + 1)}`,
      () => 'os.getenv("SET_B") == "42"',
    ])()
  }

  #table(depth: number): string {
    if (depth > 2) return '{}'
    const fields = Array.from({length: this.#below(5)}, (_, index) =>
      this.#of<() => string>([
        () => this.#any(depth + 1),
        () => JSON.stringify(this.#word()),
        () => `key${index} = ${this.#any(depth + 1)}`,
        () => `["${this.#of(['a-b', 'end', '7'])}"] = ${this.#any(depth + 1)}`,
        () => `[${index + 10}] = ${this.#any(depth + 1)}`,
      ])(),
    )
    return `{ ${fields.join(this.#of([', ', '; ']))}${fields.length > 0 ? this.#of([',', ';', '']) : ''} }`
  }

  #word(): string {
    return this.#of(words)
  }

  #known(type: Type): string | undefined {
    const names = this.#scopes.flatMap((scope) =>
      [...scope].flatMap(([name, of]) => (of === type ? name : [])),
    )
    return names.length === 0 ? undefined : this.#of(names)
  }

  #of<T>(list: readonly T[]): T {
    const found = list[this.#below(list.length)]
    if (found === undefined) throw new RangeError('nothing to choose from')
    return found
  }
}
