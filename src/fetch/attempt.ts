import {setTimeout} from 'node:timers/promises'
import type {Location} from '../sources/types.ts'
import type {Patience} from '../net/patience.ts'
import type {TransferError} from '../net/transfer-error.ts'

const rounds = 3

/** Goes in rounds over the locations: what failed for good is not tried again, the rest after a pause. */
export class Attempt {
  #round = 0
  #retryable = false
  #wait = 0
  readonly #final = new Map<Location, Set<string>>()

  /** Notes that a location did not serve a file: for good, or until the next round. */
  failed(at: {readonly location: Location; readonly name: string}, error: TransferError): void {
    const names = this.#final.get(at.location) ?? new Set()
    if (error.retryable) this.#retryable = true
    else this.#final.set(at.location, names.add(at.name))
    this.#wait = Math.max(this.#wait, error.retryAfter ?? 0)
  }

  /** Tells whether a location has failed for good to serve a file. */
  isFinal({location, name}: {readonly location: Location; readonly name: string}): boolean {
    return this.#final.get(location)?.has(name) ?? false
  }

  /** Tells how long a location is waited for: the first round hurries past a slow one while there is another one. */
  patience(last: boolean): Patience {
    return last || this.#round > 0 ? 'patient' : 'quick'
  }

  get exhausted(): boolean {
    return !this.#retryable || this.#round === rounds - 1
  }

  /** Waits half a second, doubled each round, spread by up to a half; longer when a server asked for it. */
  async nextRound(signal: AbortSignal): Promise<void> {
    const base = 500 * 2 ** this.#round
    const wait = Math.max(this.#wait, base + Math.random() * (base / 2))
    this.#round += 1
    this.#retryable = false
    this.#wait = 0
    await setTimeout(wait, undefined, {signal})
  }
}
