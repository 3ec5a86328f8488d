import type {Problem} from '../operations/check/types.ts'
import {visible} from '../plain-text.ts'
import {out as pc} from './colours.ts'
import {byKey, count} from './common.ts'

/** What the word for how bad a problem is looks like. */
export const severityColours = {error: pc.red, warning: pc.yellow, note: pc.cyan} as const

/** How many modules a cause names. */
const mostNames = 8

/** Problems apart by whether others have the same cause; those that have, by cause, with most modules first. */
export function byCause<P extends Problem>(
  problems: readonly P[],
): {
  readonly causes: readonly (readonly P[])[]
  readonly others: readonly P[]
} {
  const groups = byKey(
    problems.filter(({cause, part}) => cause !== null && part !== null),
    ({severity, cause, hint}) => JSON.stringify([severity, cause, hint]),
  )
  const causes = [...groups.values()].filter((group) => group.length > 1)
  const told = new Set<Problem>(causes.flat())
  return {
    causes: causes.toSorted((a, b) => b.length - a.length),
    others: problems.filter((one) => !told.has(one)),
  }
}

/** Says once what keeps several modules of a tree from working, and which. */
export function causeLines(group: readonly Problem[]): string[] {
  const [first] = group
  if (first === undefined) return []
  const names = [
    ...new Set(group.flatMap(({part}) => (part === null ? [] : part.slice(part.indexOf('/') + 1)))),
  ].sort()
  const rest = names.length - mostNames
  const shown = names.slice(0, mostNames).join(', ')
  const verb = first.kind === 'boot' ? 'were not loaded' : 'cannot work'
  // What keeps modules from working that nobody enables is a note.
  const idle = first.severity === 'note' ? '; no configuration enables them' : ''
  return [
    `  ${severityColours[first.severity](`${first.severity}:`)} ${visible(first.cause ?? '')}: ${count(names.length, 'module')} ${verb}${idle}`,
    `    ${shown}${rest > 0 ? ` and ${rest} more (--all)` : ''}`,
    ...(first.path === null
      ? []
      : [`    first at ${pc.dim(`${visible(first.path)}${(first.line ?? 0) > 0 ? `:${first.line}` : ''}`)}`]),
    ...(first.hint === null ? [] : [`    ${visible(first.hint)}`]),
  ]
}
