import {FetchSession} from '../fetch/session.ts'
import {Store} from '../fetch/store.ts'
import type {Manifest} from '../project/manifest.ts'
import type {SourceContext} from '../sources/types.ts'
import type {Environment} from './environment.ts'
import {debianMirrorsOf, mirrorTable, rewriteUrl} from './mirrors.ts'

/** What resolving and fetching for one project share during one command. */
export interface Workbench {
  readonly environment: Environment
  readonly context: SourceContext
  readonly session: FetchSession
}

/** Runs `work` with a workbench whose connections are closed afterwards. */
export async function withWorkbench<T>(
  environment: Environment,
  project: {readonly folder: string; readonly manifest: Manifest; readonly offline: boolean},
  work: (bench: Workbench) => Promise<T>,
): Promise<T> {
  const table = mirrorTable(project.manifest, environment.env)
  const session = new FetchSession({
    store: new Store(environment.storeFolder),
    offline: project.offline,
    signal: environment.signal,
    onProgress: environment.onProgress,
    env: environment.env,
    rewrite: (url) => rewriteUrl(url, table),
  })
  const context: SourceContext = {
    registry: environment.registry,
    projectFolder: project.folder,
    debianMirrors: debianMirrorsOf(table),
  }
  try {
    return await work({environment, context, session})
  } finally {
    await session.close()
  }
}
