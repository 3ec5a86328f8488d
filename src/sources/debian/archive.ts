import {ProsodyModsError} from '../../errors.ts'
import type {AskingContext} from '../types.ts'
import type {DebianIndex, DebReference} from './declared.ts'
import {archiveUrl} from './named-archive.ts'
import {packagesOf} from './packages.ts'
import {releaseOf} from './release.ts'

/** Several modules of one package need its index once a run. */
const asked = new WeakMap<AskingContext, Map<string, Promise<readonly DebReference[]>>>()

/**
 * Lists the versions of a package in its archive, the signature checked down to the digest of each; of Debian's own
 * archive the first mirror that answers is asked. Throws what releaseOf and packagesOf throw.
 */
export function versionsIn(index: DebianIndex, context: AskingContext): Promise<readonly DebReference[]> {
  const known = asked.get(context) ?? new Map<string, Promise<readonly DebReference[]>>()
  asked.set(context, known)
  const key = JSON.stringify(index)
  const answer = known.get(key) ?? askArchives(index, context)
  known.set(key, answer)
  return answer
}

async function askArchives(index: DebianIndex, context: AskingContext): Promise<readonly DebReference[]> {
  const {urls, reason} =
    index.archive === undefined
      ? await context.debianMirrors()
      : {urls: [archiveUrl(index.archive, context.registry)], reason: ''}
  let failure = new ProsodyModsError(
    'UNREACHABLE',
    `no answer about suite ${index.suite}\n  Debian: ${reason}`,
    {
      hint: 'set PROSODY_MODS_DEBIAN_MIRROR ("prosody-mods help mirrors")',
    },
  )
  for (const archive of urls) {
    try {
      return await packagesOf(await releaseOf(archive, index, context), index, context)
    } catch (error) {
      if (!(error instanceof ProsodyModsError) || isOwnFault(error)) throw error
      // A mirror of somebody else's packages may stand in apt's configuration, too: what it says is no last word.
      if (failure.code === 'UNREACHABLE') failure = error
    }
  }
  throw failure
}

/** What no other mirror would change. */
function isOwnFault({code}: ProsodyModsError): boolean {
  return code === 'CONFIG_INVALID' || code === 'OFFLINE_MISSING' || code === 'INTERRUPTED'
}
