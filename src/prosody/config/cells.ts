import {same, unknown, type Cell, type Value} from './values.ts'

/** Whether what follows is reached: yes; perhaps; not, and how it is left. */
export type Flow = 'next' | 'perhaps' | 'break' | 'perhaps-break' | 'return' | 'error'

/** What is true on some ways through the code only: variables are told apart by way, and joined behind them. */
export class Ways {
  /** How many conditions that are not known the code stands under. */
  #depth = 0
  #changed: Map<Cell, Value> | undefined

  get certain(): boolean {
    return this.#depth === 0
  }

  /** Gives a variable a value, on the ways that are gone. */
  write(cell: Cell, value: Value): void {
    if (this.#changed !== undefined && !this.#changed.has(cell)) this.#changed.set(cell, cell.value)
    cell.value = value
  }

  /** Goes each of several ways, of which one is taken; where they are not all, none of them may be. */
  fork(ways: readonly (() => Flow)[], areAll: boolean): Flow {
    const outcomes: ReadonlyMap<Cell, Value>[] = areAll ? [] : [new Map()]
    const flows: Flow[] = areAll ? [] : ['next']
    for (const way of ways) {
      const {flow, changed} = this.#goes(way)
      flows.push(flow)
      // Where Prosody stops with an error, nothing comes behind.
      if (flow !== 'error') outcomes.push(changed)
    }
    for (const cell of new Set(outcomes.flatMap((one) => [...one.keys()])))
      this.write(cell, joined(cell, outcomes))
    return flowOf(flows)
  }

  #goes(way: () => Flow): {readonly flow: Flow; readonly changed: ReadonlyMap<Cell, Value>} {
    const outer = this.#changed
    const before = new Map<Cell, Value>()
    this.#changed = before
    this.#depth += 1
    try {
      const flow = way()
      const changed = new Map([...before.keys()].map((cell) => [cell, cell.value]))
      return {flow, changed}
    } finally {
      for (const [cell, value] of before) cell.value = value
      this.#depth -= 1
      this.#changed = outer
    }
  }
}

function joined(cell: Cell, outcomes: readonly ReadonlyMap<Cell, Value>[]): Value {
  const values = outcomes.map((one) => one.get(cell) ?? cell.value)
  const [first] = values
  if (first !== undefined && values.every((one) => same(first, one))) return first
  return unknown(cell.name, values)
}

function flowOf(flows: readonly Flow[]): Flow {
  const alive = flows.filter((one) => one !== 'error')
  const [first] = alive
  if (first === undefined) return 'error'
  if (alive.every((one) => one === first)) return first
  if (alive.some((one) => one === 'return' || one === 'perhaps')) return 'perhaps'
  return 'perhaps-break'
}
