import type {Graph} from './graph.ts'
import type {Body, Event, Step, Use, Value, Variable} from './model.ts'

/** Work that one chunk may cost, in stretches and uses looked at; of 2721 real files the worst takes 21,150. */
const budget = 2_000_000

/**
 * Finds which values each use of a local variable may find, and which uses each value may reach. Functions inside may
 * run at any time from where they are made, with their reads and writes in any order. Gives the steps that may find
 * variables to which nothing has been assigned.
 */
export function connect(bodies: readonly Body[], graphs: readonly Graph[]): ReadonlySet<Step> {
  const flow = new Flow()
  for (const [index, body] of bodies.entries()) {
    const graph = graphs[index]
    if (graph !== undefined) flow.run(body, graph)
  }
  return flow.doubtful
}

class Flow {
  readonly doubtful = new Set<Step>()
  #left = budget
  /** What one walk has yet to come to; empty between walks. */
  readonly #open: number[] = []

  run(body: Body, graph: Graph): void {
    for (const variable of new Events(body).variables) this.#variable(variable, graph)
  }

  #variable(variable: Variable, graph: Graph): void {
    const {events} = variable
    let anyMade = false
    let settings = 0
    for (const {made, sets} of events) {
      anyMade ||= made.length > 0
      if (sets !== undefined) settings += 1
    }
    const [first] = events
    // Where it is set but once, and every step can be reached, that is found wherever it is visible.
    if (settings === 1 && first?.sets !== undefined && graph.isWhole) this.#everywhere(first.sets)
    else for (const event of events) if (event.sets !== undefined) this.#follow(event.sets, event, graph)
    if (anyMade) this.#functions(variable, graph)
    if (this.#left < 0) forget(variable)
  }

  #everywhere(value: Value): void {
    value.overwriting = null
    const {events} = value.variable
    for (let at = 1; at < events.length; at += 1) {
      const event = events[at]
      if (event !== undefined) this.#apply(value, event)
    }
  }

  /** Follows a value from its assignment to where it is overwritten or out of scope. */
  #follow(value: Value, from: Event, graph: Graph): void {
    const first = from.index + 1
    const stretch = graph.of(first)
    if (!this.#walk(value, first, graph.endOf(stretch))) return
    const round = graph.newRound()
    // Jumping back to where the walk began leads to nothing new; back into a stretch, it leads to the assignment.
    if (graph.startOf(stretch) === first) graph.enter(stretch, round)
    const open = this.#open
    open.push(graph.ahead(stretch), graph.jump(stretch))
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next === -1 || !graph.enter(next, round)) continue
      if (this.#walk(value, graph.startOf(next), graph.endOf(next)))
        open.push(graph.ahead(next), graph.jump(next))
    }
  }

  /** Whether a value is still there at the end of a stretch. */
  #walk(value: Value, start: number, end: number): boolean {
    this.#left -= 1
    const {scopeStart, scopeEnd, events} = value.variable
    if (this.#left < 0 || start < scopeStart || start > scopeEnd) {
      value.overwriting = null
      return false
    }
    for (let at = firstEvent(events, start); at < events.length; at += 1) {
      const event = events[at]
      if (event === undefined || event.index >= end || event.index > scopeEnd) break
      this.#apply(value, event)
      if (event.sets === undefined) continue
      const {overwriting} = value
      if (overwriting !== null)
        value.overwriting = (overwriting ?? event.step) === event.step ? event.step : null
      return false
    }
    if (end <= scopeEnd + 1) return true
    value.overwriting = null
    return false
  }

  #apply(value: Value, {step, accesses, mutates, made}: Event): void {
    const {variable} = value
    const isCircular = step.circular === variable
    if (accesses && !isCircular) this.#accessed(value, variable.home, step)
    if (mutates) this.#mutated(value, variable.home, step)
    if (made.length > 0) for (const inner of made) this.#uses(value, inner, !isCircular)
  }

  /** All uses of a value's variable in a function inside. */
  #uses(value: Value, body: Body, accesses = true): void {
    const {variable} = value
    if (accesses) for (const step of body.accessed.get(variable) ?? []) this.#accessed(value, body, step)
    for (const step of body.mutated.get(variable) ?? []) this.#mutated(value, body, step)
  }

  #accessed(value: Value, body: Body, step: Step): void {
    this.#found(value, body, step)
    value.used = true
  }

  #mutated(value: Value, body: Body, step: Step): void {
    this.#found(value, body, step)
    value.mutated = true
  }

  #found(value: Value, body: Body, step: Step): void {
    this.#left -= 1
    const {variable} = value
    const use = step.uses.get(variable)
    if (use === undefined) {
      // All steps that use nothing share one empty map.
      if (step.uses.size === 0) step.uses = new Map()
      step.uses.set(variable, {ways: 1, value, allEmpty: value.empty})
      if (value.empty) this.doubtful.add(step)
    } else meet(use, value)
    if (value.kind === 'function') value.users.add(body)
    if (value.siblings !== undefined) value.siblings.used = true
  }

  /** Ties functions that use a variable to assignments behind where they are made, and those that set it to uses. */
  #functions(variable: Variable, graph: Graph): void {
    const {events} = variable
    const setting = events.filter(
      ({sets, made}) => sets !== undefined || made.some(({set}) => set.has(variable)),
    )
    if (variable.home.parent !== undefined) this.#anyOrder(variable)
    for (const from of events) {
      for (const body of from.made) {
        const sets = body.set.has(variable)
        for (const to of sets ? events : setting) {
          this.#left -= 1
          if (this.#left < 0) return
          if (graph.reaches(from.index, to.index)) this.#meeting(body, to, variable)
        }
      }
    }
  }

  /**
   * What luacheck takes for granted where the variable's function is itself made somewhere: that functions inside it
   * run in any order, whichever is made first. Each pair counts in both orders.
   */
  #anyOrder(variable: Variable): void {
    const made = variable.events.flatMap((event) => event.made)
    const setters = made.filter(({set}) => set.has(variable))
    for (const setter of setters) {
      for (const user of made) {
        if (this.#left < 0) return
        this.#exchange(setter, user, variable)
        this.#exchange(setter, user, variable)
      }
    }
  }

  #meeting(body: Body, {sets, step, accesses, mutates, made}: Event, variable: Variable): void {
    if (sets !== undefined) this.#uses(sets, body)
    for (const other of made) {
      this.#exchange(other, body, variable)
      this.#exchange(body, other, variable)
    }
    for (const value of valuesSet(body, variable)) {
      if (accesses) this.#accessed(value, variable.home, step)
      if (mutates) this.#mutated(value, variable.home, step)
    }
  }

  /** Values that one function sets may be found in the other one. */
  #exchange(setter: Body, user: Body, variable: Variable): void {
    this.#left -= 1
    if (!user.accessed.has(variable) && !user.mutated.has(variable)) return
    for (const value of valuesSet(setter, variable)) this.#uses(value, user)
  }
}

