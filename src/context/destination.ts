import {join, posix} from 'node:path'
import {sha256Of} from '../digest.ts'
import {ProsodyModsError} from '../errors.ts'
import type {GeneratedFile, GeneratedFrom} from '../image/generated-file.ts'
import {baseOf} from '../image/plugin-base.ts'
import {pluginPathsFile, pluginPathsPath} from '../image/plugin-paths-file.ts'
import {placesOf, recordPath, type Destination} from '../project/destination.ts'
import {diskBelow, linkOnWay} from '../project/disk.ts'
import {parseLockfile, type Lockfile} from '../project/lockfile.ts'
import {layoutIn, modulesPathOf} from '../project/manifest.ts'
import {unreadablePaths} from '../project/modes.ts'
import {planFiles, type Owned} from '../project/plan.ts'
import type {ContextPlan} from './plan.ts'
import {ownedAmong} from './plan.ts'
import {warning, type Warning} from '../warning.ts'
import {presentText} from './present-text.ts'

/** What shall stand in a destination. */
export interface Placed extends GeneratedFrom {
  readonly lock: Lockfile
  /** The text of the lockfile, which is kept beside the modules. */
  readonly lockText: string
}

/** Returns where in a folder the modules lie, and the configuration that Debian's Prosody reads. */
export function destinationOf({manifest, modulesPath = modulesPathOf(manifest)}: GeneratedFrom): Destination {
  // From a root, no `..` leads out.
  const modules = posix.resolve('/', modulesPath).slice(1)
  if (modules === '')
    throw new ProsodyModsError('USAGE', 'modules can not lie in the root of a file system itself', {
      hint: 'set image.modulesPath in prosody-mods.json to a folder of their own, such as /usr/local/lib/prosody-mods',
    })
  const config = `etc/prosody/${pluginPathsPath}`
  return layoutIn(manifest) === 'modules' ? {modules, config, layout: 'modules'} : {modules, config}
}

/** Returns the folder of Prosody's configuration in a destination. */
export function configFolder({
  folder,
  destination,
}: {
  readonly folder: string
  readonly destination: Destination
}): string {
  return join(folder, destination.config.slice(0, -pluginPathsPath.length))
}

/** Returns a warning of modules of an earlier run that lie elsewhere, as its configuration says: they are left alone. */
export function leftElsewhere(folder: string, placed: Placed, {modules, config}: Destination): Warning[] {
  const present = presentText(folder, config)
  const base = present === undefined ? undefined : baseOf(present, placed)
  if (base === undefined || posix.resolve(base) === `/${modules}`) return []
  const old = join(folder, base)
  return [
    warning(
      'MODULES_LEFT',
      `${old} holds modules of an earlier run, which nothing loads any more: remove it`,
    ),
  ]
}

/** Returns the configuration that a destination shall have. */
export function placedConfig(placed: GeneratedFrom, {config}: Destination): GeneratedFile {
  return {path: config, ...pluginPathsFile(placed)}
}

/** Lists what shall lie in a destination: path → sha256. */
export function desiredIn(placed: Placed, destination: Destination): ContextPlan['desired'] {
  const files = placesOf(placed.lock, destination).map(({place, sha256}) => [place, sha256] as const)
  const texts = [...textsIn(placed, destination)].map(([path, text]) => [path, sha256Of(text)] as const)
  return new Map([...files, ...texts])
}

/** The lockfile comes last: it says which files are ours. */
function textsIn(placed: Placed, destination: Destination): ReadonlyMap<string, string> {
  const {path, text} = placedConfig(placed, destination)
  return new Map([
    ...(text === undefined ? [] : ([[path, text]] as const)),
    [recordPath(destination), placed.lockText],
  ])
}

/**
 * Compares what is wanted with what lies in a folder, by the lockfile that an earlier run left there. Throws
 * OWNED_FILE_CHANGED and FILE_IN_THE_WAY, unless forced.
 */
export async function planDestination(
  folder: string,
  placed: Placed & {readonly force: boolean},
  destination: Destination,
): Promise<ContextPlan> {
  const record = recordPath(destination)
  const desired = desiredIn(placed, destination)
  const config = placedConfig(placed, destination)
  const changes = planFiles({
    desired,
    owned: new Map<string, Owned>([
      ...(await ownedBefore(folder, destination)),
      ...ownedAmong([config], folder),
    ]),
    generatedPaths: [config.path],
    disk: diskBelow(folder),
    linkOnWay: (path) => linkOnWay(folder, path),
    force: placed.force,
    forceAll: placed.force,
    shown: (path) => join(folder, path),
  })
  const touched = new Set(changes.map(({path}) => path))
  const inOrder = [
    ...changes.filter(({path}) => path !== record),
    ...changes.filter(({path}) => path === record),
  ]
  return {
    changes: inOrder,
    closed: unreadablePaths(folder, desired.keys(), destination.modules).filter((path) => !touched.has(path)),
    desired,
    unchanged: [...desired.keys()].filter((path) => !touched.has(path)).length,
    texts: textsIn(placed, destination),
  }
}

/** What the lockfile lists that lies there, and itself; nothing where there is none, or a damaged one. */
async function ownedBefore(folder: string, destination: Destination): Promise<(readonly [string, Owned])[]> {
  const record = recordPath(destination)
  const text = presentText(folder, record)
  if (text === undefined) return []
  try {
    const places = placesOf(await parseLockfile(text, record), destination)
    const placed = places.map(({place, sha256}) => [place, sha256] as const)
    return [...placed, [record, sha256Of(text)]]
  } catch (error) {
    if (error instanceof ProsodyModsError && error.code === 'LOCKFILE_INVALID') return []
    throw error
  }
}
