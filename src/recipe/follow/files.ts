import {posix} from 'node:path'
import {absolute, below, fitsName, isPattern, joined} from './paths.ts'
import {fitsTop} from './top-folder.ts'
import type {Piece} from './thing.ts'

/** A piece of something, and where it lies. */
export interface Mount {
  /** Absolute. */
  readonly at: string
  readonly piece: Piece
  readonly isFile: boolean
  /** Where it got there, from 1. */
  readonly line: number
  /** What was taken away of it, by paths from `at`; may be patterns. */
  readonly without: readonly string[]
}

/** What a path leads to. */
export interface Item {
  readonly piece: Piece
  readonly isFile: boolean
  /** What it is called, where it has a name: the contents of a folder have none. */
  readonly name: string | undefined
  /** Its folder below the one that was asked for; '' for most. */
  readonly inside: string
  /** What was taken away of it, by paths from it; may be patterns. Missing for nothing. */
  readonly without?: readonly string[]
}

/** What a recipe has brought in, by where it lies: nothing else is known to be there. */
export class Files {
  #mounts: Mount[] = []
  readonly #folders = new Set<string>()
  readonly #visited = new Set<string>()
  readonly context: BuildContext

  constructor(context: BuildContext) {
    this.context = context
  }

  /** What lies where, in the order in which it got there. */
  get mounts(): readonly Mount[] {
    return this.#mounts
  }

  /** Every path that something was put to. */
  get visited(): ReadonlySet<string> {
    return this.#visited
  }

  /** Returns another one with the same in it. */
  copy(): Files {
    const other = new Files(this.context)
    other.#mounts = [...this.#mounts]
    for (const folder of this.#folders) other.#folders.add(folder)
    return other
  }

  /** Puts a piece to a path; what lay there is hidden by it. */
  put(
    path: string,
    {piece, isFile, without = []}: Pick<Item, 'piece' | 'isFile' | 'without'>,
    line: number,
  ): void {
    const at = absolute('/', path)
    const isWhole = piece.pattern === undefined
    this.#mounts = this.#mounts.filter(
      (one) => !(one.at === at && (isSame(one.piece, piece) || (isWhole && isFile))),
    )
    this.#visited.add(at)
    this.#mounts.push({at, piece, isFile, line, without})
  }

  /** Notes that a folder is at a path. */
  makeFolder(path: string): void {
    this.#folders.add(path)
  }

  /** Tells whether a folder is known to be at a path. */
  isFolder(path: string): boolean {
    return (
      this.#folders.has(path) ||
      usual.has(path) ||
      [...this.#folders].some((folder) => below(path, folder) !== undefined) ||
      this.#mounts.some(({at, isFile}) => (isFile ? at !== path : true) && below(path, at) !== undefined)
    )
  }

  /** Returns what a path is, or is a part of; undefined where nothing is known to be there. */
  at(path: string): Item | undefined {
    return this.#above(path)
  }

  /** Lists what a file that was brought in may be a part of, the nearest and latest first; [] for a pattern. */
  candidates(path: string): readonly Piece[] {
    return isPattern(path) ? [] : this.#allAbove(path).map(({piece}) => piece)
  }

  /** Lists what a path, which may be a pattern, leads to: pieces of what lies above it, and what lies there and below it. */
  find(path: string): readonly Item[] {
    const own = this.#above(path)
    const beside = this.#mounts.flatMap((mount) => itemsBelow(mount, path))
    return own === undefined ? beside : [own, ...beside]
  }

  /** Takes away what lies at a path, which may be a pattern, and below it. Tells whether anything was. */
  remove(path: string): readonly Piece[] {
    const before = this.#mounts
    const gone: Piece[] = []
    this.#mounts = before.flatMap((mount) => {
      if (belowPattern(path, mount.at) !== undefined) {
        gone.push(mount.piece)
        return []
      }
      const inner = mount.isFile ? undefined : belowPath(mount.at, path)
      if (inner === undefined || inner === '' || !isIn(mount, inner) || !this.#isThere(mount, inner))
        return [mount]
      gone.push(mount.piece)
      // Of an archive that lies where it was unpacked, its one top folder is all there is.
      const isAll = mount.piece.stripped === 0 && mount.piece.path === '' && !inner.includes('/')
      return isAll ? [] : [{...mount, without: [...mount.without, inner]}]
    })
    for (const folder of [...this.#folders])
      if (belowPattern(path, folder) !== undefined) this.#folders.delete(folder)
    return gone
  }

  #isThere({piece, isFile}: Mount, inner: string): boolean {
    const {thing} = piece
    if (thing.kind !== 'context' || isFile || inner === '') return true
    const folder = isPattern(thing.from) ? posix.dirname(thing.from) : thing.from
    return this.context.has(posix.normalize(joined(folder, joined(piece.path, inner))))
  }

  /** What a path leads to in what lies above it, the nearest and latest first. */
  #above(path: string): Item | undefined {
    return this.#allAbove(path)[0]
  }

