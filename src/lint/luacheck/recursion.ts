import type {Issues} from './issue.ts'
import {isFunction} from './locals.ts'
import type {Body} from './model.ts'

type Edges = ReadonlyMap<Body, ReadonlySet<Body>>

/** Reports functions that only functions like them use: themselves, or each other. */
export function checkRecursion(main: Body, issues: Issues): void {
  const {users, used} = edgesOf(main)
  const marked = new Set<Body>([main])
  reach(main, used, {marked, known: marked})
  for (const body of main.inner) {
    if (body.value === undefined || body.value.used) continue
    marked.add(body)
    reach(body, used, {marked, known: marked})
  }
  for (const body of main.inner) {
    if (body.value?.used !== true || marked.has(body)) continue
    const forward = new Set<Body>()
    const backward = new Set<Body>()
    reach(body, used, {marked: forward, known: marked})
    reach(body, users, {marked: backward, known: marked})
    for (const one of forward) {
      if (!backward.has(one)) continue
      marked.add(one)
      report(one, used, issues)
    }
  }
}

function report(body: Body, used: Edges, issues: Issues): void {
  const {value} = body
  if (value === undefined) return
  const {name} = value.variable
  const recursion = used.get(body)?.has(body) === true ? 'self' : 'mutual'
  if (isFunction(value.variable)) issues.add('211', value.place, {name, isFunction: true, recursion})
  else issues.add('311', value.place, {name})
}

/** Which functions each one uses, and by which it is used: by those that find it in a variable, else by the one around it. */
function edgesOf(main: Body): {readonly users: Edges; readonly used: Edges} {
  const users = new Map<Body, Set<Body>>()
  const used = new Map<Body, Set<Body>>()
  for (const body of main.inner) {
    const around = body.parent === undefined ? [] : [body.parent]
    for (const user of body.value?.users ?? around) {
      add(used, user, body)
      add(users, body, user)
    }
  }
  return {users, used}
}

function add(edges: Map<Body, Set<Body>>, from: Body, to: Body): void {
  const known = edges.get(from)
  if (known === undefined) edges.set(from, new Set([to]))
  else known.add(to)
}

/** Marks all that edges lead to from a function, but for what is known already. */
function reach(
  from: Body,
  edges: Edges,
  {marked, known}: {readonly marked: Set<Body>; readonly known: ReadonlySet<Body>},
): void {
  const open = [from]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const next of edges.get(at) ?? []) {
      if (marked.has(next) || known.has(next)) continue
      marked.add(next)
      open.push(next)
    }
  }
}
