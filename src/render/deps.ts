import {out as pc} from './colours.ts'
import type {Dependency} from '../image/commands.ts'
import type {DepsResult} from '../operations/deps.ts'
import {visible} from '../plain-text.ts'
import {byKey, count, lines} from './common.ts'
import {hanging, wrap} from './prose.ts'
import type {Room} from './room.ts'
import {widthOf} from './width.ts'

/** Writes for people what `deps` found: libraries, and commands that bring them. */
export function renderDeps(
  {target, libraries, commands, unknown}: DepsResult,
  {columns}: Pick<Room, 'columns'>,
): string {
  const note = unknown === null ? [] : [pc.yellow(unknown.reason), unknown.hint]
  if (unknown !== null && libraries.length === 0) return lines(note)
  if (libraries.length === 0) return lines('no module needs a Lua library beyond what Prosody and Lua have')
  return lines(
    target === null
      ? []
      : pc.dim(`for Prosody ${target.prosody} with Lua ${target.lua} on Debian ${target.debian}`),
    packageLines(libraries, columns),
    ['', ...rockNotes(libraries), ...formatLines(commands)],
    note,
    unknown === null ? missingLines(libraries) : [],
  )
}

/** Which formats have something to print. */
function formatLines({apt, luarocks}: DepsResult['commands']): string[] {
  const formats = [...(apt === null ? [] : ['apt']), ...(luarocks === null ? [] : ['luarocks'])]
  if (formats.length === 0) return []
  const many = formats.length > 1
  return [
    `"prosody-mods deps --format ${formats.join('" and "--format ')}" ${many ? 'print lines' : 'prints a line'} for a Dockerfile's RUN`,
  ]
}

function missingLines(libraries: readonly Dependency[]): string[] {
  const gone = libraries.filter(({by, optional}) => by === 'missing' && !optional)
  return gone.map(
    ({library, reason}) =>
      `${pc.yellow('nothing brings')} ${visible(library)}${reason === null ? '' : `: ${visible(reason)}`}`,
  )
}

/** Says what a command for an image can't do, and what it need not, for whoever reads its standard error. */
export function depsNotes({libraries, commands}: DepsResult, way: 'apt' | 'luarocks'): string {
  const gone = libraries.filter(({by, optional}) => by === 'missing' && !optional)
  const byRock = libraries.filter(({by, optional}) => by === 'rock' && !optional)
  const nothing = way === 'apt' ? 'no package of Debian' : 'no rock, and no LuaRocks,'
  return lines(
    gone.length === 0
      ? []
      : `error: nothing that is known brings ${count(gone.length, 'library', 'libraries')} that modules can't do without`,
    gone.map(
      ({library, reason, neededBy}) =>
        `  ${visible(library)} (${namesText(neededBy)})${reason === null ? '' : `: ${visible(reason)}`}`,
    ),
    gone.length === 0
      ? []
      : 'hint: bring them into the image yourself, or leave these modules out; a module that does without has its require under pcall',
    commands[way] === null && gone.length === 0 ? `note: ${nothing} is needed` : [],
    way === 'luarocks' ? rockNotes(libraries) : [],
    way === 'apt' && byRock.length > 0
      ? `note: ${byRock.map(({library}) => visible(library)).join(', ')}: from rocks, by "prosody-mods deps --format luarocks"`
      : [],
  )
}

/** Of what comes as a rock: where its version is not for all code. */
function rockNotes(libraries: readonly Dependency[]): string[] {
  return libraries.flatMap(({library, by, rock}) => {
    const note = by === 'rock' ? (rock?.note ?? null) : null
    return note === null ? [] : [`${pc.cyan('note:')} ${visible(library)}: ${visible(note)}`]
  })
}

/** A row for each package and rock, as that is what is installed; then one for what nothing brings. */
function packageLines(libraries: readonly Dependency[], columns: number): string[] {
  const groups = [
    ...byKey(libraries, (one) => `${order[one.by]} ${nameOf(one)} ${String(one.optional)}`),
  ].sort(([a], [b]) => (a < b ? -1 : 1))
  const rows = groups.map(([, found]) => rowOf(found))
  const all = [header, ...rows]
  const names = Math.max(...all.map(([name]) => widthOf(name)))
  const [longest, last] = [widestOf(all, 1), widestOf(all, 2)]
  // Where there is room, nothing is folded; else what needs them has at most half of it.
  const room = columns - names - 2 * gap
  const beside = Math.max(leastMiddle, room - Math.min(last, Math.floor(room / 2)))
  const middle = Math.min(longest, columns === Infinity ? longest : beside)
  if (middle + Math.min(last, leastLast) > room) return rows.flatMap(stacked)
  return [
    pc.dim(aligned(header, {names, middle, columns}).join('')),
    ...rows.flatMap((row) => aligned(row, {names, middle, columns})),
  ]
}

type Row = readonly [string, string, string]

const header: Row = ['PACKAGE', 'LIBRARIES', 'NEEDED BY']

const order: Readonly<Record<Dependency['by'], number>> = {debian: 0, copy: 1, rock: 2, missing: 3}

/** Columns that libraries have at least; more of them go on below. */
const leastMiddle = 24

/** Columns that what needs them has at least. */
const leastLast = 24

const gap = 2

function widestOf(rows: readonly Row[], at: 1 | 2): number {
  return Math.max(...rows.map((row) => widthOf(row[at])))
}

interface Widths {
  readonly names: number
  readonly middle: number
  readonly columns: number
}

function aligned([name, middle, last]: Row, {names, middle: wide, columns}: Widths): string[] {
  const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))
  const [first = '', ...more] = wrap(middle, wide)
  const front = `${pad(name, names)}  ${pad(first, wide)}  `
  return [
    ...hanging(front, last, columns).map((line) => line.trimEnd()),
    ...more.map((line) => ' '.repeat(names + 2) + line),
  ]
}

function stacked([name, middle, last]: Row): string[] {
  return [name, `    ${middle}`, `    for ${last}`]
}

function rowOf(found: readonly Dependency[]): Row {
  const [one] = found
  const isOptional = one?.optional === true ? ' (optional)' : ''
  const libraries = found.map(({library}) => visible(library)).join(', ')
  const modules = [...new Set(found.flatMap(({neededBy}) => neededBy))]
  return [one === undefined ? '' : nameOf(one), libraries, `${namesText(modules)}${isOptional}`]
}

function nameOf({by, package: name, rock}: Dependency): string {
  if (by === 'debian') return name ?? ''
  if (by === 'copy') return `${name ?? ''} (copied)`
  if (by === 'rock' && rock !== null)
    return `rock ${rock.name}${rock.version === null ? '' : ` ${rock.version}`}`
  return 'nothing known'
}

const mostNames = 3

function namesText(names: readonly string[]): string {
  if (names.length <= mostNames) return names.join(', ')
  return `${names.slice(0, mostNames).join(', ')} and ${count(names.length - mostNames, 'more module')}`
}
