import {unquotedName} from './quoted-name.ts'

/** One line of a hunk, with its end; the last line of a file may have none. */
export interface HunkLine {
  /** In both files, in the old one alone, or in the new one alone. */
  readonly mark: ' ' | '-' | '+'
  readonly text: string
}

/** A place that a patch changes, with what stands around it. */
export interface Hunk {
  /** Lines from 1; 0 where the file has none. */
  readonly oldStart: number
  readonly newStart: number
  readonly lines: readonly HunkLine[]
  /** The line of the patch where it begins, from 1. */
  readonly at: number
}

/** What a patch does to one file. */
export interface PatchPart {
  readonly kind: 'change' | 'add' | 'remove'
  /** As the patch has them, `a/` and `b/` and all; null for no file. */
  readonly oldName: string | null
  readonly newName: string | null
  /** None for an empty file that comes or goes. */
  readonly hunks: readonly Hunk[]
}

/** Why a text is no patch that could be applied exactly. */
export interface PatchProblem {
  /** From 1. */
  readonly line: number
  readonly message: string
}

/** What a patch says, or why it says nothing. */
export type ParsedPatch =
  | {readonly parts: readonly PatchPart[]; readonly problem?: undefined}
  | {readonly parts?: undefined; readonly problem: PatchProblem}

/**
 * Reads a unified diff as diff -u, git, hg and svn write it. What can't be applied exactly is a problem: binary files,
 * renames, links, names that lead out of a folder, hunks that are longer or shorter than they say.
 * @param text one character a byte (latin1), so that any bytes pass
 */
export function parsePatch(text: string): ParsedPatch {
  try {
    return {parts: new PatchReader(text).parts()}
  } catch (error) {
    if (error instanceof Refusal) return {problem: {line: error.line, message: error.message}}
    throw error
  }
}

class Refusal extends Error {
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

/** What git says of a file before its hunks, if it has any. */
interface GitHead {
  readonly line: number
  readonly names: string
  kind: PatchPart['kind'] | undefined
}

const hunkHeader = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@/

class PatchReader {
  readonly #lines: readonly string[]
  readonly #parts: PatchPart[] = []
  #at = 0
  #git: GitHead | undefined

