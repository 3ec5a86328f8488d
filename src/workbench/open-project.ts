import {docsPage} from '../docs-page.ts'
import {ProsodyModsError} from '../errors.ts'
import {positionAt, type Position} from '../project/json-text.ts'
import {splitKey, keysIn} from '../module-key.ts'
import {emptyLock, type Lockfile} from '../project/lockfile.ts'
import {manifestName, sourceDefinition, type Manifest, versionIn, versionPath} from '../project/manifest.ts'
import {readUserConfig, unreadableUrl, withUserSources, type UserConfig} from './user-config.ts'
import {readProject, withProject, type ChangeOptions, type Project} from '../project/project.ts'
import {checkVersionText} from '../resolve/choose.ts'
import {withMarks} from '../resolve/lock-claims.ts'
import {isRefName} from '../sources/ref-name.ts'
import type {Environment} from './environment.ts'
import {Failures} from './failures.ts'
import {refuseDisputes} from './refuse-disputes.ts'
import {namesCommits} from '../sources/kinds.ts'

/**
 * Opens the project for commands that only look: what manifest and lockfile say of sources, versions and digests is
 * checked against the registry, and the marks of the lock are those that its digests deserve.
 */
export async function openProject(environment: Environment): Promise<Project> {
  return undisputed(await readProject(environment), environment)
}

async function undisputed(found: Project, environment: Environment): Promise<Project> {
  const project = await checked(found, environment)
  if (project.lock !== undefined) refuseDisputes(project.lock, project.manifest, environment)
  return project
}

/** The project, or what stands for one outside of any. */
export interface NearProject {
  readonly folder: string
  readonly manifest: Manifest
  readonly lock: Lockfile
}

/** Opens the project or, outside of any, an empty one in the working folder. */
export async function projectOrNone(environment: Environment): Promise<NearProject> {
  try {
    const {folder, manifest, lock = emptyLock} = await openProject(environment)
    return {folder, manifest, lock}
  } catch (error) {
    if (!(error instanceof ProsodyModsError) || error.code !== 'MANIFEST_MISSING') throw error
    const user = await readUserConfig(environment.env)
    const manifest = withUserSources({}, user, environment.registry)
    return {folder: environment.cwd, manifest, lock: emptyLock}
  }
}

/**
 * Runs `work` on the project while no other prosody-mods can change it; what manifest and lockfile say is checked
 * against the registry, as by openProject. What that has given as `seen` is not checked again where the files still say
 * the same. For a dry run nothing is locked or written.
 */
export async function changeProject<T>(
  environment: Environment,
  work: (project: Project) => Promise<T>,
  options: ChangeOptions = {},
): Promise<T> {
  return withProject(
    environment,
    async (found) => work(found === options.seen ? found : await undisputed(found, environment)),
    options,
  )
}

/**
 * Runs `work` on the project as changeProject does, for work that looks itself at what the registry says otherwise
 * than the lockfile.
 */
export async function mendProject<T>(
  environment: Environment,
  work: (project: Project) => Promise<T>,
  options: ChangeOptions = {},
): Promise<T> {
  return withProject(environment, async (project) => work(await checked(project, environment)), options)
}

/** Returns a project that is not there yet, with what the user's configuration adds, for work that makes it. */
export async function draftProject(
  draft: Pick<Project, 'folder' | 'manifest' | 'manifestText'>,
  environment: Environment,
): Promise<Project> {
  return checked({...draft, lock: undefined, lockText: undefined}, environment)
}

async function checked(project: Project, environment: Environment): Promise<Project> {
  await checkSources(project, environment)
  const user = await readUserConfig(environment.env)
  await checkMirrors(project.manifest, user)
  const {registry} = environment
  const manifest = withUserSources(project.manifest, user, registry)
  const lock = project.lock && withMarks(project.lock, manifest, registry)
  const whole = {...project, manifest, lock}
  await checkVersions(whole, environment)
  return whole
}

