import {readdirSync, readFileSync} from 'node:fs'
import {join, posix} from 'node:path'
import ts from 'typescript'

/** What a text names that has to be there, and on which line of it. */
export interface Reference {
  readonly line: number
  /**
   * link: of Markdown, relative to the text; path: from the root of the repository, `<name>` and `*` in it standing for
   * anything; file: the end of a path.
   */
  readonly kind: 'link' | 'path' | 'file'
  readonly to: string
}

const roots = ['bench', 'bin', 'docs', 'examples', 'fixtures', 'registry', 'scripts', 'src', 'test', 'tools']

const pathPattern = new RegExp(
  String.raw`(?<![\w./@:<>-])(?:${roots.join('|')})/[\w./*{},<>-]*[\w*>}/](?![\w/])`,
  'g',
)
const linkPattern = /\]\(([^)\s]+)\)/g
const filePattern = /(?<![\w/@:<*{}.-])[\w-]+(?:\/[\w.-]+)*\.ts\b(?![\w./-])/g
const recordPattern = /(?<![\w/-])\d{3}-[a-z0-9-]+\.md\b/g

/** Lists what a text of the repository names: all of Markdown, of TypeScript what stands in comments. */
export function referencesIn(path: string, text: string): Reference[] {
  const isMarkdown = path.endsWith('.md')
  if (![pathPattern, filePattern, recordPattern, linkPattern].some((one) => text.search(one) !== -1))
    return []
  const read = isMarkdown ? text : commentsIn(path, text)
  const found = (kind: Reference['kind'], pattern: RegExp): Reference[] =>
    [...read.matchAll(pattern)].map((match) => ({
      line: read.slice(0, match.index).split('\n').length,
      kind,
      to: match[1] ?? match[0],
    }))
  return [
    ...(isMarkdown ? found('link', linkPattern) : []),
    ...found('path', pathPattern),
    ...found('file', recordPattern),
    ...found('file', filePattern),
  ]
}

/** A source with blanks for all that is no comment, so that lines keep their numbers. */
function commentsIn(path: string, text: string): string {
  const spans = new Map<number, number>()
  const visit = (node: ts.Node): void => {
    for (const {pos, end} of ts.getLeadingCommentRanges(text, node.pos) ?? []) spans.set(pos, end)
    for (const {pos, end} of ts.getTrailingCommentRanges(text, node.end) ?? []) spans.set(pos, end)
    ts.forEachChild(node, visit)
  }
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest)
  visit(file)
  let read = ''
  for (const [start, end] of [...spans].sort(([a], [b]) => a - b)) {
    if (start < read.length) continue
    read += text.slice(read.length, start).replace(/[^\n]/g, ' ') + text.slice(start, end)
  }
  return read
}

/** The files of a repository by path from its root, without what is built or installed. */
export function filesOf(root: string): string[] {
  const below = (folder: string): string[] =>
    readdirSync(join(root, folder), {withFileTypes: true}).flatMap((entry) => {
      const path = posix.join(folder, entry.name)
      return entry.isDirectory() ? below(path) : [path]
    })
  const top = readdirSync(root, {withFileTypes: true})
  return [
    ...top.flatMap((entry) => (entry.isFile() ? [entry.name] : [])),
    ...roots.filter((name) => top.some((entry) => entry.name === name && entry.isDirectory())).flatMap(below),
  ]
}

/** Tells of references that lead nowhere, as `file:line where it should lead`. @param files all paths of the repository */
export function brokenReferences(
  texts: ReadonlyMap<string, string>,
  files: readonly string[],
  textOf: (path: string) => string,
): string[] {
  const there = new Set(files.flatMap((path) => [path, ...foldersOf(path)]))
  const leads = (from: string, {kind, to}: Reference): boolean => {
    if (kind === 'link') return linkLeads(from, to, {there, textOf})
    if (kind === 'file') return there.has(to) || files.some((path) => path.endsWith(`/${to}`))
    return pathLeads(to, there)
  }
  return [...texts].flatMap(([from, text]) =>
    referencesIn(from, text)
      .filter((reference) => !leads(from, reference))
      .map(({line, to}) => `${from}:${line} ${to}`),
  )
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

function pathLeads(to: string, there: ReadonlySet<string>): boolean {
  const path = to.replace(/\/$/, '')
  if (!/[*{<]/.test(path)) return there.has(path)
  const source = path
    .replace(/[.]/g, String.raw`\.`)
    .replace(/<[^>]*>/g, '[^/]+')
    .replace(/\{([^}]*)\}/g, (_, names: string) => `(?:${names.replaceAll(',', '|')})`)
    .replace(/\*\*|\*/g, (stars) => (stars === '**' ? '.*' : '[^/]*'))
  const pattern = new RegExp(`^${source}$`)
  return [...there].some((one) => pattern.test(one))
}

function linkLeads(
  from: string,
  link: string,
  {there, textOf}: {readonly there: ReadonlySet<string>; readonly textOf: (path: string) => string},
): boolean {
  if (/^[a-z]+:/.test(link)) return true
  const [path = '', anchor] = link.split('#')
  const to = path === '' ? from : posix.join(posix.dirname(from), path).replace(/\/$/, '')
  if (!there.has(to)) return false
  return anchor === undefined || anchorsOf(textOf(to)).has(anchor)
}

/** The anchors that GitHub gives to headings: those with the same words are numbered. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  const outside = markdown.replace(/^ *```[\s\S]*?^ *```/gm, '')
  for (const [, heading = ''] of outside.matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const words = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/ /g, '-')
    let anchor = words
    for (let more = 1; anchors.has(anchor); more += 1) anchor = `${words}-${more}`
    anchors.add(anchor)
  }
  return anchors
}

/** The texts that name things: Markdown, and TypeScript for its comments. */
export function textsOf(root: string, files: readonly string[]): ReadonlyMap<string, string> {
  const wanted = files.filter(
    (path) => /\.(?:md|ts)$/.test(path) && !/^(?:fixtures|registry)\//.test(path) && path !== 'CHANGELOG.md',
  )
  return new Map(wanted.map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}
