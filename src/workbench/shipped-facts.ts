import type {Sha256} from '../digest.ts'
import type {FileFacts} from '../facts/fact-types.ts'
import type {Readme} from '../facts/readme.ts'
import type {RuleReport} from '../lint/rules/rule-report.ts'
import type {LuaProblem} from '../lua/parse.ts'
import {ownValue} from '../own-value.ts'
import type {FactsFile, OpenedFacts} from '../registry/facts-file.ts'
import {factsPath, type Registry} from '../registry/registry.ts'
import {analysisVersion, knownFacts, knownReport, type KnownFile, type KnownReading} from './known-file.ts'

/** What the registry knows of Lua files, whoever's they are, by their digest. Nothing here fails. */
export class ShippedFacts {
  readonly #registry: Registry
  readonly #readings = new Map<Sha256, {readonly file: KnownFile; readonly from: FactsFile} | undefined>()
  /** The source that is asked first. */
  #first: string | undefined

  constructor(registry: Registry) {
    this.#registry = registry
  }

  /** Has a source asked before others, since the next files are of its. */
  beginWith(source: string): void {
    if (this.#registry.index.sources.includes(source)) this.#first = source
  }

  /**
   * Returns the facts of a file; undefined where they are not known.
   * @param module the name of the module whose main file it is; undefined for a library
   */
  facts(sha256: Sha256, module: string | undefined): FileFacts | undefined {
    const reading = this.#reading(sha256, module)
    return reading === undefined ? undefined : knownFacts(reading)
  }

  /** Returns why a file is not valid Lua; undefined where it is, or nothing is known of it. */
  problem(sha256: Sha256, module: string | undefined): LuaProblem | undefined {
    const reading = this.#reading(sha256, module)
    return reading !== undefined && 'problem' in reading ? reading.problem : undefined
  }

  /** Returns what a README says of itself; undefined where that is not known. */
  readme(sha256: Sha256): Readme | undefined {
    const reading = this.#reading(sha256, undefined)
    return reading !== undefined && 'readme' in reading ? reading.readme : undefined
  }

  /**
   * Returns what the rules find in a file, whatever their settings; undefined where that is not known.
   * @param target the digest of the target
   */
  report(sha256: Sha256, module: string | undefined, target: string): RuleReport | undefined {
    const reading = this.#reading(sha256, module)
    if (reading === undefined) return undefined
    const place = this.#find(sha256)?.from.header.targets.indexOf(target) ?? -1
    return place < 0 ? undefined : knownReport(reading, place)
  }

  #reading(sha256: Sha256, module: string | undefined): KnownReading | undefined {
    const found = this.#find(sha256)
    return found === undefined ? undefined : ownValue(found.file, module ?? '')
  }

  #find(sha256: Sha256): {readonly file: KnownFile; readonly from: FactsFile} | undefined {
    if (!this.#readings.has(sha256)) this.#readings.set(sha256, this.#read(sha256))
    return this.#readings.get(sha256)
  }

  #read(sha256: Sha256): {readonly file: KnownFile; readonly from: FactsFile} | undefined {
    for (const source of this.#sources()) {
      const from = this.#open(source)
      const line = from?.line(sha256)
      const file = line === undefined ? undefined : fileIn(line)
      if (from === undefined || file === undefined) continue
      this.#first = source
      return {file, from}
    }
    return undefined
  }

  /** The next file is most likely of the source that the last was of, and big files need not be opened for small ones. */
  #sources(): readonly string[] {
    const {sources} = this.#registry.index
    const first = this.#first
    return first === undefined ? sources : [first, ...sources.filter((one) => one !== first)]
  }

  /** Those of another analysis say nothing to this one. */
  #open(source: string): FactsFile | undefined {
    const {facts} = this.#registry.facts(source)
    return facts?.header.analysis === analysisVersion ? facts : undefined
  }
}

/** Facts of the registry that can't be used, or not all of them. */
export interface UnusableFacts {
  /** The file, from the registry's folder. */
  readonly path: string
  readonly problem: string
}

/** Looks for facts of the registry that can't be used: the files that they are of are read as if nothing were known. */
export function findUnusable(registry: Registry): UnusableFacts[] {
  return registry.index.sources.flatMap((source) => {
    const problem = problemOf(registry.facts(source))
    // Of a source that the registry knows no file of, there is nothing to know.
    const isNeeded = problem !== undefined && registry.releases(source).digests.length > 0
    return isNeeded ? [{path: factsPath(source), problem}] : []
  })
}

function problemOf({facts, problem}: OpenedFacts): string | undefined {
  if (facts === undefined) return problem
  const {analysis} = facts.header
  if (analysis !== analysisVersion)
    return `it is of version ${analysis} of the analysis, and this is ${analysisVersion}`
  const damaged = [...facts.entries()].filter(([, line]) => line === undefined || fileIn(line) === undefined)
  return damaged.length === 0 ? undefined : `what it knows of ${damaged.length} files is damaged`
}

function fileIn(line: string): KnownFile | undefined {
  try {
    return JSON.parse(line) as KnownFile
  } catch {
    return undefined
  }
}
