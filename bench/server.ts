import {createReadStream} from 'node:fs'
import {stat} from 'node:fs/promises'
import {createServer, type ServerResponse} from 'node:http'
import type {AddressInfo, Socket} from 'node:net'
import {pipeline} from 'node:stream/promises'

/** A web server on loopback that counts what goes over the wire. */
export interface BenchServer {
  /** http://127.0.0.1:PORT */
  readonly url: string
  /** URL path → bytes, or the file that holds them. What is not here is answered with 404. */
  readonly files: Map<string, Buffer | {readonly file: string}>
  /** What was sent and received since the last call, headers included, over connections that have ended. */
  takeCounts(): Promise<Counts>
}

export interface Counts {
  readonly requests: number
  /** Bytes in both directions. */
  readonly bytes: number
}

/** Runs `work` with a server that is closed afterwards. */
export async function withServer(work: (server: BenchServer) => Promise<void>): Promise<void> {
  const {server, close} = await startServer()
  try {
    await work(server)
  } finally {
    await close()
  }
}

async function startServer(): Promise<{readonly server: BenchServer; readonly close: () => Promise<void>}> {
  const files: BenchServer['files'] = new Map()
  const open = new Set<Promise<void>>()
  let counts = {requests: 0, bytes: 0}
  const http = createServer((request, response) => {
    counts.requests += 1
    const {pathname} = new URL(request.url ?? '/', 'http://localhost')
    void send(response, files.get(decodeURIComponent(pathname)), request.method === 'HEAD')
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
  const server: BenchServer = {
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
  response: ServerResponse,
  found: Buffer | {readonly file: string} | undefined,
  headOnly: boolean,
): Promise<void> {
  if (found === undefined) {
    response.writeHead(404).end()
    return
  }
  const length = Buffer.isBuffer(found) ? found.length : (await stat(found.file)).size
  response.writeHead(200, {'content-type': 'application/octet-stream', 'content-length': length})
  if (headOnly) response.end()
  else if (Buffer.isBuffer(found)) response.end(found)
  // A client that hangs up early fails its own run.
  else await pipeline(createReadStream(found.file), response).catch(() => undefined)
}
