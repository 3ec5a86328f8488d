import {connect} from 'node:net'
import type {Socket} from 'node:net'
import {startServer, type TestServer} from './server.ts'

/** A forward proxy on loopback: `requests` has what it was asked for. */
export interface TestProxy extends TestServer {
  /** Environment that makes it the proxy for http and https, for loopback too. */
  readonly env: Readonly<Record<string, string>>
  /** Leads tunnels to `host:port` to another `host:port`; they are refused without. */
  tunnel(from: string, to: string): void
}

export async function startProxy(): Promise<TestProxy> {
  const server = await startServer()
  const tunnels = new Map<string, string>()
  server.onConnect((target, socket) => {
    const to = tunnels.get(target)
    if (to === undefined) socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
    else join(socket, to)
  })
  return {
    ...server,
    env: {http_proxy: server.url, https_proxy: server.url, no_proxy: ''},
    tunnel: (from, to) => void tunnels.set(from, to),
  }
}

function join(socket: Socket, to: string): void {
  const {hostname, port} = new URL(`http://${to}`)
  const upstream = connect(Number(port), hostname, () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    socket.pipe(upstream).pipe(socket)
  })
  for (const [one, other] of [
    [socket, upstream],
    [upstream, socket],
  ] as const) {
    one.on('error', () => other.destroy())
    one.on('close', () => other.destroy())
  }
}
