import {existsSync, lstatSync, rmdirSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {makeFolders, writeFailed} from '../../durable.ts'
import {ProsodyModsError} from '../../errors.ts'
import {lockfileName} from '../../project/lockfile.ts'
import {
  defaultModulesPath,
  manifestName,
  parseManifest,
  type Manifest,
  type ModulesLayout,
} from '../../project/manifest.ts'
import type {Environment} from '../../workbench/environment.ts'
import {schemaAddress} from './schema-address.ts'
import {initTarget, type InitTarget} from './target.ts'

/** What a new project is for, as far as flags say. */
export interface NewProjectFlags {
  /** The release line: 13.0 */
  readonly prosody?: string
  /** The suite of the image: trixie */
  readonly debian?: string
  /** Absolute folder of the image that prosody-modules/ will be copied to. */
  readonly modulesPath?: string
  /** The image that the modules go into. */
  readonly base?: string
  readonly layout?: ModulesLayout
  /** Where the release line is known from, for people; absent where a flag says it. */
  readonly because?: string
}

/** A project that is to be made: its manifest, and what that is taken from. */
export interface NewProject {
  readonly target: InitTarget
  readonly manifestText: string
  readonly manifest: Manifest
}

/** Decides what a new project in a folder says. Throws MANIFEST_INVALID and USAGE, naming the flag. */
export async function newProject(
  folder: string,
  flags: NewProjectFlags,
  {env, registry}: Environment,
): Promise<NewProject> {
  const target = initTarget(flags, {folder, env, registry})
  const schema = schemaAddress(folder)
  const manifestText = `${JSON.stringify(manifestFor({...flags, ...target, schema}), undefined, 2)}\n`
  const manifest = await parseManifest(manifestText, manifestName).catch((error: unknown) => {
    throw ofFlag(error)
  })
  return {target, manifestText, manifest}
}

/** Throws MANIFEST_EXISTS where a folder is a project already. */
export function refuseExisting(folder: string): void {
  const found = [manifestName, lockfileName].find((name) => existsSync(join(folder, name)))
  if (found === undefined) return
  throw new ProsodyModsError('MANIFEST_EXISTS', `${join(folder, found)} exists already`, {
    hint: 'this folder is a project: go on with "prosody-mods add <module>" or "prosody-mods install"',
  })
}

/** Makes a folder for work that may fail, in which case what was made is taken away again. */
export async function withNewFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const missing = missingAbove(folder)
  try {
    makeFolders(folder)
  } catch (error) {
    throw writeFailed(folder, error)
  }
  try {
    return await work()
  } catch (error) {
    removeEmpty(missing)
    throw error
  }
}

/** The folder and those above it that are not there, the lowest first. */
function missingAbove(folder: string): readonly string[] {
  const isThere = lstatSync(folder, {throwIfNoEntry: false}) !== undefined
  return isThere || dirname(folder) === folder ? [] : [folder, ...missingAbove(dirname(folder))]
}

function removeEmpty(folders: readonly string[]): void {
  try {
    for (const folder of folders) rmdirSync(folder)
  } catch {
    // Somebody else has put something there.
  }
}

const flagNames: ReadonlyMap<unknown, string> = new Map([
  ['/prosody', '--prosody'],
  ['/image/debian', '--debian'],
  ['/image/modulesPath', '--modules-path'],
  ['/image/base', '--version'],
])

/** There is no manifest yet: the flag is told in place of the line. */
function ofFlag(error: unknown): unknown {
  if (!(error instanceof ProsodyModsError)) return error
  const flag = flagNames.get(error.details['pointer'])
  if (flag === undefined) return error
  return error.with({
    message: `${flag}: ${String(error.details['reason'])}`,
    hint: '"prosody-mods init --help" describes the flags',
    details: {flag},
  })
}

function manifestFor({
  prosody,
  debian,
  schema,
  modulesPath = defaultModulesPath,
  base,
  layout,
}: InitTarget &
  Pick<NewProjectFlags, 'modulesPath' | 'base' | 'layout'> & {readonly schema: string | undefined}): object {
  return {
    ...(schema === undefined ? {} : {$schema: schema}),
    prosody,
    image: {
      debian,
      modulesPath,
      ...(layout === undefined ? {} : {layout}),
      ...(base === undefined ? {} : {base}),
    },
    modules: {},
  }
}
