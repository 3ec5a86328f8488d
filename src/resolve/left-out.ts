import {ProsodyModsError} from '../errors.ts'
import {neverTaken, type NeverTaken} from '../sources/private-files.ts'
import type {Barred} from '../sources/types.ts'
import {isShipped} from './layout.ts'
import type {treeOf} from './release-tree.ts'
import {inFolder} from './place.ts'

type Tree = ReturnType<typeof treeOf>

/**
 * Why a file of a release is no module's. special: it is a pipe, device or socket; broken-link: it is a link that leads
 * nowhere and that no code asks for; not-loaded: it lies beside a module's main file and its code does not name it.
 */
export type LeftOutReason = NeverTaken | 'special' | 'broken-link' | 'not-loaded'

/** A part of a release's files that does not become a module's. */
export interface LeftOut {
  /** The path in the release; a folder ends in a slash. */
  readonly path: string
  readonly reason: LeftOutReason
}

const licence = /^(?:LICEN[CS]E|COPYING|NOTICE)(?:[.-][^/]*)?$/i

/** Tells whether a file at the top of a folder says on what terms the others may be used. */
export function isLicence(file: string): boolean {
  return licence.test(file)
}

const licences = new WeakMap<Tree, Map<string, readonly (readonly [file: string, path: string])[]>>()

/** Lists the licences right in a folder: their names, and their paths. */
export function licencesIn(folder: string, tree: Tree): readonly (readonly [file: string, path: string])[] {
  const known = licences.get(tree) ?? new Map<string, readonly (readonly [file: string, path: string])[]>()
  licences.set(tree, known)
  const start = inFolder(folder, '')
  const found =
    known.get(folder) ??
    tree
      .startingWith(start)
      .map((path) => [path.slice(start.length), path] as const)
      .filter(([file]) => isLicence(file))
  known.set(folder, found)
  return found
}

/**
 * Lists what lies in a folder of loose modules and is nobody's: files, and folders in which nothing is anybody's.
 * @param taken paths in the release
 */
export function* besideIn(loose: string, tree: Tree, taken: ReadonlySet<string>): Generator<LeftOut> {
  const {told, topsOf} = besideModules(loose, tree)
  const somebodys = new Set([...taken].flatMap((path) => topsOf.get(path) ?? []))
  for (const one of told) if (!somebodys.has(one.path)) yield one
}

/** What lies beside is looked up once for all modules of a folder. */
interface Beside {
  /** What is no module's, as long as none of them takes it. */
  readonly told: readonly LeftOut[]
  /** Path in the release → what of `told` it is, or lies in. */
  readonly topsOf: ReadonlyMap<string, readonly string[]>
}

const beside = new WeakMap<Tree, Map<string, Beside>>()

function besideModules(loose: string, tree: Tree): Beside {
  const known = beside.get(tree) ?? new Map<string, Beside>()
  beside.set(tree, known)
  const found = known.get(loose) ?? findBeside(loose, tree)
  known.set(loose, found)
  return found
}

function findBeside(loose: string, {files}: Tree): Beside {
  const start = inFolder(loose, '')
  const tops = new Map<string, string[]>()
  const ofModules = new Set<string>()
  for (const [path, real] of files) {
    if (!path.startsWith(start)) continue
    const slash = path.indexOf('/', start.length)
    const top = slash < 0 ? path : path.slice(0, slash + 1)
    if (isModules(path.slice(start.length))) ofModules.add(top)
    const inside = tops.get(top) ?? []
    inside.push(real)
    tops.set(top, inside)
  }
  const told: LeftOut[] = []
  const topsOf = new Map<string, string[]>()
  for (const [path, inside] of tops) {
    const reason = path.endsWith('/') ? undefined : neverTaken(path)
    const isTold = reason === undefined ? isShipped(path.slice(start.length)) : reason !== 'hidden'
    if (ofModules.has(path) || !isTold) continue
    told.push({path, reason: reason ?? 'not-loaded'})
    for (const real of inside) topsOf.set(real, [...(topsOf.get(real) ?? []), path])
  }
  return {told, topsOf}
}

/** What belongs to modules, or is about them. */
function isModules(path: string): boolean {
  return /(?:^|\/)mod_[^/]+\.lua$|^mod_[^/]+\/|\.lib\.lua$/.test(path) || isLicence(path)
}

/** Makes the error of a link that a module is made of and that can't be had. */
export function linkError(path: string, barred: Extract<Barred, {to: string}>): ProsodyModsError {
  const isPublished = barred.isPublished === true
  if (barred.why === 'broken') {
    return new ProsodyModsError('ARCHIVE_LINK_BROKEN', `${path}: the link leads nowhere, to ${barred.to}`, {
      hint: isPublished ? publishers : 'remove it, or put back what it leads to',
    })
  }
  return new ProsodyModsError(
    'ARCHIVE_LINK_ESCAPES',
    `${path}: the link leaves the folder, to ${barred.to}`,
    {
      hint: isPublished
        ? `${publishers}; where it leads to another folder of the repository, name one that holds both`
        : 'copy what it leads to into the folder; --allow-path lets a link lead out of the project',
    },
  )
}

const publishers = 'its publisher has to mend it, or another version may have it right'
