import {copyFile, mkdir} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {startNginx, type StaticServer} from '../test/helpers/nginx.ts'

/**
 * A web server on loopback that counts what goes over the wire: nginx, since one of Node.js would take as much of the two
 * processors as what is measured.
 */
export interface BenchServer {
  /** http://127.0.0.1:PORT */
  readonly url: string
  /** Serves a copy of a file at a URL path. What is at none is answered with 404. */
  serve(path: string, file: string): Promise<void>
  /** What was sent and received since the last call, headers included. */
  takeCounts(): Promise<Counts>
}

export interface Counts {
  readonly requests: number
  /** Bytes in both directions. */
  readonly bytes: number
}

/** Runs `work` with a server that is stopped afterwards. */
export async function withServer(work: (server: BenchServer) => Promise<void>): Promise<void> {
  const nginx = await startNginx()
  try {
    await work(serverOn(nginx))
  } finally {
    await nginx.stop()
  }
}

function serverOn(nginx: StaticServer): BenchServer {
  let taken = 0
  return {
    url: nginx.url,
    async serve(path, file) {
      const at = join(nginx.folder, path)
      await mkdir(dirname(at), {recursive: true})
      await copyFile(file, at)
    },
    async takeCounts() {
      const all = await settled(nginx)
      const news = all.slice(taken)
      taken = all.length
      return {requests: news.length, bytes: news.reduce((sum, bytes) => sum + bytes, 0)}
    },
  }
}

/** nginx writes down a request after it has answered. */
async function settled(nginx: StaticServer): Promise<readonly number[]> {
  for (let before = await nginx.traffic(); ;) {
    await setTimeout(20)
    const now = await nginx.traffic()
    if (now.length === before.length) return now
    before = now
  }
}
