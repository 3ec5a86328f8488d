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
  /** `127.0.0.1:40000` */
  readonly host: string
  /** What it serves. */
  readonly folder: string
  /** What it was asked: the path and the header Authorization (`-` without one). */
  requests(): Promise<{readonly path: string; readonly authorization: string}[]>
  /** The HTTP statuses of its answers, in order. */
  statuses(): Promise<readonly number[]>
  /** Bytes of each request and its answer, headers included, in order. */
  traffic(): Promise<readonly number[]>
  stop(): Promise<void>
}

export interface NginxOptions {
  /** user → password; nobody else may read. */
  readonly users?: Readonly<Record<string, string>>
  /** More directives for the server. */
  readonly directives?: string
  /** PEM texts, for https. */
  readonly tls?: {readonly key: string; readonly cert: string}
}

export async function startNginx({users, directives = '', tls}: NginxOptions = {}): Promise<StaticServer> {
  const work = await mkdtemp(join(tmpdir(), 'prosody-mods-nginx-'))
  const folder = join(work, 'www')
  const port = await freePort()
  await mkdir(folder)
  const own = [directives]
  if (users !== undefined) {
    const lines = Object.entries(users).map(([user, password]) => `${user}:{PLAIN}${password}\n`)
    await writeFile(join(work, 'users'), lines.join(''))
    own.push(`auth_basic "members"; auth_basic_user_file ${work}/users;`)
  }
  if (tls !== undefined) {
    await writeFile(join(work, 'key.pem'), tls.key)
    await writeFile(join(work, 'cert.pem'), tls.cert)
    own.push(`ssl_certificate ${work}/cert.pem; ssl_certificate_key ${work}/key.pem;`)
  }
  const listen = `127.0.0.1:${port}${tls === undefined ? '' : ' ssl'}`
  await writeFile(join(work, 'nginx.conf'), configuration({work, folder, listen, own: own.join('\n    ')}))
  const child = spawn('/usr/sbin/nginx', ['-p', work, '-c', join(work, 'nginx.conf')], {stdio: 'inherit'})
  const ended = once(child, 'exit')
  await untilListening(port, () => child.exitCode === null)
  let stopped = false
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    folder,
    async requests() {
      return (await logged(work)).map(([, path, authorization]) => ({path, authorization}))
    },
    async statuses() {
      return (await logged(work)).map(([status]) => Number(status))
    },
    async traffic() {
      return (await logged(work)).map(([, , , asked, answered]) => Number(asked) + Number(answered))
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

function configuration(at: {
  readonly work: string
  readonly folder: string
  readonly listen: string
  /** Directives of the server. */
  readonly own: string
}): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `daemon off;
user root;
worker_processes 1;
pid ${at.work}/nginx.pid;
error_log ${at.work}/error.log;
events { worker_connections 64; }
http {
  log_format asked '$status\t$request_uri\t$http_authorization\t$request_length\t$bytes_sent';
  access_log ${at.work}/access.log asked;
${temporary.map((name) => `  ${name}_temp_path ${at.work}/${name};\n`).join('')}
  default_type application/octet-stream;
  server {
    listen ${at.listen};
    root ${at.folder};
    ${at.own}
  }
}
`
}

async function logged(work: string): Promise<(readonly [string, string, string, string, string])[]> {
  const lines = (await readFile(join(work, 'access.log'), 'utf8')).split('\n')
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [status = '', path = '', authorization = '', asked = '', answered = ''] = line.split('\t')
      return [status, path, authorization, asked, answered] as const
    })
}
