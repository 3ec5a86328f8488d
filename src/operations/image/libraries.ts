import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {sha256Of, type Sha256} from '../../digest.ts'
import type {LibraryFile} from '../../image/container/contents.ts'
import {librariesFolder} from '../../image/container/paths.ts'
import {diskState} from '../../project/disk.ts'
import type {Step} from '../../project/transaction.ts'
import type {Registry} from '../../registry/registry.ts'
import {readRegular} from '../../regular-file.ts'
import {locate} from '../../sources/index.ts'
import type {Environment} from '../../workbench/environment.ts'
import type {ProjectWithLock} from '../../workbench/open-project.ts'
import {blobOf, withWorkbench} from '../../workbench/workbench.ts'
import type {ImageFileState} from './plan.ts'

/** A file of a rock, as it stands in the project. */
export interface PlannedLibrary {
  /** From the project's folder. */
  readonly path: string
  /** `outdated` are other bytes that a rock is known by, `altered` any others, `leftover` what no module needs any more. */
  readonly state: Exclude<ImageFileState, 'edited' | 'foreign'> | 'altered' | 'leftover'
  /** Undefined where nothing stands there. */
  readonly before: Buffer | undefined
  /** What shall stand there; undefined for nothing. */
  readonly file: LibraryFile | undefined
}

/** Compares the files of rocks that an image needs with those in the project. A user's own beside them are not looked at. */
export function planLibraries(
  folder: string,
  files: readonly LibraryFile[],
  registry: Registry,
): PlannedLibrary[] {
  const known = knownDigests(registry)
  const wanted = new Set(files.map(({path}) => path))
  return [
    ...files.map((file) => {
      const before = bytesAt(folder, file.path)
      return {path: file.path, state: stateOf(before, file, known), before, file}
    }),
    ...presentIn(folder).flatMap((path): PlannedLibrary[] => {
      const before = wanted.has(path) ? undefined : bytesAt(folder, path)
      return before !== undefined && known.has(sha256Of(before))
        ? [{path, state: 'leftover', before, file: undefined}]
        : []
    }),
  ]
}

function knownDigests({libraries}: Registry): ReadonlySet<Sha256> {
  const files = Object.values(libraries.rocks).flatMap(({source}) => source?.files ?? [])
  return new Set(files.map(({sha256}) => sha256))
}

function stateOf(
  before: Buffer | undefined,
  {sha256}: LibraryFile,
  known: ReadonlySet<Sha256>,
): PlannedLibrary['state'] {
  if (before === undefined) return 'missing'
  const present = sha256Of(before)
  if (present === sha256) return 'current'
  return known.has(present) ? 'outdated' : 'altered'
}

function bytesAt(folder: string, path: string): Buffer | undefined {
  return typeof diskState(folder, path) === 'object' ? readRegular(join(folder, path), 'module') : undefined
}

function presentIn(folder: string): string[] {
  try {
    return readdirSync(join(folder, librariesFolder), {recursive: true, encoding: 'utf8'})
      .map((path) => `${librariesFolder}/${path.replaceAll('\\', '/')}`)
      .sort()
  } catch {
    return []
  }
}

interface Bringing {
  readonly project: ProjectWithLock
  readonly environment: Environment
  /** Nobody is asked; what the store lacks can't be had. */
  readonly offline: boolean
}

/**
 * Lists the steps that bring files of rocks into the project or take them away; what the store lacks is fetched from
 * where the rock's own author keeps it. Throws DIGEST_MISMATCH, OFFLINE_MISSING, UNREACHABLE, STORE_CORRUPT.
 */
export async function librarySteps(
  planned: readonly PlannedLibrary[],
  {project, environment, offline}: Bringing,
): Promise<Step[]> {
  if (planned.length === 0) return []
  const {folder, manifest} = project
  const wanted = planned.flatMap(({file}) => file ?? [])
  return withWorkbench(environment, {folder, manifest, offline}, async (bench) => {
    await bench.session.ensure(wanted, (lacking) =>
      Promise.all(
        lacking.map(async ({sha256, size, rock, from: {repository, revision, path}}) => {
          const resolved = {kind: 'github', repository, revision, folder: ''} as const
          const locations = await locate(resolved, rock, bench.context)
          return {
            sha256,
            size,
            name: `${rock}: ${path}`,
            knownVariant: false,
            candidates: locations.map((location) => ({location, path})),
          }
        }),
      ),
    )
    return planned.map(({path, before, file}) => ({
      path,
      before: before === undefined ? null : sha256Of(before),
      after: file?.sha256 ?? null,
      bytes: file === undefined ? null : blobOf(bench, file.sha256, `${file.rock}: ${file.from.path}`),
    }))
  })
}
