/** How much of a result is shown at once. */
export interface Room {
  /** Columns of the terminal; Infinity where the result goes elsewhere, and lines stay whole. */
  readonly columns: number
  /** Whether long lists are shown whole; always so where the result goes elsewhere. */
  readonly all: boolean
}

/** The room of what is no terminal: everything is shown, in lines that are never cut. */
export const wholeRoom: Room = {columns: Infinity, all: true}

/** Narrower ones are written as if they were as wide as this. */
const fewestColumns = 40

/**
 * Returns the room that standard output has.
 * @param all whether the user wants long lists whole
 */
export function roomOf(all: boolean): Room {
  const {isTTY, columns} = process.stdout
  if (!isTTY) return wholeRoom
  return {columns: Math.max(fewestColumns, columns > 0 ? columns : 80), all}
}

/** A part of a list, and how many more there are. */
export interface Shown<T> {
  readonly items: readonly T[]
  readonly rest: number
}

/** Takes the first items of a list, unless all shall be shown. A single one is not worth a line that it is left out. */
export function firstOf<T>(items: readonly T[], most: number, {all}: Pick<Room, 'all'>): Shown<T> {
  if (all || items.length <= most + 1) return {items, rest: 0}
  return {items: items.slice(0, most), rest: items.length - most}
}
