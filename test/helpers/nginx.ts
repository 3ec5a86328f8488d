import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'

/** A real nginx on loopback that serves a folder. */
export interface StaticServer {
  /** Without a slash at the end. */
  readonly url: string
  /** What it serves. */
  readonly folder: string
  /** The HTTP statuses of its answers, in order. */
  statuses(): Promise<readonly number[]>
  stop(): Promise<void>
}

export async function startNginx(): Promise<StaticServer> {
  const work = await mkdtemp(join(tmpdir(), 'prosody-mods-nginx-'))
  const folder = join(work, 'www')
  const port = await freePort()
  await mkdir(folder)
  await writeFile(join(work, 'nginx.conf'), configuration({work, folder, port}))
  const child = spawn('/usr/sbin/nginx', ['-p', work, '-c', join(work, 'nginx.conf')], {stdio: 'inherit'})
  const ended = once(child, 'exit')
  await untilListening(port, () => child.exitCode === null)
  let stopped = false
  return {
    url: `http://127.0.0.1:${port}`,
    folder,
    async statuses() {
      const log = await readFile(join(work, 'access.log'), 'utf8')
      return log.split('\n').filter(Boolean).map(Number)
    },
    async stop() {
      if (stopped) return
      stopped = true
      child.kill('SIGTERM')
      await ended
      await rm(work, {recursive: true, force: true})
    },
  }
}

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  const closed = once(probe, 'close')
  probe.close()
  await closed
  if (typeof address !== 'object' || address === null) throw new Error('no port was given')
  return address.port
}

/** Resolves when something accepts connections; rejects when the server has ended, or after 20 seconds. */
export async function untilListening(port: number, alive: () => boolean): Promise<void> {
  const {connect} = await import('node:net')
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const socket = connect(port, '127.0.0.1')
    const outcome = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (outcome) return
    if (!alive()) throw new Error(`the server for port ${port} has ended`)
    await setTimeout(50)
  }
  throw new Error(`nothing listens on port ${port}`)
}

function configuration(at: {readonly work: string; readonly folder: string; readonly port: number}): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `daemon off;
user root;
worker_processes 1;
pid ${at.work}/nginx.pid;
error_log ${at.work}/error.log;
events { worker_connections 64; }
http {
  log_format status '$status';
  access_log ${at.work}/access.log status;
${temporary.map((name) => `  ${name}_temp_path ${at.work}/${name};\n`).join('')}
  default_type application/octet-stream;
  server {
    listen 127.0.0.1:${at.port};
    root ${at.folder};
  }
}
`
}
