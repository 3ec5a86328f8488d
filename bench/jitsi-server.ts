import {createReadStream} from 'node:fs'
import {stat} from 'node:fs/promises'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo, Socket} from 'node:net'
import {pipeline} from 'node:stream/promises'
import type {Counts} from './server.ts'

/** A web server on loopback that answers as GitHub does, gzipped or not, and counts what goes over the wire. */
export interface JitsiServer {
  /** http://127.0.0.1:PORT */
  readonly url: string
  /** URL path → bytes, or the file that holds them. What is not here is answered with 404. */
  readonly files: Map<string, Served>
  /** What was sent and received since the last call, headers included, over connections that have ended. */
  takeCounts(): Promise<Counts>
}

/** Bytes, the file that holds them, or what is gzipped for those who ask so. */
export type Served = Buffer | {readonly file: string} | Packed

interface Packed {
  readonly plain: Buffer
  readonly gzip: Buffer
  /** Sent besides. */
  readonly headers: Readonly<Record<string, string>>
}

/** Runs `work` with a server that is closed afterwards. */
export async function withJitsiServer(work: (server: JitsiServer) => Promise<void>): Promise<void> {
  const {server, close} = await startServer()
  try {
    await work(server)
  } finally {
    await close()
  }
}

async function startServer(): Promise<{readonly server: JitsiServer; readonly close: () => Promise<void>}> {
  const files: JitsiServer['files'] = new Map()
  const open = new Set<Promise<void>>()
  let counts = {requests: 0, bytes: 0}
  const http = createServer((request, response) => {
    counts.requests += 1
    const {pathname} = new URL(request.url ?? '/', 'http://localhost')
    void send(request, response, files.get(decodeURIComponent(pathname)))
  })
  http.on('connection', (socket: Socket) => {
    const ended = new Promise<void>((resolve) => {
      socket.once('close', () => {
        counts.bytes += socket.bytesRead + socket.bytesWritten
        open.delete(ended)
        resolve()
      })
    })
    open.add(ended)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const {port} = http.address() as AddressInfo
  const server: JitsiServer = {
    url: `http://127.0.0.1:${port}`,
    files,
    async takeCounts() {
      await Promise.all(open)
      const taken = counts
      counts = {requests: 0, bytes: 0}
      return taken
    },
  }
  return {
    server,
    async close() {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  found: Served | undefined,
): Promise<void> {
  if (found === undefined) {
    response.writeHead(404).end()
    return
  }
  const {body, length, headers} = await bodyOf(found, request)
  response.writeHead(200, {'content-type': 'application/octet-stream', 'content-length': length, ...headers})
  if (request.method === 'HEAD') response.end()
  else if (Buffer.isBuffer(body)) response.end(body)
  // A client that hangs up early fails its own run.
  else await pipeline(createReadStream(body), response).catch(() => undefined)
}

interface Body {
  /** Bytes, or the path of a file. */
  readonly body: Buffer | string
  readonly length: number
  readonly headers: Readonly<Record<string, string>>
}

async function bodyOf(found: Served, {headers}: IncomingMessage): Promise<Body> {
  if (Buffer.isBuffer(found)) return {body: found, length: found.length, headers: {}}
  if ('file' in found) return {body: found.file, length: (await stat(found.file)).size, headers: {}}
  const packed = /\bgzip\b/.test(String(headers['accept-encoding']))
  const body = packed ? found.gzip : found.plain
  const encoding = packed ? {'content-encoding': 'gzip'} : {}
  return {body, length: body.length, headers: {...found.headers, ...encoding}}
}
