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
  const modules = {before: modulesIn(before), after: modulesIn(after)}
  return [
    ...lacking(now, old).map(
      (flaw) =>
        ({
          ...changeOf('advisory-opened', flaw, modules.after),
          // A module that comes with the release is in nobody's use yet.
          severity: flaw.affected.modules.some((name) => modules.before.has(name)) ? 'breaking' : 'notable',
        }) as const,
    ),
    ...lacking(old, now).map((flaw) => changeOf('advisory-closed', flaw, modules.before)),
  ]
}

function modulesIn(files: FileDigests): ReadonlySet<string> {
  return new Set(Object.keys(files).flatMap((path) => mainOf(path) ?? []))
}

/** Tells whether a change is about a known flaw. */
export function isOfAdvisory({kind}: Pick<Change, 'kind'>): boolean {
  return kind === 'advisory-opened' || kind === 'advisory-closed'
}

function lacking(flaws: readonly FoundFlaw[], others: readonly FoundFlaw[]): FoundFlaw[] {
  return flaws.filter(({affected}) => !others.some((other) => other.affected === affected))
}

function changeOf(
  kind: 'advisory-opened' | 'advisory-closed',
  {advisory, affected, paths}: FoundFlaw,
  there: ReadonlySet<string>,
): Change {
  const {summary, references} = advisory
  const isOpened = kind === 'advisory-opened'
  const modules = affected.modules.filter((name) => there.has(name))
  const [page] = references
  return {
    ...{kind, severity: 'notable', name: shownId(advisory)},
    modules: [...(modules.length === 0 ? affected.modules : modules)].sort(),
    ...{before: isOpened ? null : summary, after: isOpened ? summary : null},
    // A flaw is in no line.
    places: {before: null, after: null},
    note: [
      `${isOpened ? 'in' : 'was in'} ${paths.join(', ')}`,
      `fixed in ${affected.source} ${affected.fixed}`,
      ...(page === undefined ? [] : [page.url]),
    ].join('; '),
  }
}