/** Position of the first of a variable's events that is not before a step. */
function firstEvent(events: readonly Event[], index: number): number {
  let low = 0
  let high = events.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((events[middle]?.index ?? 0) < index) low = middle + 1
    else high = middle
  }
  return low
}

function meet(use: Use, value: Value): void {
  use.ways += 1
  use.allEmpty &&= value.empty
}

function valuesSet(body: Body, variable: Variable): Value[] {
  return (body.set.get(variable) ?? []).flatMap(({sets}) => sets.get(variable) ?? [])
}

/** Lets a variable count as used that was too costly to follow. */
function forget({values}: Variable): void {
  for (const value of values) {
    value.used = true
    value.overwriting = null
    for (const use of [...value.step.uses.values()]) use.allEmpty = false
  }
}

/** The variables of a function that is anything done with, with what its steps do with them. */
class Events {
  readonly variables: Variable[] = []
  readonly #body: Body

  constructor(body: Body) {
    this.#body = body
    for (const step of body.steps) this.#add(step)
  }

  #add(step: Step): void {
    const {accesses, mutations, made, sets} = step
    // Most steps have only one of these, and going through an empty list costs as much as through a short one.
    if (accesses.length > 0)
      for (const {variable} of accesses) if (this.#isOwn(variable)) this.#at(step, variable).accesses = true
    if (mutations.length > 0)
      for (const {variable} of mutations) if (this.#isOwn(variable)) this.#at(step, variable).mutates = true
    if (made.length > 0) for (const inner of made) this.#addMaking(step, inner)
    if (sets.size > 0)
      for (const [variable, value] of sets) if (this.#isOwn(variable)) this.#at(step, variable).sets = value
  }

  #isOwn(variable: Variable): boolean {
    return variable.home === this.#body
  }

  #at(step: Step, variable: Variable): Event {
    const {events} = variable
    const {index} = step
    if (events.length === 0) this.variables.push(variable)
    const last = events[events.length - 1]
    if (last?.index === index) return last
    const event: Event = {index, step, accesses: false, mutates: false, sets: undefined, made: noBodies}
    events.push(event)
    return event
  }

  /** Notes that a step makes a function that does something with variables. */
  #addMaking(step: Step, made: Body): void {
    for (const variables of [made.accessed, made.mutated, made.set]) {
      if (variables.size === 0) continue
      for (const variable of variables.keys()) {
        if (!this.#isOwn(variable)) continue
        const event = this.#at(step, variable)
        if (event.made === noBodies) event.made = [made]
        else if (event.made[event.made.length - 1] !== made) event.made.push(made)
      }
    }
  }
}

const noBodies: Event['made'] = []
