import {sha256Of, type Sha256} from '../digest.ts'
import {KeptFacts} from '../store/kept-facts.ts'
import type {Target} from '../lint/rules/target.ts'
import type {RuleReport} from '../lint/rules/rule-report.ts'
import type {FileFacts} from '../facts/fact-types.ts'
import type {Readme} from '../facts/readme.ts'
import type {LuaProblem} from '../lua/parse.ts'
import type {Registry} from '../registry/registry.ts'
import {buildDigest} from './build-digest.ts'
import {ShippedFacts} from './shipped-facts.ts'

/** Makes the digest that a target has among those that facts were made for. */
export function targetDigest(target: Target): string {
  const known = targetDigests.get(target) ?? sha256Of(JSON.stringify(target)).slice(0, 32)
  targetDigests.set(target, known)
  return known
}

const targetDigests = new WeakMap<Target, string>()

/**
 * What is known of Lua files by their digest: by the registry, from this run and, in the store's folder, from earlier
 * ones. The name of the module whose main file it is belongs to the question, since names are made of it, and so does
 * the code that answers. Only answers are kept: a file that is not valid Lua, and that the registry does not know, is
 * read, and refused, every time.
 */
export class Analyses {
  readonly #shipped: ShippedFacts
  readonly #kept: KeptFacts | undefined
  readonly #code: string
  readonly #known = new Map<string, unknown>()
  readonly #fresh = new Map<string, unknown>()

  /** @param code names the code that answers; undefined for one that changes: nothing is kept then */
  constructor(
    {storeFolder, registry}: {readonly storeFolder: string; readonly registry: Registry},
    code = buildDigest,
  ) {
    this.#shipped = new ShippedFacts(registry)
    this.#kept = code === undefined ? undefined : new KeptFacts(storeFolder)
    this.#code = code ?? ''
  }

  /** Tells which source the next files are of: that makes answers quicker, not others. */
  beginWith(source: string): void {
    this.#shipped.beginWith(source)
  }

  /**
   * Returns the facts of a Lua file that are known; undefined without any.
   * @param module the module's name; undefined for a library
   */
  facts(sha256: Sha256, module: string | undefined): FileFacts | undefined {
    return (
      this.#shipped.facts(sha256, module) ??
      (this.#find(this.#question('facts', sha256, [module])) as FileFacts | undefined)
    )
  }

  /** Returns why a Lua file is known not to be valid; undefined where it is, or nothing is known. */
  problem(sha256: Sha256, module: string | undefined): LuaProblem | undefined {
    return this.#shipped.problem(sha256, module)
  }

  /** Returns what a README is known to say of itself, without its sentences; undefined where nothing is known. */
  readme(sha256: Sha256): Readme | undefined {
    return this.#shipped.readme(sha256)
  }

  /** Adds the facts of a Lua file to what later analyses find. */
  addFacts(sha256: Sha256, module: string | undefined, facts: FileFacts): void {
    this.#add(this.#question('facts', sha256, [module]), facts)
  }

  /**
   * Returns what the rules about Prosody say of a Lua file whatever their settings, as far as that is known; else
   * undefined.
   */
  report(sha256: Sha256, module: string | undefined, target: Target): RuleReport | undefined {
    const digest = targetDigest(target)
    return (
      this.#shipped.report(sha256, module, digest) ??
      (this.#find(this.#question('rules', sha256, [module, digest])) as RuleReport | undefined)
    )
  }

  /** Adds what the rules about Prosody say of a Lua file, whatever their settings, to what later analyses find. */
  addReport(
    sha256: Sha256,
    {module, target}: {readonly module: string | undefined; readonly target: Target},
    report: RuleReport,
  ): void {
    this.#add(this.#question('rules', sha256, [module, targetDigest(target)]), report)
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
}
