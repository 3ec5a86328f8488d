import type {ImageModules} from './modules.ts'
import type {Variable} from './variables/types.ts'

/** What is known of the image that values are for. */
export interface ValueWorld {
  readonly modules: ImageModules
  /** Names of modules that come with Prosody. */
  readonly core: ReadonlySet<string>
}

/** Why a value is refused: what was expected, and the part of the value that is not that. */
export interface WrongValue {
  readonly expected: string
  readonly found: string
}

/**
 * Judges the text of a variable as the image does at its start (lua/environment-source.ts has the same rules, and a test
 * compares the two); undefined where it is good.
 */
export function wrongValue(variable: Variable, text: string, world: ValueWorld): WrongValue | undefined {
  const wrong = (expected: string, found = text): WrongValue => ({expected, found})
  switch (variable.type) {
    case 'text':
    case 'secret':
    case 'list':
    case 'configuration':
      return undefined
    case 'key':
      return /-----BEGIN [\w ]*PUBLIC KEY-----|-----BEGIN CERTIFICATE-----/.test(text)
        ? undefined
        : wrong('a public key in PEM', 'something else')
    case 'domain':
      return isDomain(text) ? undefined : wrong('a domain name')
    case 'domains': {
      const parts = split(text)
      const bad = parts.length === 0 ? text : parts.find((one) => !isDomain(one))
      return bad === undefined ? undefined : wrong('domain names, separated by commas', bad)
    }
    case 'flag':
      return /^(?:1|true|yes|on|0|false|no|off)$/i.test(text) ? undefined : wrong('1 or 0')
    case 'integer': {
      const [low, high] = variable.range ?? [0, Number.MAX_SAFE_INTEGER]
      const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
      return number >= low && number <= high ? undefined : wrong(`a whole number from ${low} to ${high}`)
    }
    case 'choice':
      return variable.choices?.includes(text) === true
        ? undefined
        : wrong(`one of ${variable.choices?.join(', ') ?? ''}`)
    case 'modules':
      return firstOf(split(text), (one) => wrongModule(one, world))
    case 'rate':
      return /^\d+ *[mgk]?b\/s$/.test(text) ? undefined : wrong('a rate like 10kb/s')
    case 'jids':
      return firstOf(split(text), (one) =>
        isJid(one) ? undefined : wrong('addresses like ann@example.org, separated by commas', one),
      )
    case 'addresses':
      return firstOf(split(text), (one) =>
        isAddress(one) ? undefined : wrong('IP addresses and networks, separated by commas', one),
      )
    case 'path':
      return text.startsWith('/') ? undefined : wrong('an absolute path')
    case 'url':
      return /^https?:\/\/\S+$/.test(text) ? undefined : wrong('a URL of http or https')
    case 'components':
      return firstOf(split(text), (one) => wrongComponent(one, world))
    case 'externals':
      return firstOf(split(text), (one) =>
        isDomain(/^([^:]+):.+$/.exec(one)?.[1] ?? one)
          ? undefined
          : wrong('components like bridge.example.org:secret, separated by commas', 'something else'),
      )
  }
}

/** Splits a list at its commas, without blanks and without what is empty. */
export function split(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function firstOf(
  parts: readonly string[],
  judge: (part: string) => WrongValue | undefined,
): WrongValue | undefined {
  for (const part of parts) {
    const wrong = judge(part)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function isDomain(text: string): boolean {
  return (
    Buffer.byteLength(text) <= 253 &&
    text
      .split('.')
      .every((label) =>
        /^[A-Za-z0-9\u0080-\u{10ffff}](?:[A-Za-z0-9\u0080-\u{10ffff}-]*[A-Za-z0-9\u0080-\u{10ffff}])?$/u.test(
          label,
        ),
      )
  )
}

function isJid(text: string): boolean {
  const [, host] = /^[^@/\s]+@([^@/\s]+)$/.exec(text) ?? []
  return host !== undefined && isDomain(host)
}

function isAddress(text: string): boolean {
  const [, ip, slash, bits = ''] = /^([^/]+)(\/?)(\d*)$/.exec(text) ?? []
  if (ip === undefined || (slash === '/' && bits === '')) return false
  const four = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(ip)
  if (four !== null)
    return four.slice(1).every((one) => Number(one) <= 255) && (bits === '' || Number(bits) <= 32)
  return /^[0-9a-f:]+[0-9a-f:.]*$/i.test(ip) && ip.includes(':') && (bits === '' || Number(bits) <= 128)
}

function wrongModule(name: string, {modules, core}: ValueWorld): WrongValue | undefined {
  const unmet = modules.unmet.get(name)
  if (unmet !== undefined) {
    const found = `${name}, which needs ${unmet.join(', ')}`
    return {expected: 'modules whose libraries are in this image', found}
  }
  if (modules.all.has(name) || core.has(name)) return undefined
  return {expected: 'names of modules of this image', found: name}
}

function wrongComponent(text: string, world: ValueWorld): WrongValue | undefined {
  const [, host = '', kind = ''] = /^([^:]+):([^:]+)$/.exec(text) ?? []
  if (!isDomain(host))
    return {expected: 'components like rooms.example.org:muc, separated by commas', found: text}
  return wrongModule(kind, world)
}
