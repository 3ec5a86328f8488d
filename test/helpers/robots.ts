import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {runProgram, mustRun, type ProgramOutput} from './program.ts'
import {startServer, type TestServer} from './server.ts'

const main = join(import.meta.dirname, '../../action/main.js')

/** A clone of a repository, as a checkout of a job or as somebody else's. */
export interface Clone {
  readonly folder: string
  git(...args: readonly string[]): Promise<string>
  write(path: string, text: string): Promise<void>
  read(path: string): Promise<string>
  /** Commits all that has changed; gives the commit. */
  commit(message: string): Promise<string>
}

/** A bare repository with clones of it. */
export interface Remote {
  readonly folder: string
  git(...args: readonly string[]): Promise<string>
  clone(branch?: string): Promise<Clone>
  /** A clone with the newest commit of a branch alone, detached, as checkouts of jobs are. */
  checkout(branch: string): Promise<Clone>
  remove(): Promise<void>
}

/** Makes a bare repository whose default branch is main, without commits. */
export async function newRemote(): Promise<Remote> {
  const work = await mkdtemp(join(tmpdir(), 'prosody-mods-remote-'))
  const folder = join(work, 'remote.git')
  await mustRun(['git', 'init', '--quiet', '--bare', '--initial-branch=main', folder])
  let clones = 0
  return {
    folder,
    git: (...args) => gitIn(folder, args),
    async clone(branch) {
      const clone = join(work, `clone-${(clones += 1)}`)
      await mustRun([
        'git',
        'clone',
        '--quiet',
        ...(branch === undefined ? [] : ['--branch', branch]),
        folder,
        clone,
      ])
      return cloneAt(clone)
    },
    async checkout(branch) {
      const clone = join(work, `clone-${(clones += 1)}`)
      const shallow = ['--depth', '1', '--branch', branch, `file://${folder}`]
      await mustRun(['git', 'clone', '--quiet', ...shallow, clone])
      await gitIn(clone, ['checkout', '--quiet', '--detach'])
      return cloneAt(clone)
    },
    remove: () => rm(work, {recursive: true}),
  }
}

function cloneAt(folder: string): Clone {
  return {
    folder,
    git: (...args) => gitIn(folder, args),
    async write(path, text) {
      await mkdir(join(folder, path, '..'), {recursive: true})
      await writeFile(join(folder, path), text)
    },
    read: (path) => readFile(join(folder, path), 'utf8'),
    async commit(message) {
      await gitIn(folder, ['add', '--all'])
      await gitIn(folder, ['commit', '--quiet', '--message', message])
      return gitIn(folder, ['rev-parse', 'HEAD'])
    },
  }
}

async function gitIn(folder: string, args: readonly string[]): Promise<string> {
  const who = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org']
  return (await mustRun(['git', '-C', folder, ...who, ...args])).trim()
}

/** One request that an API got. */
export interface ApiRequest {
  readonly method: string
  readonly path: string
  readonly token: string
  readonly data: Readonly<Record<string, unknown>> | undefined
}

/** What stands for a forge's API: it keeps what it is asked, and answers as it is told. */
export interface FakeApi {
  readonly url: string
  readonly requests: readonly ApiRequest[]
  close(): Promise<void>
}

/** What an API answers: a status and a value; undefined for 404. */
export type ApiAnswer = (request: ApiRequest) => readonly [status: number, value: unknown] | undefined

/** No program gives the API of GitHub or GitLab, so this server on loopback does, in the shapes of their documentation. */
export async function startApi(answer: ApiAnswer): Promise<FakeApi> {
  const server: TestServer = await startServer()
  const requests: ApiRequest[] = []
  server.on('*', ({request, response}) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const asked = {
        method: request.method ?? '',
        path: request.url ?? '',
        token:
          request.headers.authorization ?? (request.headers['private-token'] as string | undefined) ?? '',
        data: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>),
      }
      requests.push(asked)
      const [status, value] = answer(asked) ?? [404, {message: 'Not Found'}]
      response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(value))
    })
  })
  return {url: server.url, requests, close: () => server.close()}
}

/** Runs a job of the action in a folder, with nothing of a forge in its environment but what is given. */
export function runJob(cwd: string, env: Readonly<Record<string, string>>): Promise<ProgramOutput> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:GITHUB|CI|GITLAB|RUNNER|PROSODY_MODS)/.test(name),
  )
  const environment = {
    ...Object.fromEntries(kept),
    NETRC: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    ...env,
  }
  return runProgram([process.execPath, main], {cwd, env: environment, timeout: 120_000})
}
