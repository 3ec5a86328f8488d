import type {ListedModule, ListResult} from '../operations/list.ts'
import {visible} from '../plain-text.ts'
import {shownVersion} from '../text/shown-version.ts'
import {out as pc} from './colours.ts'
import {fitted, type Column} from './columns.ts'
import {count, lines, patchedText} from './common.ts'
import {nextLines} from './labelled.ts'
import {hanging} from './prose.ts'
import {firstOf, type Room} from './room.ts'
import {trustLegend, trustStyle, trustWord} from './trust.ts'

const heads: readonly Column[] = [
  {title: 'MODULE'},
  {title: 'VERSION'},
  {title: 'REVISION', spare: 2},
  {title: 'TRUST'},
  {title: 'FILES', right: true, spare: 1},
]

/** Modules that are shown on a terminal unless all are asked for. */
const most = 50

/** Writes for people which modules there are. On a terminal, words of trust that ask for thought are explained. */
export function renderList({modules, prosodyPatches, differences}: ListResult, room: Room): string {
  if (modules.length === 0 && differences.length === 0)
    return 'no modules; add one with: prosody-mods add <module>\n'
  const {columns} = room
  const {items, rest} = firstOf(modules, most, room)
  return lines(
    fitted(heads, items.map(rowOf), columns),
    rest > 0 ? pc.dim(`… and ${count(rest, 'more module')}: --all`) : [],
    aside(modules, columns),
    prosodyPatches.length === 0
      ? []
      : hanging(
          'Prosody itself, in an image: ',
          `patched with ${prosodyPatches.map(({path}) => visible(path)).join(', ')}`,
          columns,
        ).map(pc.dim),
    broughtInLines({modules, differences}, room),
    legendLines(modules, columns),
    differenceLines(differences, room),
  )
}

function rowOf({
  module,
  version,
  revision,
  trust,
  files,
}: ListedModule): Parameters<typeof fitted>[1][number] {
  const word = trustWord(trust)
  return [
    {text: module, style: pc.bold},
    shownVersion(version),
    revision?.slice(0, 12) ?? '-',
    {text: word, style: trustStyle(word)},
    String(files),
  ]
}

/** What is left out of modules, and what is changed in them. */
function aside(modules: readonly ListedModule[], columns: number): string[] {
  return [
    ...modules
      .filter(({except}) => except.length > 0)
      .flatMap(({module, except}) => hanging(`${module} `, `without ${except.join(', ')}`, columns)),
    ...modules
      .filter(({patched}) => patched.length > 0)
      .flatMap(({module, patched}) => hanging(`${module} `, patchedText(patched), columns)),
  ].map(pc.dim)
}

/** Ways in which the lockfile does not follow the manifest that are shown on a terminal unless all are asked for. */
const mostDifferences = 10

function differenceLines(differences: ListResult['differences'], room: Room): string[] {
  if (differences.length === 0) return []
  const {items, rest} = firstOf(differences, mostDifferences, room)
  return [
    ...items.flatMap(({text}) => hanging(`${pc.yellow('out of date:')} `, visible(text), room.columns)),
    ...(rest > 0 ? [pc.dim(`… and ${rest} more: --all`)] : []),
    ...nextLines(['install']),
  ]
}

const mostNames = 12

function broughtInLines(
  {modules, differences}: Pick<ListResult, 'modules' | 'differences'>,
  room: Room,
): string[] {
  const outOfDate = new Set(differences.map(({key}) => key))
  const broughtIn = modules
    .filter(({module, wanted}) => wanted === null && !outOfDate.has(module))
    .map(({module}) => module)
  if (broughtIn.length === 0) return []
  const {items, rest} = firstOf(broughtIn, mostNames, room)
  const names = [...items, ...(rest > 0 ? [`${rest} more`] : [])].join(', ')
  return hanging('here because others need them: ', names, room.columns).map(pc.dim)
}

/** Where something else than the registry vouches, what that means; piped output is left to --help. */
function legendLines(modules: readonly ListedModule[], columns: number): string[] {
  if (columns === Infinity) return []
  const words = modules.map(({trust}) => trustWord(trust)).filter((word) => word !== 'registry')
  return trustLegend(words).flatMap(([word, meaning]) => hanging(`${word}: `, meaning, columns).map(pc.dim))
}
