import type {Graph} from './graph.ts'
import type {Issues} from './issue.ts'
import type {Body} from './model.ts'

/** Reports code that can't be reached, and loops that never come to a second turn. */
export function checkReach(bodies: readonly Body[], graphs: readonly Graph[], issues: Issues): void {
  for (const [index, {steps}] of bodies.entries()) {
    const graph = graphs[index]
    if (graph === undefined) continue
    if (graph.isWhole) continue
    const reached = graph.reached()
    for (let stretch = 0; stretch < graph.last; stretch += 1) {
      if (reached[stretch] === 1) continue
      const inside = steps.slice(graph.startOf(stretch), graph.endOf(stretch))
      const first = inside.find(({place}) => place !== undefined)
      if (first?.place === undefined) continue
      issues.add(first.isLoopEnd ? '512' : '511', first.place)
      // What follows from it needs no finding of its own.
      graph.mark(stretch, reached)
    }
  }
}

/** Notes how complex each function is; the options decide from where on that is reported. */
export function checkComplexity(bodies: readonly Body[], issues: Issues): void {
  for (const {parent, place, complexity: value, isMethod, name} of bodies) {
    const kind = isMethod ? 'method' : 'function'
    const what = parent === undefined ? 'main chunk' : name === undefined ? 'function' : `${kind} '${name}'`
    issues.add('561', place, {complexity: {value, what}})
  }
}
