import {ProsodyModsError} from '../../errors.ts'
import type {ProsodyPatch} from '../../image/container/contents.ts'
import {patchPlace} from '../../project/lockfile.ts'
import {readPatch} from '../../project/patch-file.ts'
import type {Registry} from '../../registry/registry.ts'
import {placeInProsody} from '../../resolve/prosody-place.ts'
import {digestOf} from '../../digest.ts'
import {parsePatch} from '../../text/unified-patch.ts'
import type {ProjectWithLock} from '../../workbench/open-project.ts'
import {outdatedLock} from '../install/frozen.ts'

const prosodyFolder = '/usr/lib/prosody'

/**
 * Finds where the patches of Prosody itself are applied in an image. Throws LOCKFILE_OUTDATED for one that was changed
 * since it was locked, PATCH_INVALID where it can't be told which of Prosody's files it is for, or what it is called, and what reading throws.
 */
export function imagePatches(
  {folder, lock}: ProjectWithLock,
  {prosody, registry}: {readonly prosody: string; readonly registry: Registry},
): ProsodyPatch[] {
  return (lock.patches ?? []).map(({path, digest}) => {
    if (!/^[\w .@+/-]+$/.test(path.replace(':', '/'))) throw unnamed(path)
    const bytes = readPatch(folder, patchPlace(path))
    if (digestOf(bytes) !== digest)
      throw outdatedLock([
        {key: '', kind: 'other-patches', text: `${path} is not what it was when it was locked`},
      ])
    const {parts = []} = parsePatch(bytes.toString('latin1'))
    const place = placeInProsody(parts, registry.prosodyFiles.files, prosody)
    if (place === undefined) throw unplaced(path, prosody)
    const below = place.folder === '' ? '' : `/${place.folder}`
    return {path: patchPlace(path), folder: `${prosodyFolder}${below}`, strip: place.strip}
  })
}

/** A builder takes such characters for patterns and variables, each in its own way. */
function unnamed(path: string): ProsodyModsError {
  return new ProsodyModsError('PATCH_INVALID', `${path}: a Dockerfile can not name such a file`, {
    hint: 'call the patch by letters, digits and the characters . _ - + @',
    details: {path},
  })
}

function unplaced(path: string, prosody: string): ProsodyModsError {
  return new ProsodyModsError(
    'PATCH_INVALID',
    `${path}: from no one folder of Prosody ${prosody} are its names those of Prosody's files`,
    {
      hint: "name the files as Prosody's package has them, below /usr/lib/prosody: modules/muc/muc.lib.lua, core/features.lua",
      details: {path},
    },
  )
}
