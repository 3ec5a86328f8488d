import {destinationOf} from '../context/destination.ts'
import {textAt} from '../locking/patches.ts'
import {provePatches, type Unproved} from '../locking/prove-patches.ts'
import {placesOf} from '../project/destination.ts'
import {driftHint} from '../project/drift.ts'
import {Store} from '../store/store.ts'
import type {ProjectWithLock} from '../workbench/open-project.ts'

/** Lists the patches, and the files that they are for, of which the lockfile says what can't be shown to be so. */
export function verifyPatches(
  {folder, manifest, lock}: ProjectWithLock,
  {destdir, modulesPath}: {readonly destdir?: string; readonly modulesPath?: string},
  storeFolder: string,
): (Unproved & {readonly hint: string})[] {
  const store = new Store(storeFolder)
  const destination = destinationOf({lock, manifest, modulesPath})
  const places = new Map(placesOf(lock, destination).map(({path, place}) => [path, place]))
  const placed = (path: string): string => places.get(path) ?? path
  const found = provePatches({
    folder,
    manifest,
    lock,
    written: (path) => (destdir === undefined ? textAt(folder, path) : textAt(destdir, placed(path))),
    stored: (sha256) => store.read(sha256),
  })
  return found.map((one) => ({
    ...one,
    path: destdir === undefined || one.kind === 'patch' ? one.path : placed(one.path),
    hint: driftHint(one.kind, []),
  }))
}
