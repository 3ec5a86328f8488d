import {archiveError} from '../../compression/failures.ts'

/** What path rules need to know about the archive. */
export interface PathContext {
  readonly label: string
  /** How many UTF-8 bytes a path may have. */
  readonly pathLength: number
}

/** What Linux, macOS and Windows take for one name; UTF-8 bytes. */
const nameLength = 255
/** Folders inside one another; keeps the walks over the tree shallow. */
const depth = 64

/**
 * Splits an entry's path into its components. One leading `./` is dropped, as is the slash that ends a folder's name;
 * the archive's top folder itself has none.
 * @throws ARCHIVE_PATH_ABSOLUTE, ARCHIVE_PATH_TRAVERSAL, ARCHIVE_PATH_INVALID, ARCHIVE_PATH_TOO_LONG
 */
export function entryPath(path: string, isFolder: boolean, context: PathContext): readonly string[] {
  const {label} = context
  checkText(path, path, context)
  if (isAbsolute(path)) {
    const refusal = {entry: path, expected: 'a relative path', got: 'an absolute one'}
    throw archiveError('ARCHIVE_PATH_ABSOLUTE', label, refusal)
  }
  const parts = path.replace(/^\.\//, '').split('/')
  if (isFolder && (parts.at(-1) === '' || parts.at(-1) === '.')) parts.pop()
  for (const part of parts) checkPart(part, path, label)
  if (parts.length > depth) {
    throw tooLong(path, label, {expected: `at most ${depth} components`, got: `${parts.length}`})
  }
  return parts
}

/**
 * Splits the path that a link leads to into its components; `.`, `..` and empty ones are left to the walk, which knows where they
 * lead.
 * @throws ARCHIVE_LINK_ESCAPES for an absolute path
 * @throws ARCHIVE_PATH_INVALID, ARCHIVE_PATH_TOO_LONG
 */
export function linkParts(to: string, entry: string, context: PathContext): readonly string[] {
  checkText(to, entry, context)
  if (isAbsolute(to)) {
    const refusal = {entry, expected: 'a relative link target', got: JSON.stringify(to)}
    throw archiveError('ARCHIVE_LINK_ESCAPES', context.label, refusal)
  }
  const parts = to.split('/')
  if (parts.length > depth) {
    throw tooLong(entry, context.label, {
      expected: `a target of at most ${depth} components`,
      got: `${parts.length}`,
    })
  }
  return parts
}

/** POSIX roots, Windows drives and drive-relative paths, UNC and other paths that start with a backslash. */
function isAbsolute(path: string): boolean {
  return /^(?:[\\/]|[a-z]:)/i.test(path)
}

function checkText(text: string, entry: string, {label, pathLength}: PathContext): void {
  const bytes = Buffer.byteLength(text)
  if (bytes > pathLength) {
    throw tooLong(entry, label, {expected: `at most ${pathLength} bytes`, got: `${bytes}`})
  }
  const wrong = /[\p{Cc}\u{FFFD}]/u.exec(text) ?? (isAbsolute(text) ? undefined : /\\/.exec(text))
  if (!wrong) return
  const expected = 'a path in UTF-8 without control characters and backslashes'
  const got = wrong[0] === '\u{FFFD}' ? 'bytes that are not UTF-8' : JSON.stringify(wrong[0])
  throw archiveError('ARCHIVE_PATH_INVALID', label, {entry, expected, got})
}

function checkPart(part: string, entry: string, label: string): void {
  if (part === '..') {
    const refusal = {entry, expected: 'a path without ".." in it', got: 'one that climbs'}
    throw archiveError('ARCHIVE_PATH_TRAVERSAL', label, refusal)
  }
  if (part === '' || part === '.') {
    const refusal = {entry, expected: 'a name between the slashes', got: JSON.stringify(part)}
    throw archiveError('ARCHIVE_PATH_INVALID', label, refusal)
  }
  const bytes = Buffer.byteLength(part)
  if (bytes > nameLength)
    throw tooLong(entry, label, {expected: `names of at most ${nameLength} bytes`, got: `${bytes}`})
}

function tooLong(entry: string, label: string, found: {readonly expected: string; readonly got: string}) {
  return archiveError('ARCHIVE_PATH_TOO_LONG', label, {entry, ...found})
}
