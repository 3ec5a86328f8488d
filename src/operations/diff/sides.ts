import {existsSync} from 'node:fs'
import {resolve} from 'node:path'
import {ProsodyModsError} from '../../errors.ts'
import {moduleKey, splitKey, type ModuleKey} from '../../module-key.ts'
import {bareName} from '../../module-name.ts'
import {
  emptyLock,
  lockfileName,
  parseLockfile,
  type LockedModule,
  type Lockfile,
} from '../../project/lockfile.ts'
import {sourceDefinition} from '../../project/manifest.ts'
import {readRegular} from '../../regular-file.ts'
import {runProgram} from '../../run-program.ts'
import {entriesFor} from '../../locking/entries.ts'
import {lockModule} from '../../locking/lock-module.ts'
import {chooseRelease} from '../../resolve/choose.ts'
import {hasModule} from '../../resolve/layout.ts'
import {parseSpec} from '../../resolve/spec.ts'
import {listReleases} from '../../sources/index.ts'
import {listsByModule, type SourceDefinition} from '../../sources/kinds.ts'
import type {ReleaseRef} from '../../sources/types.ts'
import {schemes} from '../../versioning/index.ts'
import {definitionFor} from '../../workbench/definition-for.ts'
import type {NearProject} from '../../workbench/open-project.ts'
import type {Workbench} from '../../workbench/workbench.ts'

/** One of the two that are compared. */
export interface Side {
  /** What messages call it: `jitsi 9457`, `the lockfile at HEAD~1`. */
  readonly label: string
  readonly lock: Lockfile
  /** Of all that a source has, of whatever versions: the version that was asked for. */
  readonly whole?: string
}

/** What an operand names: a release, a lockfile, a revision of the project's own, or modules to be told of alone. */
export type Operand =
  | {readonly kind: 'release'; readonly text: string}
  | {readonly kind: 'lockfile'; readonly path: string}
  | {readonly kind: 'revision'; readonly text: string}
  | {readonly kind: 'name'; readonly text: string}

/** Tells what an operand names. A file that is there comes first, then what has a version, then names that are known. */
export function operandOf(text: string, project: NearProject, bench: Workbench): Operand {
  const path = resolve(bench.environment.cwd, text)
  if (text.endsWith('.json') || (text.includes('/') && existsSync(path) && !text.includes('@')))
    return {kind: 'lockfile', path}
  if (text.includes('@{')) return {kind: 'revision', text}
  if (text.includes('@')) return {kind: 'release', text}
  if (isKnownName(text, project, bench)) return {kind: 'name', text}
  return {kind: 'revision', text}
}

function isKnownName(
  text: string,
  {manifest, lock}: NearProject,
  {environment: {registry}}: Workbench,
): boolean {
  const [last = '', source] = text.split('/').reverse()
  if (source !== undefined) return sourceDefinition(source, manifest, registry) !== undefined
  const name = bareName(last)
  return (
    sourceDefinition(last, manifest, registry) !== undefined ||
    registry.publishers(name).length > 0 ||
    Object.keys(lock.modules).some((key) => splitKey(key as ModuleKey)[1] === name)
  )
}

/** Resolves a release down to its files. Throws what `add` throws for a version or module that there is not. */
export async function releaseSide(text: string, project: NearProject, bench: Workbench): Promise<Side> {
  const whole = wholeSource(text, project, bench)
  if (whole !== undefined) return sourceSide(whole, project, bench)
  const {entries, manifest} = await entriesFor(
    {...project, lock: emptyLock},
    {parsed: [parseSpec(text)]},
    bench,
  )
  const modules: Record<ModuleKey, LockedModule> = {}
  const labels: string[] = []
  for (const {key, versionText} of entries) {
    const [source, name] = splitKey(key)
    const definition = definitionFor(key, manifest, bench)
    const {locked} = await lockModule({definition, name, versionText}, manifest, bench)
    modules[moduleKey(source, name)] = locked
    labels.push(`${name === '*' ? source : key} ${locked.version}`)
  }
  return {label: labels.join(', '), lock: {lockfileVersion: 1, modules}}
}

interface WholeSource {
  readonly definition: SourceDefinition
  readonly versionText: string
}

/** A source whose modules lie in folders of their own, which no manifest takes as a whole. */
function wholeSource(text: string, {manifest}: NearProject, bench: Workbench): WholeSource | undefined {
  const spec = parseSpec(text)
  if (spec.kind !== 'module' || spec.versionText === undefined) return undefined
  const {registry} = bench.environment
  if (spec.name !== '*' && (spec.source !== undefined || registry.publishers(spec.name).length > 0))
    return undefined
  const definition = sourceDefinition(spec.source ?? spec.name, manifest, registry)
  return definition?.layout === 'folders' ? {definition, versionText: spec.versionText} : undefined
}

