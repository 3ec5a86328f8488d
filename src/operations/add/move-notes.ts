import {splitKey, type ModuleKey} from '../../module-key.ts'
import {defaultProsody, type Manifest} from '../../project/manifest.ts'
import {isCommit, tagsText} from '../../resolve/commits.ts'
import type {Registry} from '../../registry/registry.ts'
import {compareLines} from '../../registry/lines.ts'
import type {RegistryMove} from '../../registry/types.ts'
import {movesOf} from '../../resolve/owners.ts'
import {allReleases} from '../../locking/all-releases.ts'
import {type Entry} from '../../locking/entries.ts'
import {offersFor} from '../../locking/missing-module.ts'
import {definitionFor} from '../../workbench/definition-for.ts'
import {ownTree, type LockedProject} from '../../locking/own-tree.ts'
import {type ResolvedLock} from '../../locking/resolve-lock.ts'
import {type Workbench} from '../../workbench/workbench.ts'
import {branchOf} from '../../sources/revision.ts'

/** Tells which commit was taken of what a publisher without versions has, and why. */
export async function tipNotes(
  entries: readonly Entry[],
  {resolved}: ResolvedLock,
  {manifest, bench}: {readonly manifest: Manifest; readonly bench: Workbench},
): Promise<string[]> {
  const notes: string[] = []
  for (const {key, ref} of resolved) {
    const branch = isCommit(ref) ? branchOf(ref) : undefined
    const isNewest = entries.some((entry) => entry.key === key && entry.versionText === undefined)
    if (branch === undefined || !isNewest) continue
    const {otherTags} = await allReleases(definitionFor(key, manifest, bench), splitKey(key)[1], bench)
    notes.push(`${key}: the tip of ${branch}, pinned by its commit; ${tagsText(otherTags)}`)
  }
  return notes
}

/** Chooses what is worth telling of a module that was taken: not that it hides one of Prosody's, which was asked for. */
export function movesToTell(
  key: ModuleKey,
  {prosody = defaultProsody}: Manifest,
  registry: Registry,
): RegistryMove[] {
  const [source, name] = splitKey(key)
  return movesOf(name, source, registry).filter(
    ({change, core, since}) => change !== 'core' || core !== undefined || compareLines(since, prosody) > 0,
  )
}

/** Tells what became of modules that are added, and where what took their place can be had. */
export async function moveNotes(
  keys: readonly ModuleKey[],
  project: LockedProject,
  bench: Workbench,
): Promise<string[]> {
  const notes: string[] = []
  for (const key of keys) {
    for (const {change, note, to = []} of movesToTell(key, project.manifest, bench.environment.registry)) {
      notes.push(`${key}: ${note}`)
      if (change !== 'official') continue
      for (const heir of to) {
        const own = await ownTree(heir, project, bench)
        if (own?.has !== true) continue
        const offers = await offersFor([heir], project, bench)
        notes.push(`${key}: ${[`${splitKey(heir)[0]} ${own.version} has it`, ...offers].join('; ')}`)
      }
    }
  }
  return [...new Set(notes)]
}