  #allAbove(path: string): readonly Item[] {
    const name = posix.basename(path)
    const fitting = this.#mounts
      .map((mount, order) => ({mount, order, inner: belowPath(mount.at, path)}))
      .filter(
        ({mount, inner}) => inner !== undefined && (inner === '' || !mount.isFile) && isIn(mount, inner),
      )
      .filter(({mount, inner}) => this.#isThere(mount, inner ?? ''))
      .sort((a, b) => b.mount.at.length - a.mount.at.length || b.order - a.order)
    return fitting.map(({mount, inner = ''}) => itemOf(mount, inner, name))
  }
}

/** What lies at a path below a mount. */
function itemOf({piece, isFile, without: all}: Mount, inner: string, name: string): Item {
  const folder = isPattern(name) ? posix.dirname(inner) : inner
  const without = all.flatMap((path) => (['', '.'].includes(folder) ? path : (below(folder, path) ?? [])))
  if (inner === '') return {piece, isFile, name, inside: '', without: all}
  const item = {...itemIn(piece, inner), without}
  const isOfPattern = piece.pattern !== undefined && !inner.includes('/') && isPattern(inner)
  return isOfPattern || isPattern(name) ? {...item, name: undefined} : item
}

function isSame(one: Piece, other: Piece): boolean {
  return one.thing === other.thing && one.path === other.path && one.pattern === other.pattern
}

/** The files that an image is built from, by their paths there. */
export interface BuildContext {
  /** Tells whether there is such a file or folder. */
  has(path: string): boolean
  /** Returns the text of a file; undefined where there is none. */
  read(path: string): string | undefined
}

/** Folders that every image has. */
const usual: ReadonlySet<string> = new Set([
  '/',
  '/bin',
  '/etc',
  '/home',
  '/lib',
  '/mnt',
  '/opt',
  '/root',
  '/srv',
  '/tmp',
  '/usr',
  '/usr/bin',
  '/usr/lib',
  '/usr/lib/prosody',
  '/usr/lib/prosody/modules',
  '/usr/local',
  '/usr/local/bin',
  '/usr/local/lib',
  '/usr/local/lib/prosody',
  '/usr/local/share',
  '/usr/share',
  '/usr/src',
  '/var',
  '/var/lib',
  '/etc/prosody',
  '/etc/prosody/conf.d',
])

/** Tells whether a path below a mount can be a part of what lies there. */
function isIn({piece, without}: Mount, inner: string): boolean {
  const [top = ''] = inner.split('/')
  if (inner !== '' && piece.stripped === 0 && piece.path === '' && !fitsTop(piece.thing, top)) return false
  if (piece.pattern !== undefined && !isPattern(top) && inner !== '' && !fitsName(piece.pattern, top))
    return false
  return !without.some((path) => path === inner || below(path, inner) !== undefined)
}

function itemIn(piece: Piece, inner: string): Item {
  const name = posix.basename(inner)
  const whole: Piece = {...piece, pattern: undefined, path: joined(piece.path, inner)}
  if (!isPattern(name)) return {piece: whole, isFile: isFileName(name), name, inside: ''}
  const folder = posix.dirname(inner)
  const pattern = /^\*+$/.test(name) ? piece.pattern : name
  return {
    piece: {...piece, path: joined(piece.path, folder === '.' ? '' : folder), pattern},
    isFile: false,
    name: undefined,
    inside: '',
  }
}

/** What lies below a path, or fits it, as the path's. */
function itemsBelow(mount: Mount, path: string): Item[] {
  const inside = belowPattern(path, mount.at)
  if (inside === undefined || (inside === '' && !isPattern(path))) return []
  const folder = inside === '' ? '' : posix.dirname(inside)
  return [
    {
      piece: mount.piece,
      isFile: mount.isFile,
      name: posix.basename(mount.at),
      inside: inside === '' || folder === '.' ? '' : folder,
      without: mount.without,
    },
  ]
}

/** Like `below` for a path that may be a pattern, below a folder that is none. */
function belowPath(folder: string, path: string): string | undefined {
  const names = parts(folder)
  const asked = parts(path)
  if (asked.length < names.length || !names.every((name, at) => fits(asked[at] ?? '', name))) return undefined
  return asked.slice(names.length).join('/')
}

/** Like `below` for a folder that may be a pattern. */
function belowPattern(folder: string, path: string): string | undefined {
  const asked = parts(folder)
  const names = parts(path)
  if (names.length < asked.length || !asked.every((name, at) => fits(name, names[at] ?? ''))) return undefined
  return names.slice(asked.length).join('/')
}

function parts(path: string): string[] {
  return absolute('/', path)
    .split('/')
    .filter((part) => part !== '')
}

function fits(pattern: string, name: string): boolean {
  return pattern === name || (isPattern(pattern) && fitsName(pattern, name))
}

/** Tells whether a name is one of a file: folders of modules have no dot in theirs. */
export function isFileName(name: string): boolean {
  return /[^.]\.[A-Za-z][\w]*$/.test(name)
}