/** All modules that a source has at a version, as far as the registry knows them. Throws VERSION_UNSATISFIABLE for none. */
async function sourceSide(
  {definition, versionText}: WholeSource,
  {manifest}: NearProject,
  bench: Workbench,
): Promise<Side> {
  const modules: Record<ModuleKey, LockedModule> = {}
  let reason: unknown
  for (const name of Object.keys(bench.environment.registry.releases(definition.id).names)) {
    try {
      const ref = await releaseOn({definition, name, versionText}, bench)
      if (ref?.contents === undefined || !hasModule(ref.contents, definition.layout, name)) continue
      const {key, locked} = await lockModule({definition, name, versionText, ref}, manifest, bench)
      modules[key] = locked
    } catch (error) {
      // It came later, or was gone by then.
      if (!(error instanceof ProsodyModsError) || error.exitCode !== 3) throw error
      reason ??= error
    }
  }
  if (Object.keys(modules).length === 0) throw reason
  return {label: `${definition.id} ${versionText}`, lock: {lockfileVersion: 1, modules}, whole: versionText}
}

/** Of modules that change by themselves, as it was on that day; undefined for one that was gone by then. */
async function releaseOn(
  wanted: WholeSource & {readonly name: string},
  bench: Workbench,
): Promise<ReleaseRef | undefined> {
  const {definition, name, versionText} = wanted
  const known = await listReleases(definition, bench.context, name)
  const scheme = schemes[definition.scheme]
  const day = scheme.parse(versionText)
  if (day === undefined || !listsByModule(definition)) return chooseRelease(wanted, known)
  const gone = scheme.parse(bench.environment.registry.releases(definition.id).names[name]?.gone ?? '')
  if (gone !== undefined && scheme.compare(gone, day) <= 0) return undefined
  return chooseRelease({...wanted, versionText: `<=${versionText}`}, known)
}

/** Returns what the project's lockfile has of what a release of another side is compared with. */
export function lockedSide(other: Side, {lock}: NearProject): Side {
  const sources = new Set(Object.keys(other.lock.modules).map((key) => splitKey(key as ModuleKey)[0]))
  const keys = Object.keys(other.lock.modules)
  const modules = Object.entries(lock.modules).filter(
    ([key, {layout}]) =>
      keys.includes(key) || (layout === 'flat' && sources.has(splitKey(key as ModuleKey)[0])),
  )
  if (modules.length === 0) {
    throw new ProsodyModsError(
      'NOT_INSTALLED',
      `the project has nothing of ${[...sources].join(', ')} locked`,
      {
        hint: 'name two releases: prosody-mods diff jitsi@8719 jitsi@9457',
        details: {sources: [...sources]},
      },
    )
  }
  const version = modules[0]?.[1].version ?? ''
  return {
    label: `${[...sources].join(', ')} ${version}, as locked`,
    lock: {lockfileVersion: 1, modules: Object.fromEntries(modules)},
  }
}

/** Reads a lockfile. Throws PATH_NOT_FOUND, LOCKFILE_INVALID. */
export async function fileSide(path: string): Promise<Side> {
  let text: string
  try {
    text = readRegular(path, 'lockfile').toString('utf8')
  } catch (error) {
    throw new ProsodyModsError('PATH_NOT_FOUND', `there is no lockfile at ${path}`, {
      cause: error,
      details: {path},
    })
  }
  return {label: path, lock: await parseLockfile(text, path)}
}

/** Where Git is asked. */
export interface Repository {
  /** The project's folder. */
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
}

/** Reads the project's lockfile as it was at a revision of its Git repository. Throws USAGE for what is none. */
export async function revisionSide(revision: string, {folder, env}: Repository): Promise<Side> {
  const label = `${lockfileName} at ${revision}`
  if (revision.startsWith('-')) throw noRevision(revision, 'no revision begins with a minus')
  try {
    const text = await runProgram('git', ['-C', folder, 'show', `${revision}:./${lockfileName}`], {
      maxBuffer: 64 * 1024 * 1024,
      env: {...env, LC_ALL: 'C'},
    })
    return {label, lock: await parseLockfile(text, label)}
  } catch (error) {
    if (error instanceof ProsodyModsError) throw error
    const said = ((error as {readonly stderr?: string}).stderr ?? '').trim()
    // A revision without the file is one in which nothing was locked.
    if (/does not exist in|exists on disk, but not in/.test(said)) return {label, lock: emptyLock}
    throw noRevision(revision, (said === '' ? 'Git could not be run' : said.split('\n')[0]) ?? '')
  }
}

function noRevision(revision: string, reason: string): ProsodyModsError {
  return new ProsodyModsError(
    'USAGE',
    `${revision} is no release, no lockfile, no module that is known, and no revision of Git: ${reason}`,
    {
      hint: 'write releases as jitsi@9457 or muc_moderation@2026, lockfiles by their paths, revisions as HEAD~1',
      details: {operand: revision},
    },
  )
}
