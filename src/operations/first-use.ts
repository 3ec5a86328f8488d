import {ProsodyModsError} from '../errors.ts'
import {splitKey} from '../project/lockfile.ts'
import type {Manifest} from '../project/manifest.ts'
import {trustOf} from '../resolve/trust.ts'
import {locate} from '../sources/index.ts'
import type {ReleaseContents, ReleaseRef, SourceDefinition} from '../sources/types.ts'
import type {Workbench} from './workbench.ts'

/** A release that no registry knows: its digests are taken from what is there now, if the policy allows. */
export async function firstUse(
  key: string,
  {
    ref,
    definition,
    manifest,
  }: {readonly ref: ReleaseRef; readonly definition: SourceDefinition; readonly manifest: Manifest},
  bench: Workbench,
): Promise<ReleaseContents> {
  if (manifest.trust === 'registry' && trustOf(ref, definition, []).by === 'first-use') {
    throw new ProsodyModsError(
      'DIGEST_UNKNOWN',
      `${key}: no digest is known, and the manifest says "trust": "registry"`,
      {
        hint: 'give the digest yourself (#sha256=… behind the URL, "sha256" in the source)',
      },
    )
  }
  return bench.session.contents(key, await locate(ref.resolved, splitKey(key)[1], bench.context))
}
