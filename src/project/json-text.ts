import type {SchemaError} from '#validators'
import type {Node, ParseError} from 'jsonc-parser'
import {ProsodyModsError, type ErrorCode} from '../errors.ts'
import {knownKeys} from './known-keys.ts'
import {nearestNames} from '../text/nearest.ts'
import {inLine, jsonText, steering} from '../plain-text.ts'
import {ownValue} from '../own-value.ts'

/** A kind of JSON file, and how its errors are told. */
export interface JsonKind {
  /** Whether prosody-mods writes such files, and nobody edits them by hand. */
  readonly isWritten?: boolean
  readonly code: Extract<ErrorCode, 'MANIFEST_INVALID' | 'LOCKFILE_INVALID' | 'CONFIG_INVALID'>
  /** Shown for what is wrong as a whole: where the format is described. */
  readonly hint: string
  /** File of the JSON Schema in registry/schema. */
  readonly schema: string
  /** The compiled JSON Schema; undefined when the data is right. */
  problem(data: unknown): SchemaError | undefined
}

/** Reads a JSON file that a person may have edited; errors name line and column. */
export async function parseJson(text: string, path: string, kind: JsonKind): Promise<unknown> {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text
  const deep = offsetBeyond(body, deepest)
  if (deep !== undefined) throw nestedTooDeeply(body, path, {kind, offset: deep})
  let data: unknown
  try {
    data = JSON.parse(body)
  } catch (error) {
    throw await syntaxError(body, path, {kind, cause: error})
  }
  const problem = kind.problem(data)
  if (problem !== undefined) throw await valueError(body, path, {kind, data, problem})
  return data
}

/** Levels of arrays and objects; what is checked and looked through recurses, and no file of ours has ten. */
const deepest = 100

/** Where JSON is first nested more deeply than so many levels. */
function offsetBeyond(text: string, levels: number): number | undefined {
  let depth = 0
  // a string, or one bracket
  for (const {0: token, index} of text.matchAll(/"(?:[^"\\]|\\[^])*"?|[[\]{}]/g)) {
    if (token === '[' || token === '{') depth += 1
    else if (token === ']' || token === '}') depth -= 1
    if (depth > levels) return index
  }
  return undefined
}

function nestedTooDeeply(
  text: string,
  path: string,
  {kind, offset}: {readonly kind: JsonKind; readonly offset: number},
): ProsodyModsError {
  const at = positionOf(text, offset)
  return new ProsodyModsError(
    kind.code,
    `${path}:${at.line}:${at.column}: nested more than ${deepest} levels deep`,
    {hint: kind.hint, details: {path, ...at}},
  )
}

/** Makes the error of bytes that are no text: writing them back after an edit would spoil them. */
export function notUtf8(bytes: Buffer, path: string, code: JsonKind['code']): ProsodyModsError {
  const text = bytes.toString('utf8')
  const at = positionOf(text, text.indexOf('\uFFFD'))
  return new ProsodyModsError(code, `${path}:${at.line}:${at.column}: not valid UTF-8`, {
    hint: 'save the file as UTF-8',
    details: {path, ...at},
  })
}

async function syntaxError(
  text: string,
  path: string,
  {kind, cause}: {readonly kind: JsonKind; readonly cause: unknown},
): Promise<ProsodyModsError> {
  const {parse, printParseErrorCode} = await import('jsonc-parser')
  const errors: ParseError[] = []
  const conflict = /^(?:<{7}|={7}|>{7})/m.exec(text)
  const isReadable = shallow(
    () => parse(text, errors, {disallowComments: true, allowTrailingComma: false}) as unknown,
  )
  const first = errors.sort((a, b) => a.offset - b.offset)[0]
  const at = positionOf(text, conflict?.index ?? first?.offset ?? (isReadable ? text.length : 0))
  const what =
    conflict !== null
      ? 'it holds unresolved merge conflicts'
      : first === undefined
        ? isReadable
          ? 'it ends too early'
          : tooDeep
        : readable(printParseErrorCode(first.error))
  return new ProsodyModsError(kind.code, `${path}:${at.line}:${at.column}: not valid JSON: ${what}`, {
    hint:
      conflict !== null
        ? 'resolve the conflict, then run "prosody-mods install"'
        : kind.isWritten === true
          ? kind.hint
          : 'mend that place; comments and trailing commas are not allowed',
    details: {path, ...at},
    cause,
  })
}

/** A place in a text. */
export interface Position {
  /** Line and column, both from 1, the column in characters. */
  readonly line: number
  readonly column: number
}

/** Finds where the value at a key path stands, or its key; 1:1 when there is none. */
export async function positionAt(
  text: string,
  location: readonly string[],
  what: 'key' | 'value' = 'value',
): Promise<Position> {
  const {parseTree} = await import('jsonc-parser')
  const value = nodeAt(parseTree(text), location)
  return positionOf(text, (what === 'key' ? value?.parent : value)?.offset ?? 0)
}

