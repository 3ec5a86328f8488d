import {dirname} from 'node:path/posix'
import type {RuleFinding, RuleReport} from './index.ts'
import {eventTest} from './target.ts'

/** A file that was looked at. */
export interface Reported {
  /** With slashes. */
  readonly path: string
  readonly report: RuleReport
}

export interface Surroundings {
  /** Other files that run beside those that are reported: they fire events and set globals. */
  readonly others: readonly Reported[]
  /** Whether `module:require(library)` in a file finds something. */
  readonly ships: (path: string, library: string) => boolean
}

/** The findings of each file that hold in sight of the others. */
export function settle(files: readonly Reported[], {others, ships}: Surroundings): RuleFinding[][] {
  const all = [...files, ...others]
  const fires = eventTest(all.flatMap(({report}) => report.fires))
  const globals = new Map<string, Set<string>>()
  for (const {path, report} of all) {
    const folder = folderOf(path)
    globals.set(folder, new Set([...(globals.get(folder) ?? []), ...report.globals]))
  }
  const isSet = (path: string, name: string): boolean => {
    const folder = folderOf(path)
    return [folder, dirname(folder)].some((one) => globals.get(one)?.has(name) === true)
  }
  return files.map(({path, report}) =>
    report.findings.filter(({pending}) => {
      switch (pending?.kind) {
        case 'event':
          return !fires(pending.name)
        case 'global':
          return !isSet(path, pending.name)
        case 'library':
          return !ships(path, pending.name)
        case undefined:
          return true
      }
    }),
  )
}

/** What a module's files have in common: its folder, or that of a flat tree. */
function folderOf(path: string): string {
  return /^(.*\/)?mod_[^/.]+(?=\/)/.exec(path)?.[0] ?? dirname(path)
}
