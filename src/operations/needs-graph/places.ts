import {toSha256} from '../../digest.ts'
import {mainOf} from '../../module-name.ts'
import type {ModuleKey} from '../../module-key.ts'
import {ownValue} from '../../own-value.ts'
import type {FileFacts} from '../../facts/fact-types.ts'
import {contextPathOf, type LockedModule, type Lockfile} from '../../project/lockfile.ts'
import {gatherNeeds} from '../../resolve/gather-needs.ts'
import {loadedFiles} from '../../resolve/loaded-files.ts'
import type {Need, NamedNeeds} from '../../resolve/needs.ts'
import type {Environment} from '../../workbench/environment.ts'
import {storedFacts} from '../../workbench/stored-code.ts'

/** A place in the code of a locked module. */
export interface Place {
  /** From the project's folder. */
  readonly file: string
  /** Line of the file, from 1. */
  readonly line: number
}

/** What is known of the code of a locked module. */
interface Code {
  readonly facts: ReadonlyMap<string, FileFacts>
  readonly named: NamedNeeds
}

/** Where the code of locked modules asks for what they need, as far as it is known or lies in the store. */
export class Places {
  readonly #lock: Lockfile
  readonly #environment: Environment
  readonly #codes = new Map<ModuleKey, Code>()

  constructor(lock: Lockfile, environment: Environment) {
    this.#lock = lock
    this.#environment = environment
  }

  /** Lists the places where a module asks for something, in the order of its files; [] where its code is not known. */
  async of(key: ModuleKey, {name, kind}: Pick<Need, 'name' | 'kind'>): Promise<readonly Place[]> {
    const locked = ownValue(this.#lock.modules, key)
    if (locked === undefined) return []
    const {named} = await this.#code(key, locked)
    return named[kind].flatMap(({name: own, file, line}) =>
      own === name && file !== undefined ? [{file: contextPathOf(key, file), line}] : [],
    )
  }

  /** Lists what one module of a whole tree names of what others have to bring. */
  async namedBy(key: ModuleKey, name: string): Promise<NamedNeeds> {
    const locked = ownValue(this.#lock.modules, key)
    if (locked === undefined) return {modules: [], libraries: [], shared: []}
    const {facts, named} = await this.#code(key, locked)
    const from = Object.keys(locked.files).filter((path) => mainOf(path) === name)
    const loaded = loadedFiles(key, locked, {read: (path) => facts.get(path), from})
    const own = (list: NamedNeeds['modules']): NamedNeeds['modules'] =>
      list.filter(({file}) => file !== undefined && loaded.facts.has(file))
    return {modules: own(named.modules), libraries: own(named.libraries), shared: own(named.shared)}
  }

  async #code(key: ModuleKey, locked: LockedModule): Promise<Code> {
    const before = this.#codes.get(key)
    if (before !== undefined) return before
    const files = Object.entries(locked.files).map(
      ([path, digest]) => [path, {sha256: toSha256(digest)}] as const,
    )
    const {found} = await storedFacts(Object.fromEntries(files), this.#environment)
    const facts = new Map(
      found.flatMap((one) => (one.facts === undefined ? [] : [[one.path, one.facts] as const])),
    )
    const code = {facts, named: gatherNeeds(key, locked, (path) => facts.get(path))}
    this.#codes.set(key, code)
    return code
  }
}
