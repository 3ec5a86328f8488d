import {ProsodyModsError} from '../errors.ts'
import {configPath} from '../project/owned-paths.ts'
import {differsInLineEnds, diskState, filesBelow} from '../project/disk.ts'
import {driftHints, type DriftKind} from '../project/drift.ts'
import {contextFolder, lockedFiles, type Lockfile} from '../project/lockfile.ts'
import {modulesPathOf} from '../project/manifest.ts'
import {unreadablePaths} from '../project/modes.ts'
import type {Project} from '../project/project.ts'
import {configFor} from '../image/config-input.ts'
import type {Environment} from '../workbench/environment.ts'
import {openProject} from '../workbench/open-project.ts'
import {baseOf, otherBaseHint, presentConfig} from '../context/plugin-base.ts'
import {refuseFirstUse} from '../workbench/refuse-disputes.ts'
import {join} from 'node:path'
import {sha256Of, type Sha256} from '../digest.ts'

export interface VerifyRequest {
  /** The folder that install was given with --modules-path. */
  readonly modulesPath?: string
}

/** One file that is not as the lockfile says. */
export interface Drift {
  /** From the project's folder. */
  readonly path: string
  readonly kind: DriftKind
  /** null where nothing is expected or found. */
  readonly expected: Sha256 | null
  readonly got: Sha256 | null
  /** What to do about it. */
  readonly hint: string
}

export interface VerifyResult {
  readonly modules: number
  /** Files that are as locked. */
  readonly verified: number
  readonly drift: readonly Drift[]
}

/** Hashes the whole context against the lockfile. Throws LOCKFILE_MISSING; drift is a result, not an error. */
export async function verify(request: VerifyRequest, environment: Environment): Promise<VerifyResult> {
  const project = await openProject(environment)
  const {lock} = project
  if (lock === undefined) {
    throw new ProsodyModsError('LOCKFILE_MISSING', 'there is no prosody-mods.lock.json to verify against', {
      hint: 'run "prosody-mods install" and commit the lockfile',
    })
  }
  refuseFirstUse(lock, project.manifest)
  const expected = expectedFiles(project, lock, request)
  const {folder} = project
  const found = [...compare(folder, expected), ...unexpected(folder, expected)]
  const drift = [...found, ...closedOf(folder, expected, new Set(found.map(({path}) => path)))].map(
    (one) => ({
      ...one,
      hint: (one.path === configPath ? otherBase(project, lock, request) : undefined) ?? driftHints[one.kind],
    }),
  )
  return {
    modules: Object.keys(lock.modules).length,
    verified: expected.size - drift.filter(({path}) => expected.has(path)).length,
    drift: drift.sort((a, b) => (a.path < b.path ? -1 : 1)),
  }
}

function expectedFiles(project: Project, lock: Lockfile, request: VerifyRequest): Map<string, Sha256> {
  const config = configFor({lock, manifest: project.manifest, modulesPath: request.modulesPath})
  return lockedFiles(lock).set(configPath, sha256Of(config))
}

/** What to do where nothing is wrong with the configuration but the folder that it starts from. */
function otherBase({folder, manifest}: Project, lock: Lockfile, request: VerifyRequest): string | undefined {
  const text = presentConfig(folder)
  const base = text === undefined ? undefined : baseOf(text, {lock, manifest})
  if (base === undefined || configFor({lock, manifest, modulesPath: base}) !== text) return undefined
  const expected = request.modulesPath ?? modulesPathOf(manifest)
  return base === expected ? undefined : otherBaseHint(base, expected)
}

type Found = Omit<Drift, 'hint'>

/** What others can't read, though its bytes are right. */
function closedOf(
  folder: string,
  expected: ReadonlyMap<string, Sha256>,
  found: ReadonlySet<string>,
): Found[] {
  return unreadablePaths(folder, expected.keys())
    .filter((path) => !found.has(path))
    .map((path) => {
      const sha256 = expected.get(path) ?? null
      return {path, kind: 'unreadable', expected: sha256, got: sha256}
    })
}

function compare(folder: string, expected: ReadonlyMap<string, Sha256>): Found[] {
  const found: Found[] = []
  for (const [path, sha256] of expected) {
    const state = diskState(folder, path)
    if (state === 'absent') found.push({path, kind: 'missing', expected: sha256, got: null})
    else if (state === 'other') found.push({path, kind: 'not-a-file', expected: sha256, got: null})
    else if (state.sha256 !== sha256) {
      const kind = differsInLineEnds(folder, path, sha256) ? 'line-ends' : 'changed'
      found.push({path, kind, expected: sha256, got: state.sha256})
    }
  }
  return found
}

/** Prosody loads what lies in a plugin path, whoever put it there. */
function unexpected(folder: string, expected: ReadonlyMap<string, Sha256>): Found[] {
  return filesBelow(join(folder, contextFolder))
    .map((path) => `${contextFolder}/${path}`)
    .filter((path) => !expected.has(path))
    .map((path) => {
      const state = diskState(folder, path)
      return {path, kind: 'unexpected', expected: null, got: typeof state === 'object' ? state.sha256 : null}
    })
}
