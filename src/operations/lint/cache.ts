import {sha256Of, type Sha256} from '../../digest.ts'
import {LintResults} from '../../store/lint-results.ts'
import type {FileResult} from '../../lint/finding.ts'
import type {FileToLint} from '../../lint/index.ts'
import type {RuleJob} from '../../lint/rules/index.ts'
import {buildDigest} from '../../workbench/build-digest.ts'

const mostFindings = 5000

/** The results that earlier runs with one configuration have left, and those of this run. */
export class LintCache {
  readonly #store: LintResults
  readonly #name: Sha256
  readonly #known: Map<string, string>
  readonly #used = new Map<string, string>()
  /** Of layers and settings, each of which many files share. */
  readonly #digests = new Map<unknown, string>()
  #isNew = false

  /** @param configuration all that a result depends on, but a file's bytes and its layers */
  constructor(store: string, configuration: unknown) {
    this.#store = new LintResults(store)
    this.#name = sha256Of(textOf({build: buildDigest, configuration}))
    this.#known = buildDigest === undefined ? new Map<string, string>() : this.#store.read(this.#name)
  }

  /** Returns what an earlier run found in the same bytes with the same layers. */
  find(file: FileToLint): FileResult | undefined {
    if (this.#known.size === 0) return undefined
    const key = this.#keyOf(file)
    const text = this.#known.get(key)
    if (text === undefined) return undefined
    const result = resultIn(text)
    if (result !== undefined) this.#used.set(key, text)
    return result
  }

  /** Adds what this run has found in a file, for runs to come. */
  add(file: FileToLint, result: FileResult): void {
    if (buildDigest === undefined) return
    // A file with more findings than anybody reads would take the place of all others.
    if (result.findings.length + result.pending.length > mostFindings) return
    this.#isNew = true
    this.#used.set(this.#keyOf(file), JSON.stringify(result))
  }

  /** Writes down what is new, in front of what other runs may want. */
  async save(): Promise<void> {
    if (!this.#isNew) return
    for (const [key, text] of this.#known) if (!this.#used.has(key)) this.#used.set(key, text)
    await this.#store.keep(this.#name, this.#used)
  }

  #keyOf({bytes, layers, rules}: FileToLint): string {
    const known = this.#digests.get(layers) ?? sha256Of(textOf({layers})).slice(0, 32)
    this.#digests.set(layers, known)
    return `${sha256Of(bytes)}-${known}${rules === undefined ? '' : this.#keyOfRules(rules)}`
  }

  /** The target belongs to the configuration. */
  #keyOfRules({settings, module = '', isModule}: RuleJob): string {
    const known = this.#digests.get(settings) ?? sha256Of(textOf({settings})).slice(0, 32)
    this.#digests.set(settings, known)
    return `-${known}-${isModule}-${encodeURIComponent(module)}`
  }
}

/** Undefined for a text that is none. */
function resultIn(text: string): FileResult | undefined {
  try {
    const found = JSON.parse(text) as Partial<FileResult> | null
    return Array.isArray(found?.findings) && Array.isArray(found.pending) ? (found as FileResult) : undefined
  } catch {
    return undefined
  }
}

/** JSON in which maps are lists of their entries. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (one instanceof Map ? {entries: [...one]} : one))
}