async function valueError(
  text: string,
  path: string,
  {kind, data, problem}: {readonly kind: JsonKind; readonly data: unknown; readonly problem: SchemaError},
): Promise<ProsodyModsError> {
  const {parseTree} = await import('jsonc-parser')
  const pointer = problem.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  const extra = problem.params['additionalProperty'] ?? problem.propertyName
  const location = typeof extra === 'string' ? [...pointer, extra] : pointer
  let tree: Node | undefined
  shallow(() => (tree = parseTree(text)))
  const node = nodeAt(tree, location)
  // A property's own place is where its name stands.
  const offset = (typeof extra === 'string' ? node?.parent?.offset : node?.offset) ?? 0
  const at = positionOf(text, offset)
  const where = location.length === 0 ? 'the whole file' : location.map(inLine).join(' → ')
  const reason = reasonOf(problem, valueAt(data, location), kind)
  return new ProsodyModsError(kind.code, `${path}:${at.line}:${at.column}: ${where}: ${reason}`, {
    hint: kind.hint,
    details: {path, ...at, pointer: problem.instancePath, reason},
  })
}

const tooDeep = 'it is nested too deeply'

/** Whether a parser that recurses got through. */
function shallow(parse: () => unknown): boolean {
  try {
    parse()
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** Of a key that was written twice the last one counts, as for JSON.parse. */
function nodeAt(tree: Node | undefined, location: readonly string[]): Node | undefined {
  return location.reduce<Node | undefined>((at, part) => {
    if (at?.type === 'array') return at.children?.[Number(part)]
    return at?.children?.findLast(({children}) => children?.[0]?.value === part)?.children?.[1]
  }, tree)
}

const longest = 100

/** A value as a message shows it. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = jsonText(typeof value === 'string' ? withoutUserinfo(value) : value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

/** A URL may hold a password where none is allowed. */
function withoutUserinfo(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1…@')
}

function reasonOf(problem: SchemaError, value: unknown, {schema}: JsonKind): string {
  if (problem.propertyName !== undefined) return `expected a name ${patternOf(problem, 'of the form')}`
  const got = `, got ${shown(value)}`
  switch (problem.keyword) {
    case 'enum':
      return `expected one of ${(problem.params['allowedValues'] as unknown[]).map((v) => JSON.stringify(v)).join(', ')}${got}`
    case 'const':
      return `expected ${JSON.stringify(problem.params['allowedValue'])}${got}`
    case 'type':
      return `expected ${String(problem.params['type']).replaceAll(',', ' or ')}${got}`
    case 'required':
      return `the key ${JSON.stringify(problem.params['missingProperty'])} is missing`
    case 'additionalProperties':
      return `this key is not known here${listed(knownKeys(schema, problem.schemaPath), problem.params['additionalProperty'])}`
    case 'pattern':
      return `expected ${patternOf(problem, 'the form')}${got}`
    default:
      return problem.message ?? problem.keyword
  }
}

function listed(keys: readonly string[], written: unknown): string {
  if (keys.length === 0) return ''
  const [near] = typeof written === 'string' ? nearestNames(written, keys, 1) : []
  const all = keys.join(', ')
  return near === undefined ? `; known are ${all}` : `; did you mean "${near}"? Known are ${all}`
}

function patternOf({params}: SchemaError, what: string): string {
  const {pattern} = params
  if (typeof pattern !== 'string') return `${what} that the schema gives`
  return forms.get(pattern) ?? `${what} ${pattern}`
}

const aUrl = 'a URL such as https://example.org/path'

/** What people write by hand, in words; of anything else the pattern is shown. */
const forms: ReadonlyMap<string, string> = new Map([
  [String.raw`^[0-9]+\.[0-9]+$`, 'a release line such as 13.0 or 0.12'],
  ['^[a-z]+$', 'a suite such as trixie or bookworm'],
  [
    String.raw`^/[^${steering};?]*$`,
    'an absolute folder without ; and ?, such as /usr/local/lib/prosody-mods',
  ],
  [
    '^(?!(?:.*/)?(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:/|$))',
    'that is no device on Windows, as con and aux are',
  ],
  ['^[a-z0-9][a-z0-9_-]*/(?:\\*|[a-z0-9][a-z0-9_-]*)$', 'such as community/muc_moderation or jitsi/*'],
  ['^[a-z0-9][a-z0-9_-]*$', 'such as my-modules: a-z, 0-9, _ and -'],
  [
    String.raw`^(?=.*\S)[^${steering}]+$`,
    'a text that is not empty, in one line and without invisible characters',
  ],
  [String.raw`^[^\s${steering}]+$`, 'a word, without blanks and invisible characters'],
  [String.raw`^[^${steering}]*$`, 'a path, without invisible characters'],
  [String.raw`^https?://[^\s${steering}]+$`, aUrl],
  [String.raw`^https?://[^\s${steering}#@]+$`, `${aUrl}, without user and fragment`],
  [String.raw`^https?://[^\s${steering}#@?]+$`, `${aUrl}, without user, query and fragment`],
  [String.raw`^(?:debian|https?://[^\s${steering}]+)$`, 'such as https://example.org, or debian'],
  [
    String.raw`^(?!/)(?!(?:.*/)?\.{1,2}(?:/|$))[^${steering}\\]*[^/${steering}\\]$`,
    "a path beside the module's main file, such as tls/ca.pem",
  ],
])

function valueAt(data: unknown, location: readonly string[]): unknown {
  return location.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null ? ownValue(at as Record<string, unknown>, key) : undefined,
    data,
  )
}

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n')
  return {line: before.length, column: Array.from(before.at(-1) ?? '').length + 1}
}

/** CommaExpected → comma expected */
function readable(code: string): string {
  return code.replace(/(?<!^)([A-Z])/g, ' $1').toLowerCase()
}
