import type {OnProgress} from '../progress.ts'

/** A location that did not serve, told once for each reason. */
export interface LocationFailure {
  readonly label: string
  readonly reason: string
}

/** What a run of fetching got from where. */
export interface FetchReport {
  /** How many files each location gave, by its label. */
  readonly served: Readonly<Record<string, number>>
  readonly failures: readonly LocationFailure[]
  /** How many files the store had already. */
  readonly fromStore: number
}

/** Collects what a run of fetching did. */
export class ReportBuilder {
  readonly #served = new Map<string, number>()
  readonly #failures = new Map<string, LocationFailure>()
  readonly #onProgress: OnProgress
  fromStore = 0

  constructor(onProgress: OnProgress) {
    this.#onProgress = onProgress
  }

  /** Counts files that a location gave. */
  serve(label: string, files: number): void {
    this.#served.set(label, (this.#served.get(label) ?? 0) + files)
    this.#onProgress({type: 'served', label, files})
  }

  /** Notes that a location did not serve, once for each reason. */
  fail(label: string, reason: string): void {
    const key = `${label}\n${reason}`
    if (this.#failures.has(key)) return
    this.#failures.set(key, {label, reason})
    this.#onProgress({type: 'location-failed', label, reason})
  }

  /** Returns the report of what was noted so far. */
  build(): FetchReport {
    return {
      served: Object.fromEntries([...this.#served].sort(([a], [b]) => (a < b ? -1 : 1))),
      failures: [...this.#failures.values()],
      fromStore: this.fromStore,
    }
  }
}

/** The report of a run that had nothing to fetch. */
export const nothingFetched: FetchReport = {served: {}, failures: [], fromStore: 0}
