import {KeptFacts} from '../fetch/kept-facts.ts'
import type {FileFacts} from '../lua/fact-types.ts'

/**
 * Facts of Lua files by their digest, for one run and, in the store's folder, for later ones. The name of the module
 * whose main file it is belongs to the question, since names are made of it, and so does the code that answers. Only
 * facts are kept: a file that is not valid Lua is read, and refused, every time.
 */
export class Analyses {
  readonly #kept: KeptFacts | undefined
  readonly #code: string
  readonly #known = new Map<string, FileFacts>()
  readonly #fresh = new Map<string, FileFacts>()

  /** @param code names the code that finds facts; undefined for one that changes: nothing is kept then */
  constructor(storeFolder: string, code = analysisCode) {
    this.#kept = code === undefined ? undefined : new KeptFacts(storeFolder)
    this.#code = code ?? ''
  }

  /** @param module the module's name; undefined for a library */
  known(sha256: string, module: string | undefined): FileFacts | undefined {
    const question = this.#question(sha256, module)
    const before = this.#known.get(question)
    if (before !== undefined) return before
    const text = this.#kept?.read(question)
    if (text === undefined) return undefined
    const facts = JSON.parse(text) as FileFacts
    this.#known.set(question, facts)
    return facts
  }

  add(sha256: string, module: string | undefined, facts: FileFacts): void {
    const question = this.#question(sha256, module)
    this.#known.set(question, facts)
    this.#fresh.set(question, facts)
  }

  /** Writes what is new. Never fails. */
  async keep(): Promise<void> {
    await this.#kept?.keep([...this.#fresh].map(([question, facts]) => [question, JSON.stringify(facts)]))
    this.#fresh.clear()
  }

  #question(sha256: string, module: string | undefined): string {
    return JSON.stringify(['facts', this.#code, sha256, module ?? null])
  }
}

// tools/build-bundle.ts puts a digest of the code in; source code has none.
declare const ANALYSIS_CODE: string | undefined

const analysisCode = typeof ANALYSIS_CODE === 'undefined' ? undefined : ANALYSIS_CODE
