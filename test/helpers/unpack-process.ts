import {execFile} from 'node:child_process'
import {once} from 'node:events'
import {createServer, type AddressInfo, type Socket} from 'node:net'
import {promisify} from 'node:util'

import type {ArchiveFormat} from '../../src/fetch/unpack/types.ts'
import {plainJavaScript} from './plain-javascript.ts'
import type {ChildReport} from './unpack-child.ts'

/**
 * Unpacks in a process of its own, which has to end by itself within a minute.
 * @param send writes the archive; whether it closes the connection is its own affair
 */
export async function unpackInProcess(
  {format, root}: {readonly format: ArchiveFormat; readonly root: string},
  send: (socket: Socket) => void | Promise<void>,
): Promise<ChildReport> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    void send(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  // Memory is measured, and a loader would take a quarter of it.
  const javascript = plainJavaScript()
  try {
    const args = [javascript.helper('unpack-child.ts'), format, root, String(port)]
    const {stdout} = await promisify(execFile)(process.execPath, args, {timeout: 60_000})
    return JSON.parse(stdout) as ChildReport
  } finally {
    javascript.remove()
    server.close()
  }
}
