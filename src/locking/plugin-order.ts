import {mainOf} from '../module-name.ts'
import {posix} from 'node:path'
import {toSha256} from '../digest.ts'
import type {FileFacts} from '../facts/fact-types.ts'
import {orderFolders} from '../prosody/layout-order.ts'
import type {LayoutConflict} from '../prosody/layout-proof.ts'
import type {Lockfile} from '../project/lockfile.ts'
import {modulesPathOf, type Manifest} from '../project/manifest.ts'
import type {ProsodyLine} from '../registry/types.ts'
import {layoutOf, wantedIn} from '../image/layout.ts'
import {contextPathOf} from '../project/lockfile.ts'
import {releasePath} from '../workbench/needed-files.ts'
import {readLua} from '../workbench/read-lua.ts'
import {blobOf, type Workbench} from '../workbench/workbench.ts'
import {entriesIn, keysIn} from '../module-key.ts'

/** The order of sources that plugin_paths needs, and what no order can help. */
export interface PluginOrder {
  /** Ids of sources as they have to stand in plugin_paths; undefined where the usual order serves. */
  readonly order: readonly string[] | undefined
  readonly conflicts: readonly LayoutConflict[]
}

/**
 * Finds the order of sources in which Prosody finds every module and library where it is meant to be, with what none
 * can help. Undefined where the code of some module is not at hand.
 */
export function pluginOrder(
  {lock, manifest, line}: {readonly lock: Lockfile; readonly manifest: Manifest; readonly line: ProsodyLine},
  bench: Workbench,
): PluginOrder | undefined {
  const bytes = new Map<string, Buffer>()
  const facts = new Map<string, FileFacts>()
  for (const [key, locked] of entriesIn(lock.modules)) {
    for (const [path, digest] of Object.entries(locked.files)) {
      const sha256 = toSha256(digest)
      const from = releasePath(locked, path)
      const at = contextPathOf(key, path)
      if (path.endsWith('.lua')) {
        const isKnown = bench.analyses.facts(sha256, mainOf(from)) !== undefined
        if (!isKnown && !bench.session.store.has(sha256)) return undefined
        facts.set(at, readLua({module: key, path: from, sha256}, bench))
      }
      // Two files are told apart by their digests as well; only metadata is looked at in them.
      const hasMetadata = Object.keys(facts.get(at)?.metadata ?? {}).length > 0
      if (hasMetadata && !bench.session.store.has(sha256)) return undefined
      bytes.set(at, hasMetadata ? blobOf(bench, sha256, at) : Buffer.from(digest))
    }
  }
  const {lockfileVersion, modules} = lock
  const layout = layoutOf({bytes}, {manifest, lock: {lockfileVersion, modules}}, line)
  const wanted = wantedIn({facts}, {manifest, lock}).map((one) => one.wanted)
  const target = {
    lua: lock.target?.lua ?? line.lua,
    features: new Set(line.features),
    metadataKeys: line.metadataKeys,
  }
  const {folders, conflicts} = orderFolders(layout, wanted, target)
  const isUsual = folders.every(({path}, index) => path === layout.folders[index]?.path)
  const ids = new Map(
    keysIn(lock.modules).map((key) => {
      const id = key.slice(0, key.indexOf('/'))
      return [posix.join(modulesPathOf(manifest), id), id] as const
    }),
  )
  return {order: isUsual ? undefined : folders.flatMap(({path}) => ids.get(path) ?? []), conflicts}
}
