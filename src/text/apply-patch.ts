import type {Hunk, HunkLine, PatchPart} from './unified-patch.ts'

/** Why a hunk is refused, and what stands where it would go. */
export interface Rejection {
  readonly hunk: Hunk | undefined
  /** absent, present: the file is not there, or is there; other: its lines are others; many: it fits in several places. */
  readonly why: 'absent' | 'present' | 'other' | 'many'
  /** Two of the lines that the hunk fits at, for `many`; from 1. */
  readonly places: readonly number[]
  /** What stands there in place of the lines that the hunk shows; [] for none. */
  readonly there: readonly string[]
}

/** What came of applying a part of a patch to the file that it is about. */
export type Applied =
  | {
      readonly kind: 'applied'
      /** Null for a file that goes. */
      readonly text: string | null
      /** Whether it fitted only at other lines than the patch says. */
      readonly isShifted: boolean
    }
  | {readonly kind: 'already'}
  | ({readonly kind: 'rejected'} & Rejection)

/**
 * Applies a part of a patch to a file, exactly: each line that a hunk shows has to stand there, at the line that it says
 * or, where the file has changed before it, at the one place in which all of them do. A file in which the patch has been
 * made already is told apart.
 * @param text the file, one character a byte; undefined where there is none
 */
export function applyPart(part: PatchPart, text: string | undefined): Applied {
  if (part.kind !== 'change') return comeOrGo(part, text)
  if (text === undefined) return rejected(part.hunks[0], 'absent')
  const lines = linesOf(text)
  const forward = part.hunks.map(oneWay)
  const backward = part.hunks.map((hunk) => otherWay(hunk))
  const exact = place(lines, forward, 'exact')
  if (exact.kind === 'placed') return {kind: 'applied', text: exact.text, isShifted: false}
  if (place(lines, backward, 'exact').kind === 'placed') return {kind: 'already'}
  const shifted = place(lines, forward, 'shifted')
  const undone = place(lines, backward, 'shifted')
  if (shifted.kind === 'placed' && undone.kind === 'placed')
    return rejected(part.hunks[0], 'many', {places: [shifted.first, undone.first].map((at) => at + 1)})
  if (shifted.kind === 'placed') return {kind: 'applied', text: shifted.text, isShifted: true}
  if (undone.kind === 'placed') return {kind: 'already'}
  const {index, places, there} = shifted
  return rejected(part.hunks[index], places.length > 1 ? 'many' : 'other', {
    places: places.map((at) => at + 1),
    there,
  })
}

/**
 * Takes a part of a patch out of a file that it was applied to; undefined where the file is not as the patch leaves it.
 * Null stands for no file.
 */
export function revertPart(part: PatchPart, text: string | null): string | null | undefined {
  const {oldName, newName, hunks} = part
  const kind = part.kind === 'add' ? 'remove' : part.kind === 'remove' ? 'add' : 'change'
  const back = {kind, oldName: newName, newName: oldName, hunks: hunks.map(turned)} as const
  if (kind !== 'change') {
    const done = comeOrGo(back, text ?? undefined)
    return done.kind === 'applied' ? done.text : undefined
  }
  if (text === null) return undefined
  const lines = linesOf(text)
  const ways = back.hunks.map(oneWay)
  for (const manner of ['exact', 'shifted'] as const) {
    const found = place(lines, ways, manner)
    if (found.kind === 'placed') return found.text
  }
  return undefined
}

/** A file that comes must not be there, and one that goes must be all that the patch shows. */
function comeOrGo({kind, hunks}: PatchPart, text: string | undefined): Applied {
  const [hunk] = hunks
  const side = kind === 'add' ? '+' : '-'
  const whole = (hunk?.lines ?? []).map((line) => line.text).join('')
  const isPure = (hunk?.lines ?? []).every(({mark}) => mark === side)
  if (!isPure) return rejected(hunk, 'other')
  if (kind === 'add') {
    if (text === undefined) return {kind: 'applied', text: whole, isShifted: false}
    return text === whole ? {kind: 'already'} : rejected(hunk, 'present', {there: linesOf(text).slice(0, 12)})
  }
  if (text === undefined) return {kind: 'already'}
  return text === whole
    ? {kind: 'applied', text: null, isShifted: false}
    : rejected(hunk, 'other', {there: linesOf(text).slice(0, 12)})
}

function rejected(
  hunk: Hunk | undefined,
  why: Rejection['why'],
  {places = [], there = []}: Partial<Pick<Rejection, 'places' | 'there'>> = {},
): Applied {
  return {kind: 'rejected', hunk, why, places, there}
}

