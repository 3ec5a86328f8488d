import {TLSSocket} from 'node:tls'
import {client, type Client, type ClientOptions, type Element} from '@xmpp/client'
import {WebSocket} from 'undici'

// Node.js has one of its own since version 22.
if (!('WebSocket' in globalThis)) Object.assign(globalThis, {WebSocket})

/** Milliseconds that any answer may take, on a machine that is busy with others. */
export const patience = 20_000

/** A client that is logged in. */
export interface Session {
  /** The full address that the server has given it. */
  readonly address: string
  /** Names of the certificate that the server has shown, or undefined without TLS. */
  readonly certificate: string | undefined
  send(stanza: Element): Promise<void>
  /** Sends an iq; rejects with what the server says against it. */
  request(stanza: Element): Promise<Element>
  /** Answers requests of this kind from now on. */
  answer(namespace: string, name: string, handler: () => Element): void
  /** All that has come so far and is no answer to a request. */
  readonly stanzas: readonly Element[]
  /** The first stanza that fits, of those that have come or will. @param what for the error */
  waitFor(fits: (stanza: Element) => boolean, what: string): Promise<Element>
  end(): Promise<void>
}

/** Logs in; rejects with what the server says against it. Certificates are not judged: bridges don't either. */
export async function connect(options: ClientOptions): Promise<Session> {
  const xmpp = client({timeout: patience, ...options})
  xmpp.reconnect.stop()
  xmpp.on('error', () => undefined)
  // Its counter of stanzas starts late when an answer comes with what follows it; the server then ends the stream.
  xmpp.prependListener('element', (element: Element) => element.remove('sm', 'urn:xmpp:sm:3'))
  const stanzas: Element[] = []
  xmpp.on('stanza', (stanza: Element) => stanzas.push(stanza))
  // Node.js takes from the environment, at the handshake, what to do with a certificate that nobody has signed.
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
  const address = await beforeLong(xmpp.start()).catch(async (error: unknown) => {
    await xmpp.disconnect().catch(() => undefined)
    throw error
  })
  return {
    address: address.toString(),
    certificate: certificateOf(xmpp),
    stanzas,
    send: (stanza) => xmpp.send(stanza),
    request: (stanza) => xmpp.iqCaller.request(stanza, patience),
    answer: (namespace, name, handler) => xmpp.iqCallee.set(namespace, name, handler),
    waitFor: (fits, what) => arrival({xmpp, stanzas, fits, what}),
    end: async () => {
      await xmpp.stop()
    },
  }
}

function beforeLong<Result>(promise: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${patience} ms`)), patience)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** The client wraps what it has made of its connection by STARTTLS. */
function certificateOf({socket}: Client): string | undefined {
  return socket?.socket instanceof TLSSocket ? socket.socket.getPeerCertificate().subjectaltname : undefined
}

interface Arrival {
  readonly xmpp: Client
  readonly stanzas: readonly Element[]
  readonly fits: (stanza: Element) => boolean
  readonly what: string
}

function arrival({xmpp, stanzas, fits, what}: Arrival): Promise<Element> {
  const there = stanzas.find(fits)
  if (there !== undefined) return Promise.resolve(there)
  return new Promise((resolve, reject) => {
    const look = (stanza: Element): void => {
      if (fits(stanza)) finish(() => resolve(stanza))
    }
    const timer = setTimeout(
      () => finish(() => reject(new Error(`no ${what}; there were:\n${stanzas.join('\n')}`))),
      patience,
    )
    const finish = (settle: () => void): void => {
      clearTimeout(timer)
      xmpp.off('stanza', look)
      settle()
    }
    xmpp.on('stanza', look)
  })
}
