import type {Body, Step} from './model.ts'

const none = -1

/** The steps of a function as a graph of stretches that are run from their beginning to their end. */
export class Graph {
  /** Index of the first step of each stretch; the last stretch is the end of the function, without steps. */
  readonly starts: readonly number[]
  /** The stretch of each step. */
  readonly #stretches: readonly number[]
  /** Where each stretch leads: to the one behind it, and where a jump at its end goes; -1 for nowhere. */
  readonly #ahead: readonly number[]
  readonly #jumps: readonly number[]
  readonly #reached: (Uint8Array | undefined)[] = []
  /** By stretch, the last round that came to it. */
  readonly #entered: number[]
  #whole: boolean | undefined
  #round = 0

  constructor({steps}: Body) {
    const {starts, stretches} = stretchesOf(steps)
    this.starts = starts
    this.#stretches = stretches
    const ahead: number[] = []
    const jumps: number[] = []
    for (let stretch = 0; stretch < this.last; stretch += 1) {
      const jump = steps[(starts[stretch + 1] ?? 0) - 1]?.jump
      ahead.push(jump === undefined || jump.conditional ? stretch + 1 : none)
      jumps.push(jump === undefined ? none : this.of(jump.to))
    }
    ahead.push(none)
    jumps.push(none)
    this.#entered = starts.map(() => 0)
    this.#ahead = ahead
    this.#jumps = jumps
  }

  get last(): number {
    return this.starts.length - 1
  }

  /** Returns the stretch that a step is in. */
  of(index: number): number {
    return this.#stretches[index] ?? this.last
  }

  /** Returns the index of the step that a stretch begins with. */
  startOf(stretch: number): number {
    return this.starts[stretch] ?? 0
  }

  /** Returns the index behind the last step of a stretch. */
  endOf(stretch: number): number {
    return this.starts[stretch + 1] ?? this.startOf(stretch)
  }

  /** Returns the stretch behind one that may be run after it; -1 for none. */
  ahead(stretch: number): number {
    return this.#ahead[stretch] ?? none
  }

  /** Returns the stretch that a jump at the end of one leads to; -1 for none. */
  jump(stretch: number): number {
    return this.#jumps[stretch] ?? none
  }

  /** Tells which stretches can be reached: 1 where one can. */
  reached(): Uint8Array {
    const marks = new Uint8Array(this.starts.length)
    this.mark(0, marks)
    return marks
  }

  /** Tells whether all of the function can be reached, but perhaps its end. */
  get isWhole(): boolean {
    this.#whole ??= this.reached().lastIndexOf(0, this.last - 1) === -1
    return this.#whole
  }

  /**
   * Returns a number for one walk through the graph: many walks are short, and an array for each would cost more than
   * they.
   */
  newRound(): number {
    this.#round += 1
    return this.#round
  }

  /** Tells whether a walk comes to a stretch for the first time. */
  enter(stretch: number, round: number): boolean {
    if (this.#entered[stretch] === round) return false
    this.#entered[stretch] = round
    return true
  }

  /** Tells whether a step is run before another one, or is that one. */
  reaches(from: number, to: number): boolean {
    const stretch = this.of(from)
    const other = this.of(to)
    return (stretch === other && to >= from) || this.#behind(stretch)[other] === 1
  }

  /** Marks what can be reached from the beginning of a stretch. */
  mark(stretch: number, marks: Uint8Array): void {
    const open = [stretch]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at === none || marks[at] === 1) continue
      marks[at] = 1
      open.push(this.jump(at), this.ahead(at))
    }
  }

  /** What can be reached from the end of a stretch. */
  #behind(stretch: number): Uint8Array {
    const known = this.#reached[stretch]
    if (known !== undefined) return known
    const marks = new Uint8Array(this.starts.length)
    this.mark(this.jump(stretch), marks)
    this.mark(this.ahead(stretch), marks)
    this.#reached[stretch] = marks
    return marks
  }
}

/** A stretch begins where a jump leads, and behind every jump. */
function stretchesOf(steps: readonly Step[]): {
  readonly starts: readonly number[]
  readonly stretches: readonly number[]
} {
  const isStart = new Uint8Array(steps.length + 1)
  isStart[0] = 1
  isStart[steps.length] = 1
  for (let index = 0; index < steps.length; index += 1) {
    const jump = steps[index]?.jump
    if (jump === undefined) continue
    isStart[jump.to] = 1
    isStart[index + 1] = 1
  }
  const starts: number[] = []
  const stretches: number[] = []
  for (let index = 0; index <= steps.length; index += 1) {
    if (isStart[index] === 1) starts.push(index)
    stretches.push(starts.length - 1)
  }
  return {starts, stretches}
}
