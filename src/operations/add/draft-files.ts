import {rmSync} from 'node:fs'
import {posix} from 'node:path'
import {sha256Of} from '../../digest.ts'
import {ProsodyModsError} from '../../errors.ts'
import {diskState} from '../../project/disk.ts'
import {putFile} from '../../project/move.ts'
import type {Places} from '../../project/places.ts'
import {naming, quietly, withPlaces} from '../../project/site.ts'
import type {Workbench} from '../../workbench/workbench.ts'

/** Patches that were made and are not there yet, by their paths from the project's folder. */
export type MissingDrafts = ReadonlyMap<string, Buffer>

/**
 * Finds which of the patches that were made a project lacks. Throws FILE_IN_THE_WAY where something else stands in the
 * place of one: it may be what somebody has made of an earlier one.
 */
export function missingDrafts(folder: string, {drafts}: Pick<Workbench, 'drafts'>): MissingDrafts {
  const missing = new Map<string, Buffer>()
  const inTheWay: string[] = []
  for (const [path, bytes] of drafts) {
    const state = diskState(folder, path)
    if (state === 'absent') missing.set(path, bytes)
    else if (state === 'other' || state.sha256 !== sha256Of(bytes)) inTheWay.push(path)
  }
  if (inTheWay.length === 0) return missing
  throw new ProsodyModsError(
    'FILE_IN_THE_WAY',
    `other files stand where patches are to be written:\n  ${inTheWay.join('\n  ')}`,
    {
      hint: 'nothing was written; keep what they change as patches of other names (docs/guide/patches.md), and move them away',
      details: {paths: inTheWay},
    },
  )
}

/**
 * Runs `work` with patches in their places, and takes them away again where it fails. No link is followed on the way.
 * Throws WRITE_FAILED, and what `work` throws.
 */
export async function withDrafts<T>(
  folder: string,
  missing: MissingDrafts,
  work: () => Promise<T>,
): Promise<T> {
  if (missing.size === 0) return work()
  const made = new Set<string>()
  try {
    await withPlaces(folder, (places) => write(places, missing, made))
    return await work()
  } catch (error) {
    await withPlaces(folder, (places) => {
      for (const [path, bytes] of missing) quietly(() => takeAway(places, {path, bytes, made}))
      return Promise.resolve()
    })
    throw error
  }
}

/** @param made gets the folders that had to be made */
async function write(places: Places, missing: MissingDrafts, made: Set<string>): Promise<void> {
  for (const [path, bytes] of missing)
    naming(places.shown(path), () => {
      for (const one of places.makeFolders(path)) made.add(one)
      places.at(path, (way) => putFile(way, bytes, 0o644))
    })
  const folders = [...missing.keys(), ...made].map((path) => posix.dirname(path))
  for (const folder of new Set(folders)) await places.sync(folder)
}

function takeAway(
  places: Places,
  {path, bytes, made}: {readonly path: string; readonly bytes: Buffer; readonly made: ReadonlySet<string>},
): void {
  const state = places.state(path)
  if (typeof state !== 'object' || state.sha256 !== sha256Of(bytes)) return
  places.at(path, (way) => rmSync(way))
  if (made.has(posix.dirname(path))) places.pruneAbove(path)
}
