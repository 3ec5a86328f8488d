import {Around} from './around.ts'
import type {RuleFinding} from './rule-report.ts'
import type {Reported, Surroundings} from './surroundings.ts'

/** Keeps the findings of each file that hold in sight of the others. */
export function settle(
  files: readonly Reported[],
  {others, libraryAt, isFirst = false}: Surroundings,
): RuleFinding[][] {
  const around = new Around([...files, ...others], {libraryAt, isFirst})
  return files.map(({path, report}) => report.findings.filter(({pending}) => around.holds(path, pending)))
}
