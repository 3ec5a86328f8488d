import {sha256Of} from '../../digest.ts'
import {isOwnIgnore} from '../../context/docker-ignore.ts'
import {planContext} from '../../context/plan.ts'
import {presentText} from '../../context/present-text.ts'
import {generatedFiles, generatedPaths} from '../../image/generated-files.ts'
import {imageFiles} from '../../image/container/image-files.ts'
import {hasSeal, isSealedText, sectionsIn, withSections} from '../../image/container/sections.ts'
import type {Manifest} from '../../project/manifest.ts'
import {manifestName} from '../../project/manifest.ts'
import type {Step} from '../../project/transaction.ts'
import {unifiedDiff} from '../../text/unified-diff.ts'
import type {ProjectWithLock} from '../../workbench/open-project.ts'
import type {ImageContents} from '../../image/container/contents.ts'

/**
 * How a file of the image stands: as it shall be, not there, as an earlier command wrote it, changed outside of the
 * sections that are the user's, or one that prosody-mods did not write.
 */
export type ImageFileState = 'current' | 'missing' | 'outdated' | 'edited' | 'foreign'

/** A file of the image, as it stands and as it shall be. */
export interface PlannedFile {
  /** From the project's folder. */
  readonly path: string
  readonly state: ImageFileState
  /** Undefined where nothing stands there. */
  readonly before: string | undefined
  readonly after: string
  /** Sections of the user's own that the new text has no place for. */
  readonly homeless: readonly string[]
}

/** Compares the files of an image with what stands in the project. */
export function planImage(folder: string, contents: ImageContents): PlannedFile[] {
  return [...imageFiles(contents)].map(([path, text]) => {
    const before = presentText(folder, path)
    const own = before === undefined ? new Map<string, string>() : sectionsIn(before)
    const after = withSections(text, own)
    const places = sectionsIn(text)
    const homeless = [...own].filter(([name, body]) => body !== '' && !places.has(name)).map(([name]) => name)
    return {
      path,
      state: isOfInit(path, before) ? 'outdated' : stateOf(before, after, homeless),
      before,
      after,
      homeless,
    }
  })
}

/** What `init` wrote for a Dockerfile of before. */
function isOfInit(path: string, before: string | undefined): boolean {
  return path === '.dockerignore' && before !== undefined && isOwnIgnore(before)
}

function stateOf(before: string | undefined, after: string, homeless: readonly string[]): ImageFileState {
  if (before === undefined) return 'missing'
  if (before === after) return 'current'
  if (!hasSeal(before)) return 'foreign'
  return isSealedText(before) && homeless.length === 0 ? 'outdated' : 'edited'
}

/** Writes the difference between a file as it stands and as it shall be. */
export function differenceIn({path, before = '', after}: PlannedFile): string {
  return unifiedDiff(path, before, after)
}

/** Lists the steps that write files of the image. */
export function stepsFor(files: readonly PlannedFile[]): Step[] {
  return files.map(({path, before, after}) => ({
    path,
    before: before === undefined ? null : sha256Of(before),
    after: sha256Of(after),
    bytes: Buffer.from(after, 'utf8'),
  }))
}

/**
 * Lists the steps that bring the manifest and what is generated from it beside the modules to a new manifest; modules
 * and lockfile stay as they are. Throws OWNED_FILE_CHANGED, FILE_IN_THE_WAY.
 */
export function manifestSteps(
  project: ProjectWithLock,
  {manifest, manifestText}: {readonly manifest: Manifest; readonly manifestText: string},
): Step[] {
  const wanted = {lock: project.lock, manifest, manifestText, writeLock: false, force: false}
  const plan = planContext(project, wanted, generatedFiles(wanted))
  return plan.changes.flatMap((change) => {
    if (change.path !== manifestName && !generatedPaths.includes(change.path)) return []
    const text = plan.texts.get(change.path)
    return [{...change, bytes: text === undefined ? null : Buffer.from(text, 'utf8')}]
  })
}
