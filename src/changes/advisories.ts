import {mainOf} from '../module-name.ts'
import {shownId, type Advisory} from '../registry/advisories.ts'
import {flawsIn, type FoundFlaw} from '../resolve/advisories.ts'
import type {FileDigests} from '../resolve/compare.ts'
import type {Change} from './types.ts'

/** Files of one source in two releases. */
export interface FilesCompared {
  readonly before: FileDigests
  readonly after: FileDigests
}

/** Tells which known flaws files have no more, and which they have now, as published. */
export function advisoryChanges({before, after}: FilesCompared, advisories: readonly Advisory[]): Change[] {
  const [old, now] = [flawsIn(before, advisories), flawsIn(after, advisories)]
  const [known, come] = [modulesIn(before), modulesIn(after)]
  return [
    ...lacking(now, old).map(({advisory, affected, paths}): Change => ({
      ...plain(advisory),
      kind: 'advisory-opened',
      // A module that comes with the release is in nobody's use yet.
      severity: affected.modules.some((name) => known.has(name)) ? 'breaking' : 'notable',
      modules: those(affected.modules, come),
      after: advisory.summary,
      note: noteOf([`in ${paths.join(', ')}`, fixText(affected)], advisory),
    })),
    ...lacking(old, now).map(({advisory, affected, paths}): Change => ({
      ...plain(advisory),
      kind: 'advisory-closed',
      severity: 'notable',
      modules: those(affected.modules, known),
      before: advisory.summary,
      note: paths.some((path) => Object.hasOwn(after, path))
        ? noteOf([`was in ${paths.join(', ')}`, fixText(affected)], advisory)
        : noteOf([`was in ${paths.join(', ')}, which is gone`], advisory),
    })),
  ]
}

/** Tells whether a change is about a known flaw. */
export function isOfAdvisory({kind}: Pick<Change, 'kind'>): boolean {
  return kind === 'advisory-opened' || kind === 'advisory-closed'
}

function lacking(flaws: readonly FoundFlaw[], others: readonly FoundFlaw[]): FoundFlaw[] {
  return flaws.filter(({affected}) => !others.some((other) => other.affected === affected))
}

function modulesIn(files: FileDigests): ReadonlySet<string> {
  return new Set(Object.keys(files).flatMap((path) => mainOf(path) ?? []))
}

/** Of modules those that are there; all where none is, and a library lies alone. */
function those(modules: readonly string[], there: ReadonlySet<string>): string[] {
  const found = modules.filter((name) => there.has(name))
  return [...(found.length === 0 ? modules : found)].sort()
}

/** A flaw is in no line. */
function plain(advisory: Advisory): Pick<Change, 'name' | 'before' | 'after' | 'places'> {
  return {name: shownId(advisory), before: null, after: null, places: {before: null, after: null}}
}

function fixText({source, fixed}: FoundFlaw['affected']): string {
  return `fixed in ${source} ${fixed}`
}

function noteOf(told: readonly string[], {references: [page]}: Advisory): string {
  return [...told, ...(page === undefined ? [] : [page.url])].join('; ')
}
