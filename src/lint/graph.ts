import type {Body} from './model.ts'
import {firstFrom} from './places.ts'

/** The steps of a function as a graph of stretches that are run from their beginning to their end. */
export class Graph {
  /** Index of the first step of each stretch; the last stretch is the end of the function, without steps. */
  readonly starts: readonly number[]
  readonly #next: readonly (readonly number[])[]
  readonly #reached = new Map<number, Uint8Array>()

  constructor({steps}: Body) {
    const starts = new Set([0, steps.length])
    for (const [index, {jump}] of steps.entries()) if (jump !== undefined) starts.add(jump.to).add(index + 1)
    this.starts = [...starts].sort((a, b) => a - b)
    this.#next = this.starts.map((_, stretch) => {
      if (stretch === this.last) return []
      const jump = steps[this.endOf(stretch) - 1]?.jump
      if (jump === undefined) return [stretch + 1]
      const target = this.of(jump.to)
      return jump.conditional ? [target, stretch + 1] : [target]
    })
  }

  get last(): number {
    return this.starts.length - 1
  }

  /** The stretch with a step. */
  of(index: number): number {
    return firstFrom(this.starts, index + 1) - 1
  }

  startOf(stretch: number): number {
    return this.starts[stretch] ?? 0
  }

  /** Behind its last step. */
  endOf(stretch: number): number {
    return this.starts[stretch + 1] ?? this.startOf(stretch)
  }

  next(stretch: number): readonly number[] {
    return this.#next[stretch] ?? []
  }

  /** Whether a step is run before another one, or is that one. */
  reaches(from: number, to: number): boolean {
    const stretch = this.of(from)
    const other = this.of(to)
    return (stretch === other && to >= from) || this.#behind(stretch)[other] === 1
  }

  /** Marks what can be reached from the beginning of a stretch. */
  mark(stretch: number, marks: Uint8Array): void {
    const open = [stretch]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (marks[at] === 1) continue
      marks[at] = 1
      open.push(...this.next(at))
    }
  }

  /** What can be reached from the end of a stretch. */
  #behind(stretch: number): Uint8Array {
    const known = this.#reached.get(stretch)
    if (known !== undefined) return known
    const marks = new Uint8Array(this.starts.length)
    for (const one of this.next(stretch)) this.mark(one, marks)
    this.#reached.set(stretch, marks)
    return marks
  }
}
