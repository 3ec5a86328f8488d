import type {Patience} from './patience.ts'
import type {TransferError} from './transfer-error.ts'

/** What one run has learnt about hosts (`name:port`), so that silence is waited for once and not for every file. */
export class Hosts {
  readonly #dead = new Map<string, TransferError>()
  readonly #slow = new Map<string, {readonly error: TransferError; readonly round: number}>()
  #round = 0

  /** Throws what the host failed with before where it is not worth asking again. */
  check(host: string, patience: Patience): void {
    const dead = this.#dead.get(host)
    if (dead !== undefined) throw dead
    const slow = this.#slow.get(host)
    if (slow !== undefined && (patience === 'quick' || slow.round === this.#round)) throw slow.error
  }

  /** Notes a host that an error shows to be dead or slow, so that others need not wait for it. */
  remember(host: string, error: TransferError): void {
    if (error.hostDead) this.#dead.set(host, error)
    else if (error.hostSlow) this.#slow.set(host, {error, round: this.#round})
  }

  /** Gives slow hosts another chance with those who are patient. */
  nextRound(): void {
    this.#round += 1
  }
}
