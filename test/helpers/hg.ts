import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {freePort, untilListening} from './nginx.ts'
import {mustRun} from './program.ts'

/** A Mercurial repository under `hg serve`. */
export interface HgServer {
  readonly url: string
  /**
   * Commits the files (path → text, null to take it away) on a branch at a time (`2026-01-02 03:04 +0000`); gives the
   * node.
   */
  commit(files: Readonly<Record<string, string | null>>, at: string, branch?: string): Promise<string>
  hg(...args: string[]): Promise<string>
  /** Paths and queries asked for since the start, in order. */
  requests(): Promise<readonly string[]>
  /** The HTTP statuses of these requests. */
  statuses(): Promise<readonly number[]>
  stop(): Promise<void>
  close(): Promise<void>
}

/** @param archives whether it gives archives, which it does only when it is told so */
export async function startHg(archives = true): Promise<HgServer> {
  const work = await mkdtemp(join(tmpdir(), 'prosody-mods-hg-'))
  const repository = join(work, 'repository')
  const log = join(work, 'access.log')
  await mustRun(['hg', 'init', repository])
  const hg = (...args: string[]): Promise<string> =>
    mustRun(['hg', '--cwd', repository, ...args], {env: {...process.env, HGPLAIN: '1'}})
  const port = await freePort()
  const allowed = archives ? ['--config', 'web.allow-archive=gz'] : []
  const web = [...allowed, '--accesslog', log]
  const child = spawn('hg', ['serve', '--address', '127.0.0.1', '--port', String(port), ...web], {
    cwd: repository,
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  await untilListening(port, () => child.exitCode === null)
  const url = `http://127.0.0.1:${port}`
  // Its threads stumble over one another while the first of them still loads the program's parts.
  await fetch(`${url}/json-log/tip`)
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await ended
  }
  return {
    url,
    hg,
    async commit(files, at, branch = 'default') {
      await hg('update', '--quiet', '--clean', branch).catch(() => hg('branch', '--quiet', branch))
      for (const [path, text] of Object.entries(files)) {
        if (text === null) {
          await rm(join(repository, path))
          continue
        }
        await mkdir(dirname(join(repository, path)), {recursive: true})
        await writeFile(join(repository, path), text)
      }
      await hg('commit', '--quiet', '--addremove', '--message', 'change', '--user', 'nobody', '--date', at)
      return (await hg('log', '--rev', '.', '--template', '{node}')).trim()
    },
    requests: async () => (await logged(log)).map(([path]) => path),
    statuses: async () => (await logged(log)).map(([, status]) => status),
    stop,
    async close() {
      await stop()
      await rm(work, {recursive: true, force: true})
    },
  }
}

/** Without the first one, which was ours. */
async function logged(log: string): Promise<readonly (readonly [path: string, status: number])[]> {
  const lines = (await readFile(log, 'utf8')).split('\n')
  return lines
    .flatMap((line) => {
      const [, path, status] = /"GET (\S+) HTTP\/1\.1" (\d{3})/.exec(line) ?? []
      return path === undefined ? [] : [[path, Number(status)] as const]
    })
    .slice(1)
}
