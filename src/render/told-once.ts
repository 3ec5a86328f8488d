import type {Problem} from '../operations/check/types.ts'
import {visible} from '../plain-text.ts'
import {out as pc} from './colours.ts'
import {byKey, count, namesText} from './common.ts'
import {severityColours} from './causes.ts'

/** A problem, and what Prosody says of the same place. */
export interface ToldProblem extends Problem {
  /** Why a start of Prosody did not load the module, where the problem is the reason for that; '' for no other words. */
  readonly booted?: string
}

/**
 * Puts together what is one thing: what a start of Prosody has shown with what the code says of that line, and a file
 * that Prosody skips with the rule that says so, too.
 */
export function toldOnce(problems: readonly Problem[]): readonly ToldProblem[] {
  const skipped = new Set(
    problems.flatMap(({kind, path}) => (kind === 'layout' && path !== null ? [path] : [])),
  )
  const shown = problems.filter(({message, path}) => !message.endsWith(skipRule) || !skipped.has(path ?? ''))
  const byPlace = byKey(shown.filter(isBoot), placeOf)
  const taken = new Set<Problem>()
  const told = shown.map((one): ToldProblem => {
    const same = isBoot(one) || one.severity === 'note' ? undefined : byPlace.get(placeOf(one))?.[0]
    if (same === undefined || same.cause === null || taken.has(same)) return one
    taken.add(same)
    // What Prosody says of a file that it skips is what is said of it already.
    const booted = one.kind === 'layout' ? '' : same.cause
    return {...one, severity: same.severity, booted, hint: one.hint ?? same.hint}
  })
  return told.filter((one) => !taken.has(one))
}

/** How findings of this rule end. */
const skipRule = '[unmet-metadata]'

/** Of trees they are told by their cause. */
function isBoot({kind, part}: Problem): boolean {
  return kind === 'boot' && part === null
}

function placeOf({module, path, line}: Problem): string {
  return JSON.stringify([module, path, line])
}

/** Takes out the problems that are the same of several modules, the lockfile lacking them. */
export function withoutMissing(problems: readonly ToldProblem[]): {
  readonly missing: readonly (readonly ToldProblem[])[]
  readonly others: readonly ToldProblem[]
} {
  const groups = byKey(
    problems.filter(({kind, module}) => kind === 'lockfile' && module !== null),
    (one) => JSON.stringify([ownText(one), one.hint]),
  )
  const missing = [...groups.values()].filter((group) => group.length > 1)
  const taken = new Set(missing.flat())
  return {missing, others: problems.filter((one) => !taken.has(one))}
}

/** Returns the message of a problem without the name of the module that it begins with. */
export function ownText({module, message}: Problem): string {
  return module !== null && message.startsWith(`${module}: `) ? message.slice(module.length + 2) : message
}

/** Says once what is wrong with the lockfile for several modules. */
export function missingLines(missing: readonly (readonly ToldProblem[])[]): string[] {
  if (missing.length === 0) return []
  return [
    '',
    pc.bold('the lockfile'),
    ...missing.flatMap((group) => {
      const [first] = group
      if (first === undefined) return []
      const names = namesText(group.flatMap(({module}) => module ?? []))
      return [
        `  ${severityColours[first.severity](`${first.severity}:`)} ${count(group.length, 'module')} ${visible(ownText(first))}: ${visible(names)}`,
        ...(first.hint === null ? [] : [`    ${visible(first.hint)}`]),
      ]
    }),
  ]
}