/** A hunk in the direction in which it is applied. */
interface Way {
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** Index of the first line, where the numbers of the patch hold. */
  readonly start: number
  readonly isFirst: boolean
  readonly isLast: boolean
}

function oneWay({oldStart, lines}: Hunk): Way {
  const texts = (without: HunkLine['mark']): string[] =>
    lines.filter(({mark}) => mark !== without).map(({text}) => text)
  const lead = lines.findIndex(({mark}) => mark !== ' ')
  const trail = lines.length - 1 - lines.findLastIndex(({mark}) => mark !== ' ')
  const [before, after] = [texts('+'), texts('-')]
  return {
    before,
    after,
    // An empty range is named by the line before it.
    start: before.length === 0 ? oldStart : oldStart - 1,
    // No line before or after a change, or fewer than on its other side, shows that the file begins or ends there, as
    // GNU patch and git apply have it.
    isFirst: oldStart <= 1,
    isLast:
      trail === 0 || trail < lead || [before, after].some((side) => side.at(-1)?.endsWith('\n') === false),
  }
}

function otherWay(hunk: Hunk): Way {
  return oneWay(turned(hunk))
}

function turned({oldStart, newStart, lines, at}: Hunk): Hunk {
  const turns = {' ': ' ', '-': '+', '+': '-'} as const
  return {
    oldStart: newStart,
    newStart: oldStart,
    lines: lines.map(({mark, text}) => ({mark: turns[mark], text})),
    at,
  }
}

type Placing =
  | {readonly kind: 'placed'; readonly text: string; readonly first: number}
  | {
      readonly kind: 'failed'
      readonly index: number
      readonly places: readonly number[]
      readonly there: readonly string[]
    }

/** Puts hunks where their lines stand: where they say, or once one has to be looked for, at the only place of each. */
function place(lines: readonly string[], ways: readonly Way[], manner: 'exact' | 'shifted'): Placing {
  const made: string[] = []
  const known = new LineIndex(lines)
  let [end, first, isExact] = [0, 0, true]
  for (const [index, way] of ways.entries()) {
    const {start} = way
    isExact &&= start >= end && stands(lines, way, start) && isHeld(lines, way, start)
    const places = isExact ? [start] : manner === 'exact' ? [] : placesOf(lines, way, known)
    const [at] = places
    if (at === undefined || places.length > 1 || at < end || !isHeld(lines, way, at)) {
      const there = lines.slice(start, start + Math.max(way.before.length, 1))
      return {kind: 'failed', index, places, there}
    }
    if (index === 0) first = at
    for (let line = end; line < at; line += 1) made.push(lines[line] ?? '')
    made.push(...way.after)
    end = at + way.before.length
  }
  for (let line = end; line < lines.length; line += 1) made.push(lines[line] ?? '')
  return {kind: 'placed', text: made.join(''), first}
}

/**
 * Finds where a hunk fits: all places or, of several, two. It is looked for where the rarest of its lines stands, so that
 * long files of like lines cost little.
 */
function placesOf(lines: readonly string[], way: Way, known: LineIndex): number[] {
  if (way.before.length === 0) return stands(lines, way, 0) ? [0] : []
  let [rarest, inside]: [readonly number[] | undefined, number] = [undefined, 0]
  for (const [index, text] of way.before.entries()) {
    const found = known.of(text)
    if (rarest === undefined || found.length < rarest.length) [rarest, inside] = [found, index]
  }
  const places: number[] = []
  for (const line of rarest ?? []) {
    const at = line - inside
    if (at >= 0 && stands(lines, way, at)) places.push(at)
    if (places.length > 1) break
  }
  return places
}

/** Where lines of a file stand, looked up once it is asked for. */
class LineIndex {
  readonly #lines: readonly string[]
  #places: Map<string, number[]> | undefined

  constructor(lines: readonly string[]) {
    this.#lines = lines
  }

  of(text: string): readonly number[] {
    if (this.#places === undefined) {
      this.#places = new Map()
      for (const [at, line] of this.#lines.entries()) {
        const before = this.#places.get(line)
        if (before === undefined) this.#places.set(line, [at])
        else before.push(at)
      }
    }
    return this.#places.get(text) ?? []
  }
}

/** Nothing proves the place of a hunk that shows no line: it is for a file that has none. */
function stands(lines: readonly string[], {before}: Way, at: number): boolean {
  if (before.length === 0) return lines.length === 0
  return at + before.length <= lines.length && before.every((text, index) => lines[at + index] === text)
}

/** Whether a hunk that is of the beginning or the end of a file stands there. */
function isHeld(lines: readonly string[], {before, isFirst, isLast}: Way, at: number): boolean {
  return (!isFirst || at === 0) && (!isLast || at + before.length === lines.length)
}

/** With their ends; the last one may have none. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}
