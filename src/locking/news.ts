import {asPublished, type LockedModule} from '../project/lockfile.ts'
import {isFinal} from '../resolve/choose.ts'
import type {Wanted} from '../resolve/meaning.ts'
import {isCommit} from '../resolve/commits.ts'
import {digestIn, selectModule} from '../resolve/layout.ts'
import type {ReleaseRef} from '../sources/types.ts'
import {schemes} from '../versioning/index.ts'
import {allReleases, type AllReleases} from './all-releases.ts'
import {byAge, noteHeldBack} from './old-enough.ts'
import {releasePath} from '../workbench/needed-files.ts'
import type {Workbench} from '../workbench/workbench.ts'

/** Newer releases of a module, and whether its publisher has retired it. */
export interface News extends Pick<AllReleases, 'gone' | 'reason'> {
  readonly news: readonly ReleaseRef[]
}

/**
 * Finds newer releases that are old enough and have the module with other files than the locked ones, newest first, and
 * whether it is gone. What is newer still and too young is noted.
 */
export async function newsOf(wanted: Wanted, locked: LockedModule, bench: Workbench): Promise<News> {
  const {definition, name} = wanted
  const scheme = schemes[definition.scheme]
  const current = scheme.parse(locked.version)
  const {refs, gone, reason} = await allReleases(definition, name, bench)
  const news = refs.filter((ref) => {
    if (isCommit(ref))
      return isCommit(locked) && ref.version !== locked.version && hasOtherFiles(ref, wanted, locked)
    const version = scheme.parse(ref.version)
    if (current === undefined || version === undefined || scheme.compare(version, current) <= 0) return false
    if (!isFinal(version, scheme) && isFinal(current, scheme)) return false
    return hasOtherFiles(ref, wanted, locked)
  })
  const {old, young} = byAge(wanted, refs, bench)
  if (young.length === 0) return {news, gone, reason}
  const [newest] = news
  const admitted = news.filter((ref) => old.includes(ref))
  if (newest !== undefined && newest !== admitted[0]) noteHeldBack(wanted, newest, bench)
  return {news: admitted, gone, reason}
}

/** What is not known may be anything. */
function hasOtherFiles({contents}: ReleaseRef, {definition, name}: Wanted, locked: LockedModule): boolean {
  const {files} = asPublished(locked)
  if (contents === undefined) return true
  const selection = selectModule(contents, definition.layout, name)
  if (selection === undefined) return false
  if ([...selection.keys()].some((path) => !Object.hasOwn(files, path))) return true
  return Object.entries(files).some(([path, digest]) => {
    const real = selection.get(path) ?? releasePath(locked, path)
    return !contents.files.has(real) || digestIn(contents, real) !== digest
  })
}