  constructor(text: string) {
    if (text.includes('\0')) throw new Refusal(1, 'it holds NUL bytes, as binary files do')
    this.#lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  }

  parts(): readonly PatchPart[] {
    while (this.#at < this.#lines.length) this.#step()
    this.#endGit()
    if (this.#parts.length === 0) throw new Refusal(1, 'it changes no file; expected a unified diff')
    return this.#parts
  }

  #step(): void {
    const line = this.#line()
    if (line.startsWith('diff --git ')) {
      this.#endGit()
      this.#git = {line: this.#at + 1, names: line.slice('diff --git '.length), kind: undefined}
    } else if (line.startsWith('--- ') && this.#line(1).startsWith('+++ ')) {
      this.#part()
      return
    } else if (line.startsWith('@@ -')) this.#refuse('a hunk without the names of its file before it')
    else if (line.startsWith('***************')) this.#refuse('it is a context diff; make it with diff -u')
    else this.#refuseHead(line)
    this.#at += 1
  }

  /** Heads of git, and what others say of files that they show nothing of. */
  #refuseHead(line: string): void {
    if (line === 'GIT binary patch' || /^Binary files .* differ$/.test(line))
      this.#refuse('it changes a binary file; that can not be checked line by line')
    if (this.#git === undefined) return
    if (/^(?:rename|copy) (?:from|to) /.test(line))
      this.#refuse('it renames or copies a file; make it with --no-renames')
    const [, what, mode] = /^(new file|deleted file|new|old) mode (\d+)$/.exec(line) ?? []
    if (mode !== undefined && !mode.startsWith('100')) this.#refuse('it is about a link, or no file at all')
    if (what === 'new file') this.#git.kind = 'add'
    if (what === 'deleted file') this.#git.kind = 'remove'
  }

  /** Of a file that comes or goes empty, git shows no lines; of a mode, nothing is left to do. */
  #endGit(): void {
    const git = this.#git
    this.#git = undefined
    if (git?.kind === undefined) return
    const {names, line} = git
    const half = (names.length - 1) / 2
    const [before, after] = [names.slice(0, half), names.slice(half + 1)]
    const name = before.replace(/^[^/]*\//, '')
    if (name === '' || after.replace(/^[^/]*\//, '') !== name)
      throw new Refusal(line, 'the name of its file can not be told')
    const part = {kind: git.kind, oldName: before, newName: after, hunks: []}
    this.#add(git.kind === 'add' ? {...part, oldName: null} : {...part, newName: null}, line)
  }

  #part(): void {
    const line = this.#at + 1
    const [old, fresh] = [this.#name(this.#line()), this.#name(this.#line(1), 1)]
    this.#at += 2
    const hunks = this.#hunks()
    if (hunks.length === 0) throw new Refusal(line, 'no hunk follows the names of a file')
    const kind = this.#git?.kind ?? kindOf(old, fresh, hunks)
    this.#git = undefined
    if (kind !== 'change' && hunks.length !== 1)
      throw new Refusal(line, 'a file that comes or goes has one hunk')
    const oldName = kind === 'add' ? null : old.name
    const newName = kind === 'remove' ? null : fresh.name
    if ((kind === 'add' && fresh.name === null) || (kind === 'remove' && old.name === null))
      throw new Refusal(line, 'the name of its file is missing')
    this.#add({kind, oldName, newName, hunks}, line)
  }

  #add(part: PatchPart, line: number): void {
    const names = [part.oldName, part.newName].filter((name) => name !== null)
    if (names.length === 0) throw new Refusal(line, 'the name of its file is missing')
    const stray = names.find((name) => !isBelow(name))
    if (stray !== undefined)
      throw new Refusal(line, `the name ${JSON.stringify(stray)} leads out of the folder`)
    this.#parts.push(part)
  }

  #name(line: string, ahead = 0): FileName {
    const rest = line.slice(4)
    const tab = rest.indexOf('\t')
    const date = tab === -1 ? '' : rest.slice(tab + 1)
    const name = rest.startsWith('"') ? unquotedName(rest) : rest.slice(0, tab === -1 ? undefined : tab)
    if (name === undefined || name === '')
      throw new Refusal(this.#at + 1 + ahead, 'the name of its file can not be read')
    return {name: name === '/dev/null' ? null : name, isNever: isEpoch(date)}
  }

  #hunks(): Hunk[] {
    const hunks: Hunk[] = []
    let end = 0
    for (let found = hunkHeader.exec(this.#line()); found !== null; found = hunkHeader.exec(this.#line())) {
      const at = this.#at + 1
      const hunk = this.#hunk(found)
      const {oldStart, lines} = hunk
      const length = lines.filter(({mark}) => mark !== '+').length
      if ((length === 0 ? oldStart + 1 : oldStart) <= end) throw new Refusal(at, 'hunks are not in order')
      end = oldStart + Math.max(length, 1) - 1
      if (lines.every(({mark}) => mark === ' ')) throw new Refusal(at, 'the hunk changes nothing')
      if (lines.every(({mark}) => mark === '+') && oldStart > 0)
        throw new Refusal(
          at,
          'the hunk shows no line of the file, so that its place can not be proved; make it with diff -u',
        )
      hunks.push(hunk)
    }
    return hunks
  }

  #hunk([, oldStart, oldCount = '1', newStart, newCount = '1']: RegExpExecArray): Hunk {
    const at = this.#at + 1
    let [old, fresh] = [Number(oldCount), Number(newCount)]
    const lines: HunkLine[] = []
    this.#at += 1
    while (old > 0 || fresh > 0) {
      const raw = this.#lines[this.#at]
      const mark = raw === undefined ? undefined : raw === '\n' ? ' ' : raw[0]
      if (raw === undefined || (mark !== ' ' && mark !== '-' && mark !== '+'))
        this.#refuse('the hunk is shorter than its head says')
      if (!raw.endsWith('\n')) this.#refuse('the last line is cut off')
      if (mark !== '+') old -= 1
      if (mark !== '-') fresh -= 1
      if (old < 0 || fresh < 0) this.#refuse('the hunk is not as long as its head says')
      this.#at += 1
      const isCut = this.#lines[this.#at]?.startsWith('\\ ') === true
      if (isCut) this.#at += 1
      const text = raw === '\n' ? raw : raw.slice(1)
      lines.push({mark, text: isCut ? text.slice(0, -1) : text})
    }
    this.#refuseMore()
    refuseCuts(lines, at)
    return {oldStart: Number(oldStart), newStart: Number(newStart), lines, at}
  }

  /** Lines that the head of the hunk does not count. A signature of git format-patch is none. */
  #refuseMore(): void {
    const next = this.#line()
    const isSignature = next === '-- ' || next === '--'
    const isHeader = next.startsWith('--- ') && this.#line(1).startsWith('+++ ')
    if (/^[ +\\-]/.test(next) && !isSignature && !isHeader)
      this.#refuse('the hunk is longer than its head says')
  }

  /** Without its end. */
  #line(ahead = 0): string {
    return this.#lines[this.#at + ahead]?.replace(/\r?\n$/, '') ?? ''
  }

  #refuse(message: string): never {
    throw new Refusal(this.#at + 1, message)
  }
}

interface FileName {
  readonly name: string | null
  /** Whether its date is the first second of 1970, which diff -N writes for no file. */
  readonly isNever: boolean
}

function kindOf(old: FileName, fresh: FileName, hunks: readonly Hunk[]): PatchPart['kind'] {
  const [hunk] = hunks
  if (old.name === null) return 'add'
  if (fresh.name === null) return 'remove'
  if (hunks.length !== 1 || hunk === undefined) return 'change'
  if (old.isNever && hunk.oldStart === 0) return 'add'
  return fresh.isNever && hunk.newStart === 0 ? 'remove' : 'change'
}

/** A line without an end is the last one of its file. */
function refuseCuts(lines: readonly HunkLine[], at: number): void {
  for (const side of ['-', '+'] as const) {
    const own = lines.filter(({mark}) => mark === ' ' || mark === side)
    if (own.slice(0, -1).some(({text}) => !text.endsWith('\n')))
      throw new Refusal(at, 'a line without an end stands before others')
  }
}

function isBelow(name: string): boolean {
  const parts = name.split('/')
  const isPlain = parts.every((part) => part !== '' && part !== '.' && part !== '..')
  return isPlain && !/[\\\p{Cc}]/u.test(name)
}

function isEpoch(date: string): boolean {
  if (!/^(?:1970-01-01|1969-12-31) /.test(date)) return false
  return (
    Date.parse(
      date
        .trim()
        .replace(/(\.\d{3})\d*/, '$1')
        .replace(/ ([+-]\d\d)(\d\d)$/, ' $1:$2'),
    ) === 0
  )
}
