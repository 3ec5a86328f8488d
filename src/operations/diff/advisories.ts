import {advisoryChanges} from '../../changes/advisories.ts'
import {joinChanges} from '../../changes/join-changes.ts'
import type {Lockfile} from '../../project/lockfile.ts'
import type {Registry} from '../../registry/registry.ts'
import {filesOf} from '../compare-releases.ts'
import type {SourceDiff} from './compare-locks.ts'

/** Puts the known flaws that a move closes or opens beside what else differs, of what is published. */
export function withAdvisories(
  sources: readonly SourceDiff[],
  {before, after}: {readonly before: Lockfile; readonly after: Lockfile},
  {advisories}: Registry,
): SourceDiff[] {
  return sources.map((source) => {
    const files = {before: filesOf(source.entries, before), after: filesOf(source.entries, after)}
    const found = advisoryChanges(files, advisories)
    return found.length === 0
      ? source
      : {...source, changes: joinChanges([...source.changes, ...found], () => [])}
  })
}
