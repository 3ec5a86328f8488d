import type {Body, Mention, Source, Span, Step, Assigned, Value} from './model.ts'

// Shared until something is written: most steps and functions have none of these, and each would cost more than they.
const noMentions: Mention[] = []
const noBodies: Step['made'] = []
const nothingAssigned: Assigned[] = []
const noSets: Step['sets'] = new Map()
const noUses: Step['uses'] = new Map()
const noUsers: Value['users'] = new Set()
const noSteps: Body['set'] = new Map()

/** Makes a step; variables that it assigns may be added later where an own list is given. */
export function newStep(kind: Step['kind'], place: Span | undefined, assigned = nothingAssigned): Step {
  return {
    index: 0,
    kind,
    place,
    isLoopEnd: false,
    assigned,
    jump: undefined,
    accesses: noMentions,
    mutations: noMentions,
    made: noBodies,
    sources: undefined,
    circular: undefined,
    sets: noSets,
    uses: noUses,
  }
}

/** Makes the body of a function that has no steps yet. */
export function newBody(about: Pick<Body, 'place' | 'end' | 'isMethod' | 'name' | 'parent'>): Body {
  return {
    parent: about.parent,
    place: about.place,
    end: about.end,
    isMethod: about.isMethod,
    name: about.name,
    steps: [],
    inner: [],
    accessed: noSteps,
    mutated: noSteps,
    set: noSteps,
    value: undefined,
    complexity: 1,
  }
}

/** Notes that a step reads a variable. */
export function addAccess(step: Step, one: Mention): void {
  if (step.accesses === noMentions) step.accesses = [one]
  else step.accesses.push(one)
}

/** Notes that a step changes a table that a variable holds. */
export function addMutation(step: Step, one: Mention): void {
  if (step.mutations === noMentions) step.mutations = [one]
  else step.mutations.push(one)
}

/** Notes that a step makes a function, and with it those inside. */
export function addMade(step: Step, body: Body): void {
  if (step.made === noBodies) step.made = []
  for (const inner of body.inner) step.made.push(inner)
  step.made.push(body)
}

/** Notes what a function does with a variable of a function around it. */
export function addOutside(
  body: Body,
  how: 'accessed' | 'mutated' | 'set',
  {variable, step}: Pick<Value, 'variable' | 'step'>,
): void {
  if (body[how] === noSteps) body[how] = new Map()
  const steps = body[how].get(variable)
  if (steps === undefined) body[how].set(variable, [step])
  else steps.push(step)
}

/** Makes values of a function's assignments; those of functions inside are there already, as luacheck has it. */
export function registerValues({steps}: Body): void {
  for (const step of steps) if (step.assigned.length > 0) registerStep(step)
}

function registerStep(step: Step): void {
  const {assigned, sources} = step
  const given = sources?.length ?? 0
  const last = sources?.[given - 1]
  const spread = last?.kind === 'unpacking' ? last : undefined
  const siblings = spread !== undefined && assigned.length > given ? {used: false} : undefined
  for (let index = 0; index < assigned.length; index += 1) {
    const to = assigned[index]
    const group = index >= given - 1 ? siblings : undefined
    if (to?.variable === undefined) {
      // What goes to a global or a field counts as used.
      if (group !== undefined) group.used = true
      continue
    }
    const {variable, place} = to
    const value = newValue({variable, place, step, source: sources?.[index] ?? spread, siblings: group})
    if (step.sets === noSets) step.sets = new Map()
    step.sets.set(variable, value)
    variable.values.push(value)
  }
}

function newValue(about: Pick<Value, 'variable' | 'place' | 'step' | 'source' | 'siblings'>): Value {
  const {variable, source, step} = about
  const isLocal = step.kind === 'local'
  const isFunction = source?.kind === 'function'
  // Copied by name: this runs for every assignment, and spreading costs ten times as much.
  const value: Value = {
    variable,
    place: about.place,
    step,
    source,
    siblings: about.siblings,
    kind: isFunction ? 'function' : isLocal ? variable.kind : 'variable',
    empty: isLocal && source === undefined && variable.kind === 'variable',
    used: false,
    mutated: false,
    overwriting: undefined,
    users: isFunction ? new Set() : noUsers,
  }
  if (source?.body !== undefined) source.body.value = value
  return value
}

/** The right side of a variable that takes a value which others may hold, too. */
export const shared: Source = {kind: 'shared', described: 'unknown', body: undefined}
