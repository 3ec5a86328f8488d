import type {Change} from '../../changes/types.ts'
import type {Sha256} from '../../digest.ts'
import {splitKey, type ModuleKey} from '../../module-key.ts'
import type {LockedModule, Lockfile} from '../../project/lockfile.ts'
import type {Manifest} from '../../project/manifest.ts'
import {patchesOf, sha256In} from '../../resolve/layout.ts'
import {listReleases} from '../../sources/index.ts'
import {revisionOf} from '../../sources/revision.ts'
import {definitionFor} from '../../workbench/definition-for.ts'
import type {Workbench} from '../../workbench/workbench.ts'

/**
 * Tells which patches for Prosody's own files differ that whole trees come with. Of releases that the registry does not
 * know, nothing is told.
 */
export async function patchChanges(
  before: Lockfile,
  after: Lockfile,
  {manifest, bench}: {readonly manifest: Manifest; readonly bench: Workbench},
): Promise<ReadonlyMap<string, readonly Change[]>> {
  const found = new Map<string, readonly Change[]>()
  for (const key of Object.keys(after.modules) as ModuleKey[]) {
    const [old, fresh] = [before.modules[key], after.modules[key]]
    if (!key.endsWith('/*') || old === undefined || fresh === undefined) continue
    const [patches, patchesNow] = [
      await patchesIn(key, old, {manifest, bench}),
      await patchesIn(key, fresh, {manifest, bench}),
    ]
    if (patches !== undefined && patchesNow !== undefined)
      found.set(splitKey(key)[0], changesBetween(patches, patchesNow))
  }
  return found
}

type Patches = ReadonlyMap<string, Sha256>

async function patchesIn(
  key: ModuleKey,
  locked: LockedModule,
  {manifest, bench}: {readonly manifest: Manifest; readonly bench: Workbench},
): Promise<Patches | undefined> {
  const definition = definitionFor(key, manifest, bench)
  const known = await listReleases(definition, bench.context, '*')
  const contents = known.find(
    (ref) => ref.version === locked.version && revisionOf(ref) === revisionOf(locked),
  )?.contents
  if (contents === undefined) return undefined
  return new Map(patchesOf(contents, definition.layout, '*').map((path) => [path, sha256In(contents, path)]))
}

function changesBetween(before: Patches, after: Patches): Change[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path): Change[] => {
    const [old, fresh] = [before.get(path), after.get(path)]
    if (old === fresh) return []
    const kind = fresh === undefined ? 'patch-removed' : old === undefined ? 'patch-added' : 'patch-changed'
    const place = {file: path, line: 1}
    return [
      {
        ...{kind, severity: 'notable', name: path, modules: [], before: null, after: null},
        places: {before: old === undefined ? null : place, after: fresh === undefined ? null : place},
        note: 'it is for files of Prosody itself; "patches" in the manifest says which are applied',
      },
    ]
  })
}
