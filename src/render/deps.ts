import {out as pc} from './colours.ts'
import type {Dependency} from '../image/commands.ts'
import type {DepsResult} from '../operations/deps.ts'
import {visible} from '../plain-text.ts'
import {fitted, type Column} from './columns.ts'
import {count, lines} from './common.ts'
import {wrap} from './prose.ts'
import {firstOf, type Room} from './room.ts'

const heads: readonly Column[] = [{title: 'LIBRARY'}, {title: 'FROM'}, {title: 'NEEDED BY', cut: 8}]

/** Libraries that are shown on a terminal unless all are asked for. */
const mostLibraries = 50

/** Writes for people what `deps` found: libraries, and commands that bring them. */
export function renderDeps({target, libraries, commands, unknown}: DepsResult, room: Room): string {
  const note = unknown === null ? [] : [pc.yellow(unknown.reason), unknown.hint]
  if (unknown !== null && libraries.length === 0) return lines(note)
  if (libraries.length === 0) return lines('no module needs a Lua library beyond what Prosody and Lua have')
  const {items, rest} = firstOf(libraries, mostLibraries, room)
  const rows = items.map((one) => [
    {text: one.library, style: pc.bold},
    {text: libraryServer(one), ...(one.by === 'missing' ? {style: pc.yellow} : {})},
    `${one.optional ? 'optional, ' : ''}${namesText(one.neededBy)}`,
  ])
  return lines(
    target === null
      ? []
      : pc.dim(`for Prosody ${target.prosody} with Lua ${target.lua} on Debian ${target.debian}`),
    fitted(heads, rows, room.columns),
    rest > 0 ? pc.dim(`… and ${count(rest, 'more library', 'more libraries')}: --all`) : [],
    '',
    [
      ...rockNotes(libraries),
      ...formatLines(commands),
      ...note,
      ...(unknown === null ? missingLines(libraries) : []),
    ].flatMap((line) => wrap(line, room.columns)),
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

function libraryServer({by, package: name, rock}: Dependency): string {
  if (by === 'debian') return `Debian's ${name ?? ''}`
  if (by === 'copy') return `copied from Debian's ${name ?? ''}`
  if (by === 'rock' && rock !== null)
    return `rock ${rock.name}${rock.version === null ? '' : ` ${rock.version}`}`
  return 'nothing known'
}

const mostNames = 3

function namesText(names: readonly string[]): string {
  if (names.length <= mostNames) return names.join(', ')
  return `${names.slice(0, mostNames).join(', ')} and ${count(names.length - mostNames, 'more module')}`
}
