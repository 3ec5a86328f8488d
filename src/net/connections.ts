import type {Socket} from 'node:net'
import type {buildConnector} from 'undici'
import {keepFirstCode} from '../first-code.ts'
import {TransferError} from './transfer-error.ts'

type Connector = buildConnector.connector
/** What makes a socket may give it at once, or later, or by the callback alone. */
type Connect = (...given: Parameters<Connector>) => unknown

/**
 * The sockets that one Http has open. undici's agent forgets a pool as soon as one of its connections ends, with all
 * others that it has or is still making, so that destroying the agent doesn't end those: they would keep the process.
 */
export class Connections {
  readonly #open = new Set<Socket>()
  #isClosed = false

  /** Makes a connector that connects as the given one does, until `close`. */
  kept(connect: Connect): Connector {
    return (options, callback) => {
      if (this.#isClosed) {
        callback(new TransferError('the connections are closed'), null)
        return
      }
      const made = connect(options, (...result) => {
        this.#keep(result[1])
        // In this call undici makes its parser, with the first connection.
        const end = keepFirstCode()
        try {
          callback(...result)
        } finally {
          end()
        }
      })
      this.#keep(made)
    }
  }

  /** Ends all sockets, those that are being made too; none is made from now on. */
  close(): void {
    this.#isClosed = true
    for (const socket of this.#open) socket.destroy()
  }

  /** @param made a socket, or nothing where it comes later */
  #keep(made: unknown): void {
    if (!isSocket(made)) return
    this.#open.add(made)
    made.once('close', () => this.#open.delete(made))
    if (this.#isClosed) made.destroy()
  }
}

function isSocket(made: unknown): made is Socket {
  return typeof made === 'object' && made !== null && 'setKeepAlive' in made
}
