import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import {createServer as createTlsServer} from 'node:https'
import type {AddressInfo, Socket} from 'node:net'

/** One request and its answer. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** How often this path has been asked for, this time included. */
  readonly count: number
}

export type Answer = (exchange: Exchange) => void

/** An HTTP server on loopback that answers as it is told. */
export interface TestServer {
  /** Without a slash at the end: `http://127.0.0.1:40000`. */
  readonly url: string
  /** `127.0.0.1:40000` */
  readonly host: string
  /**
   * Targets in the order in which they came: a path, a whole URL where the client takes us for a proxy,
   * `CONNECT host:port` where it wants a tunnel.
   */
  readonly requests: readonly string[]
  /** TCP connections so far. */
  readonly connections: () => number
  /** Resolves once the client has ended every connection that it has made; never while it holds one. */
  deserted(): Promise<void>
  /** Answers a target so from now on; `*` stands for those that have no answer of their own (404 without it). */
  on(target: string, answer: Answer): void
  /** What becomes of tunnels; without it they are refused with 403. */
  onConnect(tunnel: (target: string, socket: Socket) => void): void
  close(): Promise<void>
}

/** @param tls PEM texts, for https */
export async function startServer(tls?: {readonly key: string; readonly cert: string}): Promise<TestServer> {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  const answers = new Map<string, Answer>()
  let tunnel = (_target: string, socket: Socket): void =>
    void socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const target = request.url ?? ''
    requests.push(target)
    const answer = answers.get(target) ?? answers.get('*') ?? notFound
    answer({request, response, count: requests.filter((other) => other === target).length})
  }
  const server = tls === undefined ? createServer(listener) : createTlsServer({...tls}, listener)
  server.on('connect', ({url = ''}: IncomingMessage, socket: Socket) => {
    requests.push(`CONNECT ${url}`)
    socket.on('error', () => undefined)
    tunnel(url, socket)
  })
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host}`,
    host,
    requests,
    connections: () => connections,
    async deserted() {
      while (sockets.size > 0) await once([...sockets][0] ?? server, 'close')
    },
    on: (target, answer) => void answers.set(target, answer),
    onConnect: (how) => void (tunnel = how),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function notFound({response}: Exchange): void {
  response.writeHead(404, {'content-type': 'text/html'}).end('<!doctype html><title>404</title>')
}
