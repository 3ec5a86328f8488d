import {ProsodyModsError} from '../errors.ts'
import {lockfileName, type Lockfile} from '../project/lockfile.ts'
import type {Manifest} from '../project/manifest.ts'
import type {Registry} from '../registry/registry.ts'
import {disputesOf, onFirstUse, type Dispute} from '../resolve/lock-claims.ts'

/**
 * Throws LOCKFILE_DISPUTED, with both values of everything that the lockfile says otherwise than the registry.
 * @param mended keys that are about to be resolved anew
 */
export function refuseDisputes(
  lock: Lockfile,
  manifest: Manifest,
  {registry, mended = new Set()}: {readonly registry: Registry; readonly mended?: ReadonlySet<string>},
): void {
  const found = disputesOf(lock, manifest, registry).filter(({key}) => !mended.has(key))
  if (found.length === 0) return
  const keys = [...new Set(found.map(({key}) => key))]
  const shown = found.slice(0, 10).map(disputeText)
  const rest = found.length > shown.length ? [`… and ${found.length - shown.length} more`] : []
  throw new ProsodyModsError(
    'LOCKFILE_DISPUTED',
    [`${lockfileName} and the registry disagree about ${keys.join(', ')}`, ...shown, ...rest].join('\n  '),
    {
      hint: `take the lockfile back from version control; "prosody-mods update ${keys.join(' ')}" locks what the registry knows`,
      details: {disputes: found},
    },
  )
}

function disputeText({key, version, about, path, registry, lockfile}: Dispute): string {
  const what = about === 'file' ? (path ?? '') : about === 'library' ? `Lua library ${path ?? ''}` : about
  const nothing = about === 'library' ? 'knows nothing that has it' : 'has no such file there'
  return `${key} ${version}: ${what}\n    registry  ${registry ?? nothing}\n    lockfile  ${lockfile}`
}

/** Throws DIGEST_UNKNOWN where the policy wants digests of a registry, and the lockfile has others. */
export function refuseFirstUse(lock: Lockfile, {trust}: Manifest): void {
  if (trust !== 'registry') return
  const keys = onFirstUse(lock)
  if (keys.length === 0) return
  throw new ProsodyModsError(
    'DIGEST_UNKNOWN',
    `no registry vouches for what ${lockfileName} has of ${keys.join(', ')}, and the manifest says "trust": "registry"`,
    {
      hint: `take releases that the registry knows ("prosody-mods versions ${keys[0] ?? ''}" lists them), or leave out "trust"`,
      details: {modules: keys},
    },
  )
}