/**
 * Throws MANIFEST_INVALID with line and column for a source that has the id of one of the registry's, and for a URL that
 * is none though it looks like one.
 */
async function checkSources({manifest, manifestText}: Project, {registry}: Environment): Promise<void> {
  for (const [id, source] of Object.entries(manifest.sources ?? {})) {
    const wrong = unreadableUrl(source)
    if (wrong === undefined) continue
    const {key, url} = wrong
    throw invalid(`sources → ${id} → ${key}`, await positionAt(manifestText, ['sources', id, key]), {
      message: `${JSON.stringify(url)} can't be read as a URL`,
      hint: `${docsPage('docs/reference/manifest.md')} describes every key`,
      details: {source: id},
    })
  }
  for (const source of Object.keys(manifest.sources ?? {})) {
    if (!registry.index.sources.includes(source)) continue
    const at = await positionAt(manifestText, ['sources', source], 'key')
    throw invalid(`sources → ${source}`, at, {
      message: 'the registry has a source of that id',
      hint: 'choose another id: nothing may stand in for a publisher without being named as itself',
      details: {source},
    })
  }
}

/** Throws CONFIG_INVALID for a mirror that holds credentials, though nothing may have to be fetched from it. */
async function checkMirrors(manifest: Manifest, user: UserConfig): Promise<void> {
  if (Object.keys(manifest.mirrors ?? {}).length + Object.keys(user.mirrors).length === 0) return
  // Loaded only here: most projects name no mirror.
  const {mirrorTable} = await import('./mirrors.ts')
  mirrorTable(manifest, user, {})
}

/** Throws MANIFEST_INVALID with line and column for version texts that their sources' schemes can't read, all of them. */
async function checkVersions(
  {manifest, manifestText, lock}: Project,
  {registry}: Environment,
): Promise<void> {
  const failures = new Failures()
  for (const key of keysIn(manifest.modules)) {
    const versionText = versionIn(manifest, key)
    if (lock?.modules[key]?.version === versionText) continue
    const [source, name] = splitKey(key)
    const definition = sourceDefinition(source, manifest, registry)
    if (definition === undefined) continue
    // What a repository without versions has is called by its name.
    if (namesCommits(definition) && registry.source(source) === undefined && isRefName(versionText ?? '*'))
      continue
    try {
      checkVersionText({definition, name, versionText})
    } catch (error) {
      if (!(error instanceof ProsodyModsError)) throw error
      const at = await positionAt(manifestText, versionPath(manifest, key))
      await failures.judge(key, () => {
        throw invalid(`modules → ${key}`, at, error)
      })
    }
  }
  failures.throwIfAny()
}

function invalid(
  where: string,
  {line, column}: Position,
  {message, hint, details}: Pick<ProsodyModsError, 'message' | 'hint' | 'details'>,
): ProsodyModsError {
  return new ProsodyModsError('MANIFEST_INVALID', `${manifestName}:${line}:${column}: ${where}: ${message}`, {
    ...(hint === undefined ? {} : {hint}),
    details: {...details, line, column},
  })
}
/** A project that has a lockfile, or needs none. */
export type ProjectWithLock = Project & {readonly lock: Lockfile}
/** Opens a project that has a lockfile, or needs none. Throws LOCKFILE_MISSING. */
export async function lockedProject(environment: Environment): Promise<ProjectWithLock> {
  return lockedOf(await openProject(environment))
}

/** Returns the project where it has a lockfile or needs none. Throws LOCKFILE_MISSING. */
export function lockedOf(project: Project): ProjectWithLock {
  const {lock = emptyLock, manifest} = project
  if (project.lock === undefined && keysIn(manifest.modules).length > 0) {
    throw new ProsodyModsError('LOCKFILE_MISSING', 'there is no prosody-mods.lock.json', {
      hint: 'run "prosody-mods install", which writes it',
    })
  }
  return {...project, lock}
}
