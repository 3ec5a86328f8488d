import {imageSettings} from '../../image/container/settings.ts'
import {presentText} from '../../context/present-text.ts'
import {editManifest, type ManifestChange} from '../../project/manifest-edit.ts'
import {manifestName, parseManifest} from '../../project/manifest.ts'
import {applySteps} from '../../project/transaction.ts'
import type {Environment} from '../../workbench/environment.ts'
import {changeProject, lockedOf, type ProjectWithLock} from '../../workbench/open-project.ts'
import {findContents} from './contents.ts'
import {librarySteps, planLibraries, type PlannedLibrary} from './libraries.ts'
import {unignoredNotes} from './unignored.ts'
import {differenceIn, manifestSteps, planImage, stepsFor, type PlannedFile} from './plan.ts'
import type {ImageSettings} from '../../image/container/settings.ts'

/** How files of the image are to be written. */
export interface ImageWriteRequest {
  /** Replaces files that were changed outside of their sections, and others that are in the way. */
  readonly force: boolean
  readonly dryRun: boolean
  readonly offline: boolean
}

/** What `image init` is to put into the manifest besides. */
export interface ImageInitRequest extends ImageWriteRequest {
  readonly profile?: string | undefined
  readonly base?: string | undefined
  readonly variant?: string | undefined
}

/** What was done about a file of the image. */
export interface WrittenImageFile {
  /** From the project's folder. */
  readonly path: string
  readonly action: 'write' | 'update' | 'replace' | 'remove' | 'keep' | 'none'
  /** Of a file that is kept: what would change; null for files of rocks, which are somebody else's. */
  readonly diff: string | null
}

/** What `image init` and `image write` did; the shape is part of --json (docs/reference/json.md). */
export interface ImageWriteResult {
  readonly dryRun: boolean
  readonly image: ImageSettings
  /** Whether the manifest was changed, and plugin_paths. */
  readonly changed: readonly string[]
  readonly files: readonly WrittenImageFile[]
  readonly notes: readonly string[]
}

/**
 * Writes what the manifest lacks of an image, and then the image. Throws MANIFEST_INVALID for what the schema does not
 * allow, and what `imageWrite` throws.
 */
export async function imageInit(
  {profile, base, variant, ...request}: ImageInitRequest,
  environment: Environment,
): Promise<ImageWriteResult> {
  return changeProject(
    environment,
    async (found) => {
      const project = lockedOf(found)
      const chosen =
        profile ?? (project.manifest.image?.profile === undefined ? profileFor(project) : undefined)
      const given = {profile: chosen, base, variant}
      const changes = Object.entries(given).flatMap(([key, value]): ManifestChange[] =>
        value === undefined ? [] : [{path: ['image', key], value}],
      )
      const manifestText = editManifest(project.manifestText, changes)
      const parsed = await parseManifest(manifestText, manifestName)
      const image = parsed.image
      return write(
        {...project, manifest: {...project.manifest, ...(image === undefined ? {} : {image})}},
        manifestText,
        {request, environment},
      )
    },
    request,
  )
}

/** The profile that the modules ask for. */
function profileFor({lock}: ProjectWithLock): string {
  return Object.keys(lock.modules).some((key) => key.startsWith('jitsi/')) ? 'jitsi' : 'xmpp'
}

/**
 * Writes the files of the image; those that were changed outside of the user's sections, or are somebody else's, are kept.
 * Throws IMAGE_MISSING, IMAGE_INVALID, IMAGE_UNMET, NOT_INSTALLED, WRITE_FAILED.
 */
export async function imageWrite(
  request: ImageWriteRequest,
  environment: Environment,
): Promise<ImageWriteResult> {
  return changeProject(
    environment,
    async (found) => {
      const project = lockedOf(found)
      return write(project, project.manifestText, {request, environment})
    },
    request,
  )
}

async function write(
  project: ProjectWithLock,
  manifestText: string,
  {request, environment}: {readonly request: ImageWriteRequest; readonly environment: Environment},
): Promise<ImageWriteResult> {
  const {manifest, folder} = project
  const before = {...project, manifestText: presentText(folder, manifestName) ?? project.manifestText}
  const image = imageSettings(manifest, environment.registry)
  const {contents, notes} = await findContents(project, environment)
  const steps = manifestSteps(before, {manifest, manifestText})
  const planned = planImage(folder, contents).map((file) => ({file, written: written(file, request.force)}))
  const libraries = planLibraries(folder, contents.libraries, environment.registry).map((file) => ({
    file,
    written: writtenLibrary(file, request.force),
  }))
  const files = [...planned, ...libraries].map((one) => one.written)
  if (!request.dryRun) {
    const ofRocks = await librarySteps(
      libraries.filter(isDone).map(({file}) => file),
      {project, environment, offline: request.offline},
    )
    const own = stepsFor(planned.filter(isDone).map(({file}) => file))
    await applySteps({...environment, folder}, [...own, ...ofRocks, ...steps])
  }
  const all = [...notes, ...unignoredNotes(folder)]
  return {dryRun: request.dryRun, image, changed: steps.map(({path}) => path), files, notes: all}
}

function isDone({written: {action}}: {readonly written: WrittenImageFile}): boolean {
  return action !== 'keep' && action !== 'none'
}

function writtenLibrary({path, state}: PlannedLibrary, force: boolean): WrittenImageFile {
  const actions = {
    missing: 'write',
    outdated: 'update',
    leftover: 'remove',
    current: 'none',
    altered: force ? 'replace' : 'keep',
  } as const
  return {path, action: actions[state], diff: null}
}

function written(file: PlannedFile, force: boolean): WrittenImageFile {
  const {path, state} = file
  switch (state) {
    case 'missing':
      return {path, action: 'write', diff: null}
    case 'outdated':
      return {path, action: 'update', diff: null}
    case 'current':
      return {path, action: 'none', diff: null}
    case 'edited':
    case 'foreign':
      return force ? {path, action: 'replace', diff: null} : {path, action: 'keep', diff: differenceIn(file)}
  }
}
