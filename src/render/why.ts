import type {WhyChain, WhyResult, WhyStep} from '../operations/needs-graph/why.ts'
import {inLine, visible} from '../plain-text.ts'
import {out as pc} from './colours.ts'
import {count, lines} from './common.ts'
import {hanging} from './prose.ts'
import {firstOf, type Room} from './room.ts'
import {widthOf} from './width.ts'

/** Places of each module that are shown on a terminal unless all are asked for. */
const mostPlaces = 6

/** Writes the chains of needs that bring something in, and where the code asks for it. */
export function renderWhy({name, kind, chains}: WhyResult, room: Room): string {
  const what = {
    module: `module ${name}`,
    core: `mod_${name} of Prosody's own`,
    library: `Lua library ${name}`,
    shared: `${name}.lib.lua`,
    package: `Debian package ${name}`,
    rock: `rock ${name}`,
  }[kind]
  const {columns} = room
  if (chains.length === 0)
    return lines(hanging('', `${what}: the manifest names it, and no module needs it`, columns))
  return lines(
    `${what} is needed by`,
    chains.flatMap((chain) => chainLines(chain, name, room)),
  )
}

function chainLines({modules, needs, optional, steps}: WhyChain, name: string, room: Room): string[] {
  const end = needs === name ? '' : ` (for ${visible(needs)})`
  const title = `${modules.map((module) => pc.bold(module)).join(' → ')}${end}${optional ? pc.dim(' (optional)') : ''}`
  const rows = steps.flatMap((step) => placeRows(step, room))
  const width = rows.reduce((most, {at}) => Math.max(most, widthOf(at)), 0)
  return [
    ...hanging('  ', title, room.columns),
    ...rows.flatMap(({at, asks}) => placeLines(at.padEnd(width), asks, room.columns)),
  ]
}

/** A place and what stands there, on two lines where one is too short. */
function placeLines(at: string, asks: string, columns: number): string[] {
  const one = `    ${at}  ${pc.dim(asks)}`.trimEnd()
  if (asks === '' || widthOf(one) <= columns) return [one]
  return [`    ${at.trimEnd()}`, `      ${pc.dim(asks)}`]
}

interface PlaceRow {
  readonly at: string
  readonly asks: string
}

function placeRows({needs, kind, places}: WhyStep, room: Room): PlaceRow[] {
  const call = {modules: 'module:depends', shared: 'module:require', libraries: 'require'}[kind]
  const {items, rest} = firstOf(places, mostPlaces, room)
  return [
    ...items.map(({file, line}) => ({at: `${inLine(file)}:${line}`, asks: `${call} "${inLine(needs)}"`})),
    ...(rest > 0 ? [{at: `… and ${count(rest, 'more place')}: --all`, asks: ''}] : []),
  ]
}
