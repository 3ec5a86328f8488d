import {prefixed} from '../../module-name.ts'
import type {Origin} from '../origin.ts'
import {isAboutModules} from './about.ts'
import type {Surroundings} from './beside.ts'
import {refBeside, sha256Beside, surroundingsOf} from './beside.ts'
import {commandAround} from './commands.ts'
import {isComment} from './comments.ts'
import type {Place} from './expand.ts'
import {expand} from './expand.ts'
import type {Draft} from './found.ts'
import {roundsAt, unknownOf} from './loops.ts'
import type {Reading} from './reading.ts'
import {lineAt} from './source.ts'
import {originOf} from './url-origin.ts'
import type {Span} from './urls.ts'
import {pathsBehindVariables, urlsOf} from './urls.ts'

const scheme = /^(?:(?:git|hg)(?:::|\+))?(?:https?|ssh):\/\//i

/** Finds URLs that are about modules, with the revision and the digest that stand beside them. */
export function urlReferences(reading: Reading): readonly Draft[] {
  const {text} = reading.source
  const spans = [...urlsOf(text), ...pathsBehindVariables(text)]
  const all = spans.flatMap((span) => (isComment(reading, span.start) ? [] : draftsOf(reading, span)))
  const about = all.filter(({origin}) => isAboutModules(origin))
  const folders = new Set(about.map(({origin}) => folderOf(origin)))
  const libraries = all.filter(({origin}) => {
    const folder = folderOf(origin)
    return folder !== undefined && folders.has(folder)
  })
  const parts = about.flatMap(({origin}) => (origin.kind === 'repository' ? origin.path.split(/[/.]/) : []))
  const modules = new Set(parts)
  const used = [...new Set([...about, ...libraries])].filter(({origin}) => !isPageOnly(origin, modules))
  return [...used, ...spans.flatMap((span) => commentedOut(reading, span))]
}

/** What a comment names to be fetched, and not to be read. */
function commentedOut(reading: Reading, span: Span): readonly Draft[] {
  if (!isComment(reading, span.start)) return []
  return draftsOf(reading, span)
    .filter(({origin}) => isAboutModules(origin) && ['url', 'member', 'repository'].includes(origin.kind))
    .map((draft) => ({...draft, isComment: true as const, used: []}))
}

/** Names the folder of a Lua file at its revision: what lies beside a module there is about modules too. */
function folderOf(origin: Origin): string | undefined {
  if (origin.kind !== 'repository' || !origin.path.endsWith('.lua')) return undefined
  return `${origin.url} ${origin.ref ?? ''} ${origin.path.slice(0, origin.path.lastIndexOf('/') + 1)}`
}

/** The page of a module says nothing more where the module's files are referred to. */
function isPageOnly(origin: Origin, modules: ReadonlySet<string>): boolean {
  return origin.kind === 'module' && modules.has(prefixed(origin.name))
}

function draftsOf(reading: Reading, span: Span): readonly Draft[] {
  const line = lineAt(reading.source, span.start)
  const rounds = roundsAt(reading.names, line, span.text)
  return rounds.places.flatMap((place) => {
    const draft = draftOf(reading, span, place)
    if (draft === undefined) return []
    return [
      {
        ...draft,
        unknown: unknownOf(draft.unknown, rounds),
        used: [...draft.used, ...rounds.used],
      },
    ]
  })
}

function draftOf(reading: Reading, span: Span, place: Place): Draft | undefined {
  const url = expand(span.text, place)
  if (!scheme.test(url.text)) return undefined
  const command = commandAround(reading.source, span)
  const around = surroundingsOf(reading.source, reading.outline, span)
  const origin = originOf(url.text, command.vcs ?? vcsOf(around, url.text))
  const ref = needsRef(origin) ? (command.ref ?? refBeside(around, span)) : undefined
  const at = ref === undefined ? undefined : expand(ref, place)
  const whole = at === undefined ? origin : {...origin, ref: at.text}
  const sha256 = sha256Beside(around, span)
  return {
    line: place.line,
    lastLine: lineAt(reading.source, span.end),
    origin: sha256 !== undefined && whole.kind === 'url' ? {...whole, sha256} : whole,
    text: span.text,
    ...(sha256 === undefined ? {} : {sha256}),
    unknown: [...new Set([...url.unknown, ...(at?.unknown ?? [])])],
    at: span.start,
    used: [...url.used, ...(at?.used ?? [])],
  }
}

function needsRef(origin: Origin): boolean {
  return origin.kind === 'repository' && origin.ref === undefined
}

/** Says what a URL is fetched with by the block or task that it is in. */
function vcsOf({head, attributes}: Surroundings, url: string): 'git' | 'hg' | undefined {
  const word = head.slice(head.lastIndexOf('.') + 1).toLowerCase()
  if (/^(?:hg|mercurial|fetchhg|fetchmercurial)$/.test(word)) return 'hg'
  if (/^(?:git|fetchgit)$/.test(word)) return 'git'
  const said = attributes.find(({name}) => /(?:^|[_-]|::)(?:type|provider|vcs)$/.test(name))?.value
  if (said !== 'hg' && said !== 'git') return undefined
  return /\.(?:zip|tgz|gz|bz2|lua|deb)$/.test(url) ? undefined : said
}
