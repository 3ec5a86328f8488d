import {join} from 'node:path'
import {toDigest, type Sha256} from '../digest.ts'
import {ProsodyModsError} from '../errors.ts'
import {IndexDates} from '../fetch/index-dates.ts'
import {Listings} from '../store/listings.ts'
import {FetchSession} from '../fetch/session.ts'
import {Store} from '../store/store.ts'
import {Upstream} from '../net/upstream.ts'
import type {Manifest} from '../project/manifest.ts'
import {minimumAgeOf} from '../project/minimum-age.ts'
import {splitKey, entriesIn, type ModuleKey} from '../module-key.ts'
import {contextFolder, type Lockfile} from '../project/lockfile.ts'
import type {AgeRule, HeldBack} from '../resolve/release-age.ts'
import type {AskingContext, ReleaseRef} from '../sources/types.ts'
import {Analyses} from './analyses.ts'
import {rulesFor, type ProjectRules} from './lint-target.ts'
import type {Environment} from './environment.ts'
import {debianMirrorsOf, mirrorTable, rewriteUrl} from './mirrors.ts'
import {oldestIndexOf} from './oldest-index.ts'
import {readUserConfig, type UserConfig} from './user-config.ts'

/** What a release says of a file besides its digest. */
export interface ExpectedFile {
  /** In bytes. */
  readonly size: number
  /** Whether Debian's package is known to have other bytes there than its publisher. */
  readonly knownVariant: boolean
}

/** What resolving and fetching for one project share during one command. */
export interface Workbench {
  readonly environment: Environment
  readonly user: UserConfig
  readonly context: AskingContext
  readonly session: FetchSession
  /** What the project has locked, where there is one. */
  readonly lock: Lockfile | undefined
  readonly analyses: Analyses
  /** What releases say of files that were chosen without their bytes, which those who fetch them need. */
  readonly expected: Map<Sha256, ExpectedFile>
  /** By which files are judged that are read for the first time; undefined where nothing is to be written. */
  readonly rules: ProjectRules | undefined
  /** How old releases have to be that nobody names; undefined where the manifest does not say. */
  readonly ageRule: AgeRule | undefined
  /** The newest release of each module that was not chosen for its age. */
  readonly heldBack: Map<ModuleKey, HeldBack>
  /** Patches that are not written yet, by their paths from the project's folder. */
  readonly drafts: Map<string, Buffer>
}

/** Runs `work` with a workbench whose connections are closed afterwards. */
export async function withWorkbench<T>(
  environment: Environment,
  project: {
    readonly folder: string
    readonly manifest: Manifest
    readonly offline: boolean
    readonly lock?: Lockfile | undefined
    /** Whether modules may be written. */
    readonly writes?: boolean
  },
  work: (bench: Workbench) => Promise<T>,
): Promise<T> {
  const user = await readUserConfig(environment.env)
  const table = mirrorTable(project.manifest, user, environment.env)
  const session = new FetchSession({
    store: new Store(environment.storeFolder),
    offline: project.offline,
    signal: environment.signal,
    onProgress: environment.onProgress,
    env: environment.env,
    rewrite: (url) => rewriteUrl(url, table),
  })
  const upstream = new Upstream({
    http: () => session.http(),
    signal: environment.signal,
    offline: project.offline,
    onProgress: environment.onProgress,
    listings: new Listings(environment.storeFolder),
    rewrite: (url) => rewriteUrl(url, table),
  })
  const context: AskingContext = {
    registry: environment.registry,
    projectFolder: project.folder,
    allowed: {
      folders: [...user.allowPaths, ...environment.allowPaths],
      except: [join(project.folder, contextFolder)],
      config: user.path,
    },
    upstream,
    indexDates: {seen: new IndexDates(environment.storeFolder), oldest: oldestIndexOf(environment.env)},
    debianMirrors: debianMirrorsOf(table),
  }
  const analyses = new Analyses(environment)
  try {
    const rules = project.writes === true ? rulesFor(project.manifest, environment.registry) : undefined
    const shared = {environment, user, lock: project.lock, context, session, analyses, rules}
    const minimum = minimumAgeOf(project.manifest)
    const ageRule = minimum && {minimum, now: environment.now().getTime()}
    const result = await work({
      ...shared,
      ageRule,
      heldBack: new Map(),
      expected: new Map(),
      drafts: new Map(),
    })
    await analyses.keep()
    return result
  } finally {
    await session.close()
  }
}

/** Lists the releases of a source that the project has locked. */
export function lockedOf(source: string, {lock}: Workbench): ReleaseRef[] {
  const own = entriesIn(lock?.modules).filter(([key]) => splitKey(key)[0] === source)
  return own.map(([, {version, resolved}]) => ({version, resolved}))
}

/** Reads the verified bytes of a blob that was brought in before; `name` is for messages. Throws STORE_CORRUPT. */
export function blobOf({session}: Workbench, sha256: Sha256, name: string): Buffer {
  const bytes = session.read(sha256)
  if (bytes !== undefined) return bytes
  throw new ProsodyModsError(
    'STORE_CORRUPT',
    `the store has lost the bytes of ${name} (${toDigest(sha256)})`,
    {
      hint: 'run the command again; what is missing is fetched anew',
    },
  )
}
