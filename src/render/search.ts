import type {Found, SearchResult, TermKind} from '../operations/search.ts'
import {visible} from '../plain-text.ts'
import {shellWord} from '../text/shell-word.ts'
import {out as pc} from './colours.ts'
import {fitted, type Column} from './columns.ts'
import {count, lines} from './common.ts'
import {hanging} from './prose.ts'
import {firstOf, type Room} from './room.ts'

/** Modules that are shown on a terminal unless more are asked for. */
const most = 20

const heads: readonly Column[] = [
  {title: 'MODULE'},
  {title: 'NEWEST'},
  {title: 'STAGE', spare: 1},
  {title: 'WHAT IT DOES', fold: 30},
]

/** Writes for people which modules a search found. */
export function renderSearch(result: SearchResult, room: Room): string {
  const {found, total, inCode} = result
  if (total === 0) return nothingFound(result, room)
  const {items, rest} = firstOf(found, most, room)
  const cutBy = total - found.length + rest
  return lines(
    fitted(
      heads,
      items.map((one) => rowOf(one, room)),
      room.columns,
    ),
    pc.dim(
      cutBy === 0
        ? count(total, 'module')
        : `${cutBy} more of ${count(total, 'module')}: --all, or --limit <number>`,
    ),
    codeLines(inCode, room),
  )
}

function rowOf(
  {module, newest, facts, summary, matches}: Found,
  {columns}: Room,
): Parameters<typeof fitted>[1][number] {
  const {stage = '', gone} = facts
  const does =
    gone === undefined ? (summary ?? '') : `gone since ${gone}${summary === null ? '' : `: ${summary}`}`
  const below = (Object.entries(matches) as [TermKind, readonly string[]][]).flatMap(([kind, names]) =>
    hanging(`    ${kind}: `, shownNames(names), columns).map(pc.dim),
  )
  return [
    {text: module, style: pc.bold, below},
    newest ?? '-',
    stage,
    {text: does, ...(gone === undefined ? {} : {style: pc.yellow})},
  ]
}

/** Names that are shown of each kind; the rest are counted. */
const mostNames = 5

function shownNames(names: readonly string[]): string {
  const {items, rest} = firstOf(names.map(visible), mostNames, {all: false})
  return [...items, ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ')
}

function nothingFound(result: SearchResult, room: Room): string {
  const {similar, apart, inCode} = result
  return lines(
    'nothing found',
    similar.length === 0 ? [] : hanging('similar names: ', similar.map(visible).join(', '), room.columns),
    apart.map(
      ({word, modules}) =>
        `${visible(word)} alone: ${count(modules, 'module')}, prosody-mods search ${shellWord(word)}`,
    ),
    codeLines(inCode, room),
  )
}

const flags: Readonly<Record<TermKind, string>> = {
  options: '--option',
  hooks: '--hook',
  libraries: '--library',
  features: '--feature',
}

/** Where few or none are found by what is said of them, their code may name it. */
function codeLines(inCode: SearchResult['inCode'], {columns}: Room): string[] {
  if (inCode.length === 0) return []
  const ways = inCode.map(({kind, word, modules}) => `${flags[kind]} ${shellWord(word)} (${modules})`)
  return hanging('', `named in code: prosody-mods search ${ways.join(', ')}`, columns).map(pc.dim)
}
