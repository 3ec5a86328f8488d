import {sha256Of, type Sha256} from '../digest.ts'
import {KeptFacts} from '../store/kept-facts.ts'
import type {FileRules} from '../lint/rules/file.ts'
import type {RuleReport} from '../lint/rules/index.ts'
import type {FileFacts} from '../facts/fact-types.ts'
import {buildDigest} from './build-digest.ts'

/**
 * What was found out about Lua files by their digest, for one run and, in the store's folder, for later ones. The name of
 * the module whose main file it is belongs to the question, since names are made of it, and so does the code that
 * answers. Only answers are kept: a file that is not valid Lua is read, and refused, every time.
 */
export class Analyses {
  readonly #kept: KeptFacts | undefined
  readonly #code: string
  readonly #known = new Map<string, unknown>()
  readonly #fresh = new Map<string, unknown>()
  readonly #digests = new Map<FileRules, string>()

  /** @param code names the code that answers; undefined for one that changes: nothing is kept then */
  constructor(storeFolder: string, code = buildDigest) {
    this.#kept = code === undefined ? undefined : new KeptFacts(storeFolder)
    this.#code = code ?? ''
  }

  /**
   * Returns the facts of a Lua file that an earlier analysis has left; undefined without one.
   * @param module the module's name; undefined for a library
   */
  facts(sha256: Sha256, module: string | undefined): FileFacts | undefined {
    return this.#find(this.#question('facts', sha256, [module])) as FileFacts | undefined
  }

  /** Adds the facts of a Lua file to what later analyses find. */
  addFacts(sha256: Sha256, module: string | undefined, facts: FileFacts): void {
    this.#add(this.#question('facts', sha256, [module]), facts)
  }

  /** Returns what the rules about Prosody said of a Lua file in an earlier analysis; undefined without one. */
  report(sha256: Sha256, module: string | undefined, rules: FileRules): RuleReport | undefined {
    return this.#find(this.#question('rules', sha256, [module, this.#digestOf(rules)])) as
      RuleReport | undefined
  }

  /** Adds what the rules about Prosody say of a Lua file to what later analyses find. */
  addReport(
    sha256: Sha256,
    {module, rules}: {readonly module: string | undefined; readonly rules: FileRules},
    report: RuleReport,
  ): void {
    this.#add(this.#question('rules', sha256, [module, this.#digestOf(rules)]), report)
  }

  /** Writes what is new. Never fails. */
  async keep(): Promise<void> {
    await this.#kept?.keep([...this.#fresh].map(([question, answer]) => [question, JSON.stringify(answer)]))
    this.#fresh.clear()
  }

  #find(question: string): unknown {
    const before = this.#known.get(question)
    if (before !== undefined) return before
    const text = this.#kept?.read(question)
    if (text === undefined) return undefined
    const answer: unknown = JSON.parse(text)
    this.#known.set(question, answer)
    return answer
  }

  #add(question: string, answer: unknown): void {
    this.#known.set(question, answer)
    this.#fresh.set(question, answer)
  }

  #question(kind: string, sha256: Sha256, about: readonly (string | undefined)[]): string {
    return JSON.stringify([kind, this.#code, sha256, ...about.map((one) => one ?? null)])
  }

  #digestOf(rules: FileRules): string {
    const digest = this.#digests.get(rules) ?? sha256Of(JSON.stringify(rules)).slice(0, 32)
    this.#digests.set(rules, digest)
    return digest
  }
}
