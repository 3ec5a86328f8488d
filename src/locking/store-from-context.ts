import {join} from 'node:path'
import {toSha256} from '../digest.ts'
import {readRegular} from '../regular-file.ts'
import {diskState} from '../project/disk.ts'
import {contextPathOf, type LockedModule} from '../project/lockfile.ts'
import type {Workbench} from '../workbench/workbench.ts'
import type {ModuleKey} from '../module-key.ts'

/** Puts Lua files of a locked module that lie in the context as they are locked into the store: any place will do for bytes of a digest. */
export async function storeFromContext(
  key: ModuleKey,
  locked: LockedModule,
  {context, session: {store}}: Workbench,
): Promise<void> {
  for (const [path, digest] of Object.entries(locked.files)) {
    const sha256 = toSha256(digest)
    if (!path.endsWith('.lua') || store.has(sha256)) continue
    const at = contextPathOf(key, path)
    const state = diskState(context.projectFolder, at)
    if (typeof state !== 'object' || state.sha256 !== sha256) continue
    await store.put(readRegular(join(context.projectFolder, at), 'module'))
  }
}
