import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {connect, createServer, type AddressInfo, type Socket} from 'node:net'
import {setTimeout} from 'node:timers/promises'

/** A port that listens and never accepts. */
export interface DeafHost {
  /** `127.0.0.1:40000` */
  readonly host: string
  close(): Promise<void>
}

const program = `
const server = require('node:net').createServer()
server.listen({host: '127.0.0.1', port: 0, backlog: 1}, () => process.stdout.write(server.address().port + '\\n'))
`

/** Stops a process that listens and fills its queue: further connections are neither accepted nor refused. */
export async function deafHost(): Promise<DeafHost> {
  const child = spawn(process.execPath, ['-e', program], {stdio: ['ignore', 'pipe', 'inherit']})
  const [printed] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(printed.toString())
  child.kill('SIGSTOP')
  const waiting: Socket[] = []
  let connected = true
  while (connected) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    waiting.push(socket)
    connected = await Promise.race([once(socket, 'connect').then(() => true), setTimeout(500, false)])
  }
  return {
    host: `127.0.0.1:${port}`,
    async close() {
      for (const socket of waiting) socket.destroy()
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

/** `127.0.0.1:port` where nothing listens any more. */
export async function freeHost(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `127.0.0.1:${port}`
}
