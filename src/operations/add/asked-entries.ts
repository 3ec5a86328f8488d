import {bareName} from '../../module-name.ts'
import {ProsodyModsError} from '../../errors.ts'
import {splitKey, type ModuleKey} from '../../module-key.ts'
import {emptyLock} from '../../project/lockfile.ts'
import type {Project} from '../../project/project.ts'
import {nearestNames} from '../../text/nearest.ts'
import type {ReleaseRef} from '../../sources/types.ts'
import {newestOfAll} from '../../locking/all-releases.ts'
import {entriesFor, type Entries, type Entry} from '../../locking/entries.ts'
import {explainMissing} from '../../locking/missing-module.ts'
import {definitionFor} from '../../workbench/definition-for.ts'
import {type ResolvedLock} from '../../locking/resolve-lock.ts'
import {refuseOwnModules, refuseShadows} from '../../locking/shadows.ts'
import {type Workbench} from '../../workbench/workbench.ts'
import {asPath, type JudgedRequest} from './request.ts'

/** Makes the entries of the specs that can be added; what is wrong with the others is among the failures. */
export async function judgedEntries(
  project: Project,
  request: JudgedRequest,
  bench: Workbench,
): Promise<Entries> {
  const {failures, parsed, allowShadow} = request
  const {registry} = bench.environment
  const texts = new Map(parsed.map(({text, spec}) => [spec, text]))
  const wanted = await entriesFor(
    project,
    {
      ...request,
      parsed: parsed.map(({spec}) => spec),
      judge(spec, work) {
        const text = texts.get(spec) ?? ''
        return failures.judge(text, () => {
          if (!allowShadow) refuseOwnModules([spec], project.manifest, registry)
          return work().catch((error: unknown) => {
            throw asPath(error, [text], bench.environment)
          })
        })
      },
    },
    bench,
  )
  if (allowShadow) return wanted
  const entries: Entry[] = []
  for (const entry of wanted.entries) {
    const kept = await failures.judge(entry.key, () => {
      refuseShadows([entry.key], wanted.manifest, registry)
      return entry
    })
    if (kept !== undefined) entries.push(kept)
  }
  return {...wanted, entries}
}

/** Gives whole trees what is to be left out of them. Throws USAGE where none is named. */
export function withExcept(
  entries: readonly Entry[],
  names: readonly string[] | undefined,
): readonly Entry[] {
  if (names === undefined) return entries
  if (!entries.some(({key}) => key.endsWith('/*'))) {
    throw new ProsodyModsError('USAGE', '--except leaves modules out of a whole tree, and none is named', {
      hint: 'prosody-mods add jitsi --except smacks',
    })
  }
  const except = [...new Set(names.map((name) => bareName(name)))].sort()
  return entries.map((entry) => (entry.key.endsWith('/*') ? {...entry, except} : entry))
}

/** Throws MODULE_UNKNOWN for a module to leave out that the tree does not have. */
export function refuseIdleExcept(entries: readonly Entry[], {resolved}: ResolvedLock): void {
  for (const {key, except = []} of entries) {
    const names = resolved.find((one) => one.key === key)?.names ?? []
    const unknown = except.find((name) => !names.includes(name))
    if (unknown === undefined) continue
    const near = nearestNames(unknown, names, 3)
    throw new ProsodyModsError(
      'MODULE_UNKNOWN',
      `${key}: it has no module ${unknown} that could be left out`,
      {
        ...(near.length === 0 ? {} : {hint: `did you mean ${near.join(', ')}?`}),
        details: {module: key, except: unknown},
      },
    )
  }
}

/** Finds, with --latest, the newest release that there is of each entry without a version. */
export async function withNewest(
  wanted: Entries,
  {latest, failures}: JudgedRequest,
  bench: Workbench,
): Promise<Entries & {readonly releases: ReadonlyMap<ModuleKey, ReleaseRef>}> {
  const releases = new Map<ModuleKey, ReleaseRef>()
  if (!latest) return {...wanted, releases}
  const entries: Entry[] = []
  for (const entry of wanted.entries) {
    const {key, versionText} = entry
    const found = await failures.judge(key, async () => {
      if (versionText !== undefined) return {ref: undefined}
      const definition = definitionFor(key, wanted.manifest, bench)
      const ref = await newestOfAll(definition, splitKey(key)[1], bench).catch(async (error: unknown) => {
        const project = {lock: bench.lock ?? emptyLock, manifest: wanted.manifest}
        throw await explainMissing(error, {key, ...project}, bench)
      })
      return {ref}
    })
    if (found !== undefined) entries.push(entry)
    if (found?.ref !== undefined) releases.set(key, found.ref)
  }
  return {...wanted, entries, releases}
}
