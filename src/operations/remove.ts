import {emptyLock, splitKey} from '../project/lockfile.ts'
import {manifestName, parseManifest, type Manifest} from '../project/manifest.ts'
import {editManifest, type ManifestChange} from '../project/manifest-edit.ts'
import type {Environment} from './environment.ts'
import {keyOf} from './key-of.ts'
import {changeProject} from './open-project.ts'
import {resolveLock} from './resolve-lock.ts'
import type {WriteResult} from './results.ts'
import {withUserSources} from './user-config.ts'
import {withWorkbench} from './workbench.ts'
import {writeTarget} from './write-lock.ts'

export interface RemoveRequest {
  /** `name`, `source/name`, or `source` for its whole tree. */
  readonly specs: readonly string[]
  readonly offline: boolean
  readonly force: boolean
  readonly dryRun: boolean
}

export interface RemoveResult extends WriteResult {
  /** source/name */
  readonly removed: readonly string[]
}

/** Takes modules out of manifest, lockfile and context. Throws NOT_INSTALLED, OWNED_FILE_CHANGED. */
export async function remove(request: RemoveRequest, environment: Environment): Promise<RemoveResult> {
  return changeProject(environment, (project) =>
    withWorkbench(environment, {...project, offline: request.offline}, async (bench) => {
      const keys = [...new Set(request.specs.map((text) => keyOf(text, project)))]
      const manifestText = editManifest(project.manifestText, changesFor(keys, project.manifest))
      const written = await parseManifest(manifestText, manifestName)
      const manifest = withUserSources(written, bench.user, environment.registry)
      const previous = project.lock ?? emptyLock
      const {lock, closure} = await resolveLock({manifest, previous, refresh: new Set()}, bench)
      const target = {
        lock,
        closure,
        manifest,
        manifestText,
        writeLock: true,
        force: request.force,
        dryRun: request.dryRun,
      }
      return {...(await writeTarget(project, target, bench)), removed: keys}
    }),
  )
}

/** The modules, and the declared sources that nothing uses any more. */
function changesFor(keys: readonly string[], manifest: Manifest): ManifestChange[] {
  const left = Object.keys(manifest.modules ?? {}).filter((key) => !keys.includes(key))
  const used = new Set(left.map((key) => splitKey(key)[0]))
  const unused = [...new Set(keys.map((key) => splitKey(key)[0]))].filter(
    (source) => manifest.sources?.[source] !== undefined && !used.has(source),
  )
  const declared = Object.keys(manifest.sources ?? {})
  return [
    ...keys.map((key) => ({path: ['modules', key], value: undefined})),
    ...(unused.length > 0 && unused.length === declared.length
      ? [{path: ['sources'], value: undefined}]
      : unused.map((source) => ({path: ['sources', source], value: undefined}))),
  ]
}
