import {readSha256} from './digests.ts'
import type {Mapping, Outline} from './outline.ts'
import type {TextSource} from './source.ts'
import {lineAt, lineStart, lineText} from './source.ts'
import type {Span} from './urls.ts'

/** A name with a value that stands beside a URL. */
export interface Attribute {
  readonly name: string
  readonly value: string
  readonly at: number
  /** Of Nix and HCL: whether it stands in no quotes, so that it is a name. */
  readonly isBare: boolean
}

/** What stands around a URL: the attributes of the map, block or line that it is in. */
export interface Surroundings {
  readonly attributes: readonly Attribute[]
  /** The name of the attribute that the URL is the value of; '' where it is none. */
  readonly key: string
  /** What the block or map is: `fetchhg`, `artifact`, `git`, `ansible.builtin.get_url`; '' where nothing says. */
  readonly head: string
}

/** A block in braces is looked for this far on either side. */
const reach = 4000

const attribute =
  /["']?([A-Za-z_][\w-]{0,60})["']?[ \t]{0,40}(?:=(?!=)|:(?=[ \t]))[ \t]{0,40}(?:"([^"\n]{0,2000})"|'([^'\n]{0,2000})'|([^\s;,{}"']{1,2000}(?:[^\s;,{}"'=]| (?=\}\}|\||-))*))/g

/** Reads what stands around a URL. */
export function surroundingsOf(source: TextSource, outline: Outline, span: Span): Surroundings {
  const line = lineAt(source, span.start)
  const inLine = inlineAttributes(source, span, line)
  if (inLine.some(({at}) => at === span.start))
    return surroundings(inLine, span, blockHead(inLine, source, line))
  const block = enclosingBlock(source.text, span)
  if (block !== undefined)
    return surroundings(attributesIn(source.text, block.start, block.end), span, block.head)
  const mapping = outline.mappingOf[line]
  return mapping === undefined
    ? surroundings([], span, '')
    : surroundings(ofMapping(mapping, line), span, mapping.owner?.key ?? '')
}

/** Returns the sha256 that stands beside a URL; undefined where none does, or where it is of an unpacked tree. */
export function sha256Beside({attributes, head}: Surroundings, span: Span): string | undefined {
  const own = /[?#&](?:checksum|sha256)=(?:sha256[:=])?([0-9a-f]{64})\b/i.exec(span.text)?.[1]
  if (own !== undefined) return own.toLowerCase()
  // Nix hashes the tree, not the archive, of whatever it unpacks or checks out.
  if (/^(?:.*\.)?fetch(?!url$|Url$)/.test(head)) return undefined
  const candidates = attributes.filter(({name}) =>
    /(?:^|[_-])(?:sha_?256(?:sums?)?|checksum|sum|hash|digest|integrity)$/i.test(name),
  )
  const chosen = nearest(candidates, attributes, span)
  return chosen.map(({value}) => readSha256(value)).find((digest) => digest !== undefined)
}

/** What names of URLs end with. */
const place = /(?:(?:^|[_:.-])(?:url|uri|repo|repository|source|src|git|hg|location|link|archive))+$/i

const refs = 'rev|revision|ref|tag|commit|commit_id|changeset|branch'

/** Returns the revision, tag or branch that stands beside the URL of a repository; undefined where none does. */
export function refBeside(around: Surroundings, span: Span): string | undefined {
  const stem = around.key.replace(place, '')
  const words = stem === '' && !/(?:^|\.)(?:git|hg)$/.test(around.head) ? refs : `${refs}|version`
  const form = new RegExp(`^(?:(?:repo|repository|git|hg|source|src)[_-])?(?:${words})$`, 'i')
  const candidates = around.attributes.filter(({name}) => {
    const rest =
      stem !== '' && name.toLowerCase().startsWith(stem.toLowerCase())
        ? name.slice(stem.length).replace(/^[_:.-]+/, '')
        : name
    return (stem === '' || rest !== name) && form.test(rest)
  })
  const isCode = /^(?:.*\.)?fetch|^artifact$/.test(around.head)
  const chosen = stem === '' ? nearest(candidates, around.attributes, span) : candidates
  const found = chosen.find(({value}) => value !== '')
  return found?.isBare === true && isCode ? `\${${found.value}}` : found?.value
}

/** Several URLs may stand side by side: what belongs to one stands below it and above the next, else it is the only one. */
function nearest(
  candidates: readonly Attribute[],
  attributes: readonly Attribute[],
  span: Span,
): readonly Attribute[] {
  const others = attributes.filter(
    ({value, at}) => value.includes('://') && (at < span.start || at >= span.end),
  )
  const next = others.find(({at}) => at > span.start)?.at ?? Infinity
  const below = candidates.filter(({at}) => at > span.start && at < next)
  return others.length === 0 ? [...below, ...candidates] : below
}

function surroundings(attributes: readonly Attribute[], span: Span, head: string): Surroundings {
  const own = attributes.find(
    ({at, value}) => at <= span.start && span.start < at + Math.max(value.length, 1),
  )
  return {attributes, key: own?.name ?? '', head}
}

/** Entries that stand far from a line are not beside it. */
const near = 40

function ofMapping({entries}: Mapping, line: number): readonly Attribute[] {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((entries[middle]?.line ?? 0) < line) low = middle + 1
    else high = middle
  }
  const around = entries.slice(Math.max(0, low - near), low + near)
  return around.map(({key, value, valueAt}) => ({name: key, value, at: valueAt, isBare: false}))
}

/** `hg: repo=https://… revision=…` of one line. */
function inlineAttributes(source: TextSource, span: Span, line: number): readonly Attribute[] {
  const start = lineStart(source, line)
  if (!/\w=["']?$/.test(source.text.slice(Math.max(start, span.start - 3), span.start))) return []
  const from = Math.max(start, span.start - reach)
  const text = source.text.slice(from, Math.min(start + lineText(source, line).length, span.end + reach))
  const found = [
    ...text.matchAll(/\b([A-Za-z_]\w{0,60})=(?:"([^"]*)"|'([^']*)'|(\{\{[^{}]*\}\}|[^\s"'{}]+))/g),
  ]
  if (found.length < 2) return []
  return found.map((pair) => readPair(pair, from))
}

function blockHead(attributes: readonly Attribute[], source: TextSource, line: number): string {
  return attributes.length === 0 ? '' : (/^[\s-]*([\w.]{1,80}):[ \t]/.exec(lineText(source, line))?.[1] ?? '')
}

function attributesIn(text: string, start: number, end: number): readonly Attribute[] {
  return [...text.slice(start, end).matchAll(attribute)].map((found) => readPair(found, start))
}

function readPair(found: RegExpExecArray, from: number): Attribute {
  const [all, name = '', double, single, bare = ''] = found
  const value = double ?? single ?? bare
  const quote = double === undefined && single === undefined ? 0 : 1
  return {name, value, at: from + found.index + all.length - value.length - quote, isBare: quote === 0}
}

interface Block {
  readonly start: number
  readonly end: number
  readonly head: string
}

/** Finds the innermost braces around a URL whose head is a word, as in Nix, HCL, JSON and flow maps of YAML. */
function enclosingBlock(text: string, span: Span): Block | undefined {
  const start = openBefore(text, span.start)
  if (start === undefined) return undefined
  const before = text.slice(Math.max(0, start - 120), start)
  if (/[)$][ \t\r\n]*$|[{%$]$/.test(before)) return undefined
  const head = /([A-Za-z_][\w.-]*)(?:[ \t]+"[^"\n]*")?[ \t]*[=(]?[ \t]*$/.exec(before)?.[1] ?? ''
  return {start: start + 1, end: closeAfter(text, span.end), head}
}

function openBefore(text: string, from: number): number | undefined {
  let depth = 0
  for (let at = from - 1; at >= Math.max(0, from - reach); at--) {
    if (text[at] === '}') depth++
    if (text[at] === '{' && depth-- === 0) return at
  }
  return undefined
}

function closeAfter(text: string, from: number): number {
  let depth = 0
  const limit = Math.min(text.length, from + reach)
  for (let at = from; at < limit; at++) {
    if (text[at] === '{') depth++
    if (text[at] === '}' && depth-- === 0) return at
  }
  return limit
}
