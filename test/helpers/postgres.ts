import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {chmod, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import type {PrivateNetwork} from './private-network.ts'
import {mustRun, runProgram} from './program.ts'

/** Debian's PostgreSQL, at 127.0.0.1:5432 of a network of its own, with an empty database. */
export interface Postgres {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** The rows that a query gives, as psql prints them: a row a line, columns apart by `|`. */
  query(sql: string): Promise<string>
  /** Ends it and leaves its data; clients lose their connections. */
  stop(): Promise<void>
  /** Starts it again. Resolves when it takes connections. */
  start(): Promise<void>
  remove(): Promise<void>
}

// The password has what a shell, a URL or a string of Lua would stumble over.
const access = {host: '127.0.0.1', port: 5432, user: 'prosody', password: `p'w"x #\\`, database: 'prosody'}

/** Starts one; with the test process it ends at the latest. */
export async function startPostgres(network: PrivateNetwork): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), 'prosody-mods-postgres-'))
  const [data, secret] = [join(folder, 'data'), join(folder, 'password')]
  const run = await commands(folder, network)
  let server: ChildProcess | undefined
  const start = async (): Promise<void> => {
    server = run.background(['postgres', '-D', data, ...settings(folder)])
    await untilReady(server, run.command(['pg_isready', '--host', folder]))
  }
  const stop = async (): Promise<void> => {
    if (server !== undefined) await ended(server)
    server = undefined
  }
  try {
    await chmod(folder, 0o777)
    await writeFile(secret, access.password)
    const how = ['--username', access.user, '--pwfile', secret, '--auth-host', 'scram-sha-256']
    await mustRun(run.command(['initdb', '-D', data, ...how, '--auth-local', 'trust', '--no-sync']))
    await start()
    await mustRun(run.command(['createdb', '--host', folder, '--username', access.user, access.database]))
  } catch (error) {
    await stop()
    await rm(folder, {recursive: true})
    throw error
  }
  return {
    ...access,
    start,
    stop,
    query: (sql) =>
      mustRun(
        run.command([
          'psql',
          '-XAt',
          '--host',
          folder,
          '--username',
          access.user,
          '-c',
          sql,
          access.database,
        ]),
      ),
    async remove() {
      await stop()
      await rm(folder, {recursive: true, force: true})
    },
  }
}

function settings(folder: string): readonly string[] {
  const values = {
    fsync: 'off',
    listen_addresses: access.host,
    port: String(access.port),
    unix_socket_directories: folder,
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

interface Commands {
  command(words: readonly string[]): readonly string[]
  background(words: readonly string[]): ChildProcess
}

/** PostgreSQL's programs, of the newest version that is installed, as its user. */
async function commands(folder: string, network: PrivateNetwork): Promise<Commands> {
  const [version = 'none'] = (await readdir('/usr/lib/postgresql')).sort((a, b) => Number(b) - Number(a))
  const user = ['--reuid', 'postgres', '--regid', 'postgres', '--clear-groups', '--pdeathsig', 'KILL']
  const command = ([name = '', ...args]: readonly string[]): readonly string[] =>
    network.argv(['setpriv', ...user, join('/usr/lib/postgresql', version, 'bin', name), ...args])
  return {
    command,
    background(words) {
      const [file = '', ...args] = command(words)
      return spawn(file, args, {stdio: ['ignore', 'ignore', 'pipe'], cwd: folder})
    },
  }
}

async function untilReady(server: ChildProcess, question: readonly string[]): Promise<void> {
  const said: string[] = []
  server.stderr?.setEncoding('utf8').on('data', (chunk: string) => said.push(chunk))
  const end = Date.now() + 60_000
  while ((await runProgram(question)).code !== 0) {
    if (server.exitCode !== null || Date.now() > end) throw new Error(`no PostgreSQL:\n${said.join('')}`)
    await sleep(100)
  }
}

/** SIGINT is its fast shutdown. */
async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const closed = once(server, 'close')
  server.kill('SIGINT')
  await closed
}
