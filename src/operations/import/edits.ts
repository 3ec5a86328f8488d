import {posix} from 'node:path'
import {ProsodyModsError} from '../../errors.ts'
import {mainOf, prefixed} from '../../module-name.ts'
import {entriesIn, splitKey, type ModuleKey} from '../../module-key.ts'
import type {Lockfile} from '../../project/lockfile.ts'
import {applyEdit} from '../../recipe/edit/apply-edit.ts'
import type {AppliedEdit, Followed} from '../../recipe/follow/types.ts'
import type {Piece, Thing} from '../../recipe/follow/thing.ts'
import {unifiedDiff} from '../../text/unified-diff.ts'
import type {MadePatch, PatchMaker} from '../add/made-patches.ts'
import type {Judgement} from './account.ts'
import type {GatheredSpec} from './gather.ts'

/** A file of a locked module. */
interface LockedFile {
  readonly key: ModuleKey
  readonly version: string
  readonly path: string
}

/** A file that is edited, by all edits of it in order. */
interface Edited extends LockedFile {
  readonly edits: AppliedEdit[]
}

/** What edits by sed and perl make of files of modules: patches of the project, worked out on the published bytes. */
export class ImportedEdits {
  readonly #edits: readonly AppliedEdit[]
  readonly #input: string
  readonly #judgements = new Map<number, Judgement>()
  #made: readonly MadePatch[] = []
  #isGivenUp = false

  /** @param input what the recipe is called */
  constructor({edits, steps}: Followed, input: string) {
    this.#edits = edits.filter((edit) => steps[edit.step]?.condition === undefined)
    this.#input = input
  }

