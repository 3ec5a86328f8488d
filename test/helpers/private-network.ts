import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import {
  connect,
  createServer,
  type AddressInfo,
  type ListenOptions,
  type NetConnectOpts,
  type Server,
} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/**
 * A network with nothing but a loopback of its own. What belongs together runs in it, on the ports that it has in the
 * field, and meets nothing that other tests run.
 */
export interface PrivateNetwork {
  /** The command line that runs `command` in it; the process id stays. */
  argv(command: readonly string[]): readonly string[]
  /** A port of the machine's loopback that leads to `port` of this network. */
  reach(port: number): Promise<number>
  /** Has `port` of this network lead to the same port of the machine's loopback. */
  lend(port: number): Promise<void>
  /** Ends the network and what leads into it, not what runs in it. */
  remove(): Promise<void>
}

const relay = join(import.meta.dirname, 'relay.js')

/** Makes a network; it ends with the test process at the latest. */
export async function newPrivateNetwork(): Promise<PrivateNetwork> {
  const folder = await mkdtemp(join(tmpdir(), 'prosody-mods-network-'))
  const lines = 'ip link set lo up; echo ready; exec sleep infinity'
  const holder = await started(['unshare', '--net', 'sh', '-ec', lines])
  const [children, servers] = [[holder], new Set<Server>()]
  const argv = (command: readonly string[]): readonly string[] => [
    ...['nsenter', '--net', '--target', String(holder.pid), '--', ...command],
  ]
  const passOn = async (from: string, to: string): Promise<void> => {
    children.push(await started(argv([process.execPath, relay, from, to])))
  }
  // A socket in the file system can be reached from every network.
  const listen = async (from: ListenOptions, to: NetConnectOpts): Promise<Server> => {
    const server = await listening(from, to)
    servers.add(server)
    return server
  }
  return {
    argv,
    async reach(port) {
      const path = join(folder, `in-${port}`)
      await passOn(path, `127.0.0.1:${port}`)
      const server = await listen({host: '127.0.0.1', port: 0}, {path})
      return (server.address() as AddressInfo).port
    },
    async lend(port) {
      const path = join(folder, `out-${port}`)
      await listen({path}, {host: '127.0.0.1', port})
      await passOn(`127.0.0.1:${port}`, path)
    },
    async remove() {
      for (const server of servers) server.close()
      await Promise.all(children.map(ended))
      await rm(folder, {recursive: true, force: true})
    },
  }
}

/** Resolves with the program once it has printed something. */
async function started(command: readonly string[]): Promise<ChildProcess> {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], {stdio: ['ignore', 'pipe', 'pipe']})
  const [stream] = (await Promise.race([once(child.stdout, 'data'), once(child, 'close')])) as [unknown]
  if (Buffer.isBuffer(stream)) return child
  throw new Error(`${command.join(' ')} ended before it was ready: ${String(child.stderr.read() ?? '')}`)
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  child.kill('SIGKILL')
  await closed
}

async function listening(from: ListenOptions, to: NetConnectOpts): Promise<Server> {
  const server = createServer((inner) => {
    const outer = connect(to)
    inner.pipe(outer).pipe(inner)
    for (const [one, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  })
  server.listen(from)
  await once(server, 'listening')
  // open connections are the tests' own
  server.unref()
  return server
}
