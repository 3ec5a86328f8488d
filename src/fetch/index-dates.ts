import type {SeenDates} from '../sources/types.ts'
import {KeptFacts} from '../store/kept-facts.ts'

/**
 * The dates of the newest signed indexes that this user has seen, in the store's folder `index-dates`, kept and believed as
 * facts are. They can't be found out again, so pruning leaves them: they are some bytes for each suite.
 */
export class IndexDates implements SeenDates {
  readonly #kept: KeptFacts

  /** @param store its folder */
  constructor(store: string) {
    this.#kept = new KeptFacts(store, 'index-dates')
  }

  /** Reads the date of the newest index that this user has seen of a suite; undefined where none was seen. */
  read(of: string): string | undefined {
    return this.#kept.read(of)
  }

  /** Keeps the date of the newest index that this user has seen of a suite. */
  keep(of: string, date: string): Promise<void> {
    return this.#kept.keep([[of, date]])
  }
}
