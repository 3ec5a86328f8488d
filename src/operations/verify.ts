import {ProsodyModsError} from '../errors.ts'
import {configPath} from '../image/config.ts'
import {diskState, filesBelow} from '../project/disk.ts'
import type {DriftKind} from '../project/drift.ts'
import {contextFolder, lockedFiles, type Lockfile} from '../project/lockfile.ts'
import type {Project} from '../project/project.ts'
import {configFor} from './context.ts'
import type {Environment} from './environment.ts'
import {openProject} from './open-project.ts'
import {refuseFirstUse} from './refuse-disputes.ts'
import {hash} from 'node:crypto'
import {join} from 'node:path'

export interface VerifyRequest {
  /** The folder that install was given with --modules-path. */
  readonly modulesPath?: string
}

/** One file that is not as the lockfile says. */
export interface Drift {
  /** From the project's folder. */
  readonly path: string
  readonly kind: DriftKind
  /** sha256 in hex; null where nothing is expected or found. */
  readonly expected: string | null
  readonly got: string | null
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
  const drift = [...compare(project.folder, expected), ...unexpected(project.folder, expected)]
  return {
    modules: Object.keys(lock.modules).length,
    verified: expected.size - drift.filter(({kind}) => kind !== 'unexpected').length,
    drift: drift.sort((a, b) => (a.path < b.path ? -1 : 1)),
  }
}

function expectedFiles(project: Project, lock: Lockfile, request: VerifyRequest): Map<string, string> {
  const config = configFor({lock, manifest: project.manifest, modulesPath: request.modulesPath})
  return lockedFiles(lock).set(configPath, hash('sha256', config, 'hex'))
}

function compare(folder: string, expected: ReadonlyMap<string, string>): Drift[] {
  const found: Drift[] = []
  for (const [path, sha256] of expected) {
    const state = diskState(folder, path)
    if (state === 'absent') found.push({path, kind: 'missing', expected: sha256, got: null})
    else if (state === 'other') found.push({path, kind: 'not-a-file', expected: sha256, got: null})
    else if (state.sha256 !== sha256) found.push({path, kind: 'changed', expected: sha256, got: state.sha256})
  }
  return found
}

/** Prosody loads what lies in a plugin path, whoever put it there. */
function unexpected(folder: string, expected: ReadonlyMap<string, string>): Drift[] {
  return filesBelow(join(folder, contextFolder))
    .map((path) => `${contextFolder}/${path}`)
    .filter((path) => !expected.has(path))
    .map((path) => {
      const state = diskState(folder, path)
      return {path, kind: 'unexpected', expected: null, got: typeof state === 'object' ? state.sha256 : null}
    })
}
