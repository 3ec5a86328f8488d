import {dirname} from 'node:path/posix'
import type {When} from './functions.ts'
import type {Reported, Surroundings} from './surroundings.ts'
import {eventTest} from './target.ts'
import type {Pending} from './pending.ts'

/** A set of files that run beside one another. */
export class Around {
  readonly #files: ReadonlyMap<string, Reported>
  readonly #libraryAt: Surroundings['libraryAt']
  readonly #fires: (event: string) => boolean
  readonly #methods: ReadonlySet<string>
  readonly #globals = new Map<string, Set<string>>()
  #linked: ReadonlyMap<string, ReadonlySet<string>> | undefined

  readonly #isFirst: boolean

  constructor(
    files: readonly Reported[],
    {libraryAt, isFirst}: Pick<Surroundings, 'libraryAt'> & {readonly isFirst: boolean},
  ) {
    this.#isFirst = isFirst
    this.#files = new Map(files.map((file) => [file.path, file]))
    this.#libraryAt = libraryAt
    this.#fires = eventTest(files.flatMap(({report}) => report.fires))
    this.#methods = new Set(files.flatMap(({report}) => report.methods))
    for (const {path, report} of files) {
      const folder = folderOf(path)
      const names = this.#globals.get(folder) ?? new Set()
      for (const name of report.globals) names.add(name)
      this.#globals.set(folder, names)
    }
  }

  /** Tells whether what was found in a file holds in sight of the others. */
  holds(path: string, pending: Pending | undefined): boolean {
    switch (pending?.kind) {
      case 'event':
        return !this.#fires(pending.name)
      case 'global':
        return !this.#isSet(path, pending.name)
      case 'method':
        return !this.#methods.has(pending.name)
      case 'library':
        return this.#libraryAt(path, pending.name) === undefined
      case 'caller':
        return this.#isFirst || this.#isCalled(path, pending)
      case 'member': {
        const library = this.#libraryAt(path, pending.library)
        if (library === undefined) return pending.lackedByCore
        const file = this.#files.get(library)
        return file === undefined ? this.#isFirst : file.report.gives?.includes(pending.name) === false
      }
      case undefined:
        return true
    }
  }

  #isSet(path: string, name: string): boolean {
    const folder = folderOf(path)
    return [folder, dirname(folder)].some((one) => this.#globals.get(one)?.has(name) === true)
  }

  /** Whether other files call one of a file's functions while the server works, or none calls it at all. */
  #isCalled(path: string, {called, uncalled, madeInside}: Extract<Pending, {kind: 'caller'}>): boolean {
    const near = this.#near(path)
    const uses = (name: string): When[] =>
      near.flatMap(({report}) => (Object.hasOwn(report.uses, name) ? (report.uses[name] ?? []) : []))
    const isLate = (when: When): boolean => when === 'work' || (madeInside && when === 'load')
    return (
      [...called, ...uncalled].some((name) => uses(name).some(isLate)) ||
      uncalled.some((name) => uses(name).length === 0)
    )
  }

  /** Files that ask for a library, other libraries that they ask for, and those that it asks for. */
  #near(path: string): Reported[] {
    const linked = (this.#linked ??= this.#links())
    const next = linked.get(path) ?? new Set()
    const near = new Set([...next, ...[...next].flatMap((one) => [...(linked.get(one) ?? [])])])
    return [...near].flatMap((one) => (one === path ? [] : (this.#files.get(one) ?? [])))
  }

  #links(): ReadonlyMap<string, ReadonlySet<string>> {
    const linked = new Map<string, Set<string>>([...this.#files.keys()].map((path) => [path, new Set()]))
    for (const {path, report} of this.#files.values()) {
      for (const name of report.asks) {
        const library = this.#libraryAt(path, name)
        if (library === undefined) continue
        linked.get(path)?.add(library)
        linked.get(library)?.add(path)
      }
    }
    return linked
  }
}

/** What a module's files have in common: its folder, or that of a flat tree. */
function folderOf(path: string): string {
  return /^(.*\/)?mod_[^/.]+(?=\/)/.exec(path)?.[0] ?? dirname(path)
}
