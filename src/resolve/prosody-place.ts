import type {ProsodyFiles} from '../registry/types.ts'
import type {PatchPart} from '../text/unified-patch.ts'

/** Where `patch` is to be run for a patch of Prosody's own files. */
export interface PlaceInProsody {
  /** Below the folder that Prosody's package has its Lua in; '' for that itself. */
  readonly folder: string
  /** Folders to leave out at the beginning of the names. */
  readonly strip: number
}

/**
 * Finds the folder from which the names in a patch are names of Prosody's own files: upstream's repository has other
 * folders than its package, and patches are made in any of them. Undefined where there is none, or more than one.
 * @param line of Prosody: `13.0`
 */
export function placeInProsody(
  parts: readonly PatchPart[],
  files: ProsodyFiles['files'],
  line: string,
): PlaceInProsody | undefined {
  const own = Object.entries(files).flatMap(([path, contents]) =>
    contents.some(({releases}) => releases.some((release) => release.startsWith(`${line}.`))) ? [path] : [],
  )
  const changed = parts.filter(({kind}) => kind !== 'add')
  const names = (changed.length === 0 ? parts : changed).map((part) => namesOf(part))
  const [first] = names
  if (first === undefined) return undefined
  for (let strip = 0; strip < first.length; strip += 1) {
    const rest = first.slice(strip).join('/')
    const found = own
      .filter((path) => path === rest || path.endsWith(`/${rest}`))
      .map((path) => path.slice(0, path.length - rest.length).replace(/\/$/, ''))
      .filter((folder) => names.every((name) => own.includes(below(folder, name.slice(strip).join('/')))))
    const [folder, ...others] = found
    if (folder !== undefined) return others.length === 0 ? {folder, strip} : undefined
  }
  return undefined
}

function namesOf({newName, oldName}: PatchPart): readonly string[] {
  return (newName ?? oldName ?? '').split('/')
}

function below(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`
}