  /** Returns what makes the patches when modules are added. */
  maker(specs: readonly GatheredSpec[]): PatchMaker {
    this.#made = []
    if (!this.#isGivenUp) this.#judgements.clear()
    const ours = new Set(specs.flatMap(({things}) => things))
    const own = this.#edits.filter(({files}) => files.flat().some(({thing}) => ours.has(thing)))
    const edits = this.#isGivenUp ? [] : own.filter((one) => this.#isUnderstood(one))
    const names = edits.flatMap(({files}) =>
      files.flatMap(([piece]) => (piece === undefined ? [] : nameOf(piece))),
    )
    return {
      paths: [...new Set(names.map((name) => patchPathOf(name)))],
      make: async (lock, bytesOf) => {
        this.#made = []
        const all = this.#filesOf(edits, specs, lock)
        const floating = new Set(specs.flatMap(({version, things}) => (version === undefined ? things : [])))
        for (const one of all) await this.#make(one, bytesOf, floating)
        return this.#made
      },
    }
  }

  /** Returns patches of the manifest with those that were made. */
  withOwn(patches: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, readonly string[]>> {
    const all = {...patches}
    for (const {key, path} of this.#made) all[key] = [...(all[key] ?? []), path]
    return all
  }

  /** Takes modules without the edits where what they make is refused; tells whether that is what went wrong. */
  giveUp(error: unknown): boolean {
    if (this.#isGivenUp || this.#made.length === 0 || !(error instanceof ProsodyModsError)) return false
    if (!isOfPatches(error, this.#made)) return false
    this.#isGivenUp = true
    const [first = '', ...findings] = error.message.split('\n')
    const why = findings.find((line) => this.#made.some((one) => isOf(line, one)))?.trim() ?? first
    this.#made = []
    for (const {step} of this.#edits) this.#judgements.set(step, byHand(`it can't be a patch: ${why}`))
    return true
  }

  /** Says what became of each edit, by the index of its step. */
  judgements(): ReadonlyMap<number, Judgement> {
    return this.#judgements
  }

  #isUnderstood({edit, files, step}: AppliedEdit): boolean {
    if ('why' in edit)
      this.#judgements.set(step, byHand(`what it changes can't be told exactly: ${edit.why}`))
    else if (files.some((pieces) => pieces.length === 0))
      this.#judgements.set(step, byHand("which files it changes can't be told exactly"))
    else return true
    return false
  }

  #filesOf(edits: readonly AppliedEdit[], specs: readonly GatheredSpec[], lock: Lockfile): Edited[] {
    const all = new Map<string, Edited>()
    for (const edit of edits)
      for (const pieces of edit.files) {
        const found = pieces.map((piece) => fileOf(piece, specs, lock)).find((one) => typeof one === 'object')
        if (found === undefined) {
          this.#judgements.set(edit.step, byHand(whyNot(pieces, specs, lock)))
          continue
        }
        const known = all.get(`${found.key} ${found.path}`) ?? {...found, edits: []}
        all.set(`${found.key} ${found.path}`, {...known, edits: [...known.edits, edit]})
      }
    return [...all.values()]
  }

  async #make(
    {key, version, path, edits}: Edited,
    bytesOf: (key: ModuleKey, path: string) => Promise<Buffer>,
    floating: ReadonlySet<Thing>,
  ): Promise<void> {
    const before = await bytesOf(key, path)
    const patch = patchPathOf(posix.basename(path))
    if (this.#made.some((one) => one.path === patch)) {
      for (const {step} of edits)
        this.#judgements.set(step, byHand(`two files of the name ${posix.basename(path)} are changed`))
      return
    }
    let after = before
    const idle = new Set<AppliedEdit>()
    for (const one of edits) {
      const done = 'why' in one.edit ? one.edit : applyEdit(one.edit.value, after)
      if ('why' in done) {
        for (const {step} of edits)
          this.#judgements.set(step, byHand(`what it changes can't be told exactly: ${done.why}`))
        return
      }
      if (done.value.equals(after)) idle.add(one)
      after = done.value
    }
    const what = `${key} ${version}`
    for (const one of edits) {
      const isOpen = this.#judgements.get(one.step)?.state === 'not-understood'
      if (!isOpen)
        this.#judgements.set(
          one.step,
          idle.has(one) ? idleOf(path, what) : patched(what, patch, isFor(one, floating)),
        )
    }
    const diff = unifiedDiff(path, before.toString('latin1'), after.toString('latin1'))
    if (diff === '') return
    const head = edits.filter((one) => !idle.has(one)).map((one) => headOf(one, this.#input))
    this.#made = [...this.#made, {key, path: patch, bytes: Buffer.from(`${head.join('')}${diff}`, 'latin1')}]
  }
}

/** Tells whether an error is of what patches have made, and not of what was published. */
function isOfPatches({code, message}: ProsodyModsError, made: readonly MadePatch[]): boolean {
  if (code === 'LUA_INVALID' || code.startsWith('PATCH_')) return true
  return code === 'LINT_ERRORS' && made.some((one) => isOf(message, one))
}

function isOf(text: string, {path}: MadePatch): boolean {
  return text.includes(`/${posix.basename(path, '.patch').slice('import-'.length)}.`)
}

function isFor({files}: AppliedEdit, things: ReadonlySet<Thing>): boolean {
  return files.flat().some(({thing}) => things.has(thing))
}

function patched(what: string, patch: string, isFloating: boolean): Judgement {
  const hint = `read it: no version was pinned, so the line may have been written for another one than ${what}`
  return {state: 'taken', what: `a patch of ${what}: ${patch}`, isCut: true, ...(isFloating ? {hint} : {})}
}

function idleOf(path: string, what: string): Judgement {
  return {state: 'not-needed', what: `it changes nothing in ${path} of ${what}`, isCut: true}
}

function byHand(what: string): Judgement {
  return {
    state: 'not-understood',
    what,
    hint: 'keep the change as a patch of the project (docs/guide/patches.md), and take the line out',
  }
}

/** Says in front of a patch what it does. */
function headOf({text, line}: AppliedEdit, input: string): string {
  const shown = Buffer.from(text.replaceAll(/\s+/g, ' '), 'utf8').toString('latin1')
  return `As line ${line} of ${input} did: ${shown}\n`
}

function nameOf({path, thing}: Piece): string {
  return posix.basename(path === '' ? thing.from : path)
}

function patchPathOf(name: string): string {
  return `patches/import-${name.replace(/(?:\.lib)?\.lua$/, '')}.patch`
}

/** The file of a locked module that a part of something is; a text says why there is none. */
function fileOf(piece: Piece, specs: readonly GatheredSpec[], lock: Lockfile): LockedFile | string {
  const name = nameOf(piece)
  const own = specs.filter(({things}) => things.includes(piece.thing))
  if (own.length === 0) return `${name} is of no module that is taken`
  const module = moduleIn(piece.path)
  const found = entriesIn(lock.modules).flatMap(([key, {version, files, layout}]): LockedFile[] => {
    const [source, named] = splitKey(key)
    const isOurs = own.some(({spec}) => spec === source || spec.startsWith(`${source}/`) || isUrl(spec))
    const isOther = layout !== 'flat' && module !== undefined && module !== named
    if (!isOurs || isOther) return []
    const paths = Object.keys(files).filter((path) => posix.basename(path) === name)
    return paths.length === 1 ? paths.map((path) => ({key, version, path})) : []
  })
  return found[0] ?? `${own.map(({spec}) => spec).join(', ')} has no ${name}`
}

function isUrl(spec: string): boolean {
  return /^https?:/.test(spec)
}

/** The module whose folder or main file a path goes through. */
function moduleIn(path: string): string | undefined {
  const parts = path.split('/').filter((part) => part.startsWith(prefixed('')))
  return parts.map((part) => mainOf(part) ?? part.slice(prefixed('').length))[0]
}

function whyNot(pieces: readonly Piece[], specs: readonly GatheredSpec[], lock: Lockfile): string {
  const [first] = pieces.map((piece) => fileOf(piece, specs, lock))
  return `what it changes is not there: ${typeof first === 'string' ? first : ''}`
}
