import {kindDigits} from './codes.ts'
import type {Issues} from './issue.ts'
import {spanOf} from './places.ts'
import type {Body, Mention, Span, Step, Value, Variable} from './model.ts'

/** Reports variables and values that nothing uses. */
export function checkLocals(bodies: readonly Body[], issues: Issues): void {
  for (const {steps} of bodies) {
    for (const step of steps) {
      if (step.kind !== 'local') continue
      for (const variable of step.sets.keys()) if (!isMainDots(variable)) checkVariable(variable, issues)
    }
  }
}

/** Reports uses of variables that nothing has been assigned to, wherever they may come from. */
export function checkUninitialised(doubtful: Iterable<Step>, issues: Issues): void {
  for (const step of doubtful) {
    for (const one of step.accesses) checkUse(step, one, {code: '321', issues})
    for (const one of step.mutations) checkUse(step, one, {code: '341', issues})
  }
}

function checkUse(
  {uses}: Step,
  {variable, node}: Mention,
  {code, issues}: {readonly code: string; readonly issues: Issues},
): void {
  if (uses.get(variable)?.allEmpty !== true) return
  const [only] = variable.values
  const isNeverSet = variable.values.length === 1 && only?.empty === true
  if (!isNeverSet) issues.add(code, spanOf(node), {name: variable.name})
}

function isMainDots({home, name}: Variable): boolean {
  return home.parent === undefined && name === '...'
}

function checkVariable(variable: Variable, issues: Issues): void {
  const {values} = variable
  if (isFunction(variable)) {
    const value = values[1] ?? values[0]
    if (value !== undefined && !value.used) unusedVariable(value, issues)
    return
  }
  const [only] = values
  if (values.length === 1 && only !== undefined) checkSingle(only, issues)
  else if (!variable.accessed && !variable.mutated) unaccessed(variable, '3', issues)
  else checkSeveral(variable, issues)
}

/** Tells whether a variable is a function and nothing else, perhaps declared ahead. */
export function isFunction({values}: Variable): boolean {
  const [first, second] = values
  if (values.length === 1) return first?.kind === 'function'
  return values.length === 2 && first?.empty === true && second?.kind === 'function'
}

function checkSingle(value: Value, issues: Issues): void {
  const {variable, used, mutated, empty} = value
  const {name, kind} = variable
  if (kind === 'argument' && /^_[A-Za-z]/.test(name) && name !== '_ENV') {
    if (used) issues.add('214', variable.place, {name})
  } else if (used) {
    if (empty) issues.add('221', variable.place, {name})
  } else if (!mutated) unusedVariable(value, issues)
  else if (!isShared(value)) unaccessed(variable, '4', issues)
}

function checkSeveral(variable: Variable, issues: Issues): void {
  const {values, accessed} = variable
  const anyShared = values.some((value) => isShared(value))
  if (!accessed && !anyShared) unaccessed(variable, '4', issues)
  for (const value of values) {
    if (value.empty || value.used) continue
    if (!value.mutated) unusedValue(value, overwritingPlace(value), issues)
    else if (!isShared(value) && (accessed || anyShared)) unusedValue(value, undefined, issues)
  }
}

/** Whether something else may hold the value, so that changing it has an effect. */
function isShared({kind, source}: Value): boolean {
  return kind !== 'variable' || source?.kind === 'shared' || source?.kind === 'unpacking'
}

function isSecondary({siblings}: Value): boolean {
  return siblings?.used === true
}

function unusedVariable(value: Value, issues: Issues): void {
  const {variable, place, kind, empty} = value
  const {name} = variable
  issues.add(`21${kindDigits[variable.kind]}`, place, {
    name,
    secondary: isSecondary(value),
    isFunction: kind === 'function',
    self: variable.implicit,
    useless: name === '_' && empty,
  })
}

function unaccessed(variable: Variable, digit: '3' | '4', issues: Issues): void {
  const {name, kind, place, values} = variable
  const secondary = values.every((value) => value.empty || isSecondary(value))
  issues.add(`2${digit}${kindDigits[kind]}`, place, {name, secondary})
}

function unusedValue(value: Value, overwriting: Span | undefined, issues: Issues): void {
  const {variable, place, kind, mutated} = value
  issues.add(`3${mutated ? '3' : '1'}${kindDigits[kind]}`, place, {
    name: variable.name,
    secondary: isSecondary(value),
    ...(overwriting === undefined ? {} : {other: overwriting}),
  })
}

/** Where a value is overwritten on every way, also by the same assignment: `a, a = 1, 2`. */
function overwritingPlace({overwriting, step, variable, place}: Value): Span | undefined {
  const placesIn = ({assigned}: Step): Span[] =>
    assigned.flatMap((to) => (to.variable === variable ? [to.place] : []))
  if (overwriting === undefined || overwriting === null) {
    const places = placesIn(step)
    return places[places.indexOf(place) + 1]
  }
  return overwriting === step ? undefined : placesIn(overwriting)[0]
}
