import {prefixed} from '../module-name.ts'
import {splitKey, type ModuleKey} from '../module-key.ts'
import {contextFolder, type LockedModule} from '../project/lockfile.ts'
import {applyPart, type Rejection} from '../text/apply-patch.ts'
import type {PatchPart} from '../text/unified-patch.ts'

/** A patch that has been read. */
export interface ReadPatch {
  /** From the project's folder. */
  readonly path: string
  readonly parts: readonly PatchPart[]
  /** The key that the manifest names it for: modules of a flat tree share files, and what was done to those. */
  readonly owner: ModuleKey
}

/** A module that patches are applied to, as published. */
export interface Patchable {
  readonly key: ModuleKey
  readonly locked: LockedModule
  /** Paths that files have now: those of the release, and what patches before this one have added and taken away. */
  readonly paths: ReadonlySet<string>
}

/** A patch that was not applied, with the hunk that is to blame. */
export interface RejectedPatch {
  readonly patch: ReadPatch
  /** The file as the module has it, or as the patch names it where no file is of that name. */
  readonly file: string
  readonly rejection:
    Rejection | {readonly why: 'half'; readonly done: readonly string[]; readonly open: readonly string[]}
}

/** What patches make of a module's files. */
export interface PatchOutcome {
  /** Path → text, one character a byte; null for a file that is taken away. */
  readonly texts: ReadonlyMap<string, string | null>
  /** By the path of the patch; what fitted exactly is left out. */
  readonly states: ReadonlyMap<string, 'already' | 'moved'>
  readonly rejected: RejectedPatch | undefined
}

/**
 * Applies patches one after the other to the files of a module. Each is applied as a whole or not at all.
 * @param textOf gives a file as published
 */
export function patchFiles(
  patches: readonly ReadPatch[],
  {key, locked}: Omit<Patchable, 'paths'>,
  textOf: (path: string) => string,
): PatchOutcome {
  const texts = new Map<string, string | null>()
  const states = new Map<string, 'already' | 'moved'>()
  const paths = new Set(Object.keys(locked.files))
  const now = (path: string): string | null => {
    const made = texts.get(path)
    return made === undefined ? (paths.has(path) ? textOf(path) : null) : made
  }
  for (const patch of patches) {
    const done = applyWhole(patch, {key, locked, paths}, now)
    if (done.rejected !== undefined) return {texts, states, rejected: {patch, ...done.rejected}}
    if (done.state !== undefined) states.set(patch.path, done.state)
    for (const [path, text] of done.made) {
      texts.set(path, text)
      if (text === null) paths.delete(path)
      else paths.add(path)
    }
  }
  return {texts, states, rejected: undefined}
}

type Whole =
  | {
      readonly made: ReadonlyMap<string, string | null>
      readonly state: 'already' | 'moved' | undefined
      readonly rejected?: undefined
    }
  | {readonly rejected: Omit<RejectedPatch, 'patch'>}

/** What another module's patch does to files that this one does not have is left to that. */
function applyWhole(
  {parts, owner}: ReadPatch,
  module: Patchable,
  now: (path: string) => string | null,
): Whole {
  const made = new Map<string, string | null>()
  const done: string[] = []
  let isMoved = false
  for (const part of parts) {
    const file = targetOf(part, module)
    if (file === undefined) {
      if (owner !== module.key) continue
      const rejection = {hunk: part.hunks[0], why: 'absent', places: [], there: []} as const
      return {rejected: {file: shownName(part), rejection}}
    }
    const before = made.get(file)
    const applied = applyPart(part, (before === undefined ? now(file) : before) ?? undefined)
    if (applied.kind === 'rejected') return {rejected: {file, rejection: applied}}
    if (applied.kind === 'already') done.push(file)
    else made.set(file, applied.text)
    isMoved ||= applied.kind === 'applied' && applied.isShifted
  }
  const open = [...made.keys()]
  const [file] = open
  if (file === undefined) return {made, state: 'already'}
  if (done.length > 0) return {rejected: {file, rejection: {why: 'half', done, open}}}
  return {made, state: isMoved ? 'moved' : undefined}
}

/** Lists the files of a release that patches are about. */
export function touchedFiles(
  patches: readonly ReadPatch[],
  {key, locked}: Omit<Patchable, 'paths'>,
): string[] {
  const paths = new Set(Object.keys(locked.files))
  const found = patches
    .flatMap(({parts}) => parts)
    .map((part) => targetOf(part, {key, locked, paths}))
    .filter((path) => path !== undefined && paths.has(path))
  return [...new Set(found.filter((path) => path !== undefined))]
}

/**
 * Finds the file of a module that a part of a patch is about, by as much of the name as there is of it: below the
 * source's folder in the context, in the module's own folder, or in the release. Undefined where there is none; a file
 * that comes has the place that its name says.
 */
export function targetOf(part: PatchPart, {key, locked, paths}: Patchable): string | undefined {
  const {newName, oldName, kind} = part
  const [, name] = splitKey(key)
  const own = locked.layout === 'folders' ? `${prefixed(name)}/` : ''
  const released = new Map(Object.entries(locked.from ?? {}).map(([path, from]) => [from, path]))
  for (const written of kind === 'add' ? [] : [newName, oldName]) {
    if (written === null) continue
    const named = Buffer.from(written, 'latin1').toString('utf8').split('/')
    for (let cut = 0; cut < named.length; cut += 1) {
      const end = named.slice(cut).join('/')
      const found = [end, own + end, released.get(end)].find((path) => path !== undefined && paths.has(path))
      if (found !== undefined) return found
    }
  }
  return kind === 'change'
    ? undefined
    : placeFor((kind === 'add' ? newName : oldName) ?? '', {key, locked, own})
}

/** Where a file lies that a patch adds: nothing is there to know the beginning of its name by. */
function placeFor(
  written: string,
  {key, locked, own}: Omit<Patchable, 'paths'> & {readonly own: string},
): string | undefined {
  const named = Buffer.from(written, 'latin1')
    .toString('utf8')
    .replace(/^[ab]\//, '')
  const folder = 'folder' in locked.resolved ? locked.resolved.folder : ''
  const roots = [`${contextFolder}/${splitKey(key)[0]}/`, ...(folder === '' ? [] : [`${folder}/`])]
  const root = roots.find((one) => named.startsWith(one)) ?? ''
  const path = named.slice(root.length)
  if (path.startsWith(own)) return path
  return path.includes('/') ? undefined : own + path
}

function shownName({oldName, newName}: PatchPart): string {
  return Buffer.from(newName ?? oldName ?? '', 'latin1').toString('utf8')
}
