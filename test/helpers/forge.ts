import {spawn} from 'node:child_process'
import {once} from 'node:events'
import type {IncomingMessage, ServerResponse} from 'node:http'
import {mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {mustRun} from './program.ts'
import {startServer, type TestServer} from './server.ts'

/** Git repositories on loopback in GitHub's URL shapes, each answer made by Git itself. */
export interface Forge {
  readonly server: TestServer
  /** For the manifest: both of GitHub's hosts are this one. */
  readonly mirrors: Readonly<Record<string, string>>
  /**
   * Commits the files (path → text; `-> target` makes a link) as all that there is, with tags; gives the commit.
   * @param repository owner/name
   */
  commit(
    repository: string,
    files: Readonly<Record<string, string>>,
    tags?: readonly string[],
  ): Promise<string>
  /** Deletes a repository. */
  drop(repository: string): Promise<void>
  /** Answers raw files of a commit with other bytes from now on. */
  corrupt(text: string): Promise<void>
  close(): Promise<void>
}

export async function startForge(): Promise<Forge> {
  const root = await mkdtemp(join(tmpdir(), 'prosody-mods-forge-'))
  const server = await startServer()
  let corrupted: string | undefined
  server.on('*', ({request, response}) => {
    const [, owner = '', name = '', ...rest] = new URL(request.url ?? '', server.url).pathname
      .split('/')
      .map(decodeURIComponent)
    const repository = join(root, owner, name.replace(/\.git$/, ''))
    const [kind = ''] = rest
    if (name.endsWith('.git')) void backend(root, request, response)
    else if (kind === 'archive') {
      const revision = rest
        .slice(1)
        .join('/')
        .replace(/\.tar\.gz$/, '')
      // A tag may have slashes, which the folder in its archive has not.
      const top = revision.replace(/^refs\/(?:tags|heads)\//, '').replaceAll('/', '-')
      void git(response, repository, ['archive', '--format=tar.gz', `--prefix=${name}-${top}/`, revision])
    } else if (corrupted !== undefined) response.end(corrupted)
    else void git(response, repository, ['cat-file', 'blob', `${kind}:${rest.slice(1).join('/')}`])
  })
  return {
    server,
    mirrors: {'https://github.com': server.url, 'https://raw.githubusercontent.com': server.url},
    async commit(repository, files, tags = []) {
      const folder = join(root, repository)
      const run = (...args: string[]): Promise<string> =>
        mustRun(['git', '-C', folder, '-c', 'user.name=nobody', '-c', 'user.email=nobody@localhost', ...args])
      await mustRun(['git', 'init', '--quiet', '--initial-branch=master', folder])
      await run('rm', '-r', '--quiet', '--ignore-unmatch', '.')
      for (const [path, text] of Object.entries(files)) {
        const full = join(folder, path)
        await mkdir(dirname(full), {recursive: true})
        await rm(full, {recursive: true, force: true})
        await (text.startsWith('-> ') ? symlink(text.slice(3), full) : writeFile(full, text))
      }
      await run('add', '--all')
      await run('commit', '--quiet', '--allow-empty', '--message', 'commit')
      for (const tag of tags) await run('tag', '--force', '--annotate', '--message', tag, tag)
      return (await run('rev-parse', 'HEAD')).trim()
    },
    drop: (repository) => rm(join(root, repository), {recursive: true}),
    corrupt(text) {
      corrupted = text
      return Promise.resolve()
    },
    async close() {
      await server.close()
      await rm(root, {recursive: true, force: true})
    },
  }
}

/** git http-backend(1) as a CGI program. */
async function backend(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const {pathname, search} = new URL(request.url ?? '', 'http://localhost')
  const child = spawn('git', ['http-backend'], {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      // The repositories have work trees: O/R.git is O/R/.git.
      PATH_INFO: pathname.replace(/\.git\//, '/.git/'),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'] ?? '',
      HTTP_GIT_PROTOCOL: request.headers['git-protocol'] as string | undefined,
      GIT_PROTOCOL: request.headers['git-protocol'] as string | undefined,
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  child.stdin.on('error', () => undefined)
  request.pipe(child.stdin)
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(child, 'close')
  const answer = Buffer.concat(chunks)
  const end = answer.indexOf('\r\n\r\n')
  const headers = answer.toString('latin1', 0, Math.max(0, end)).split('\r\n')
  const status = Number(
    /^Status: (\d+)/.exec(headers.find((line) => line.startsWith('Status:')) ?? '')?.[1] ?? 200,
  )
  response.writeHead(end === -1 ? 500 : status).end(answer.subarray(end + 4))
}

/** What a Git command prints; 404 where it fails. */
async function git(response: ServerResponse, repository: string, args: readonly string[]): Promise<void> {
  const child = spawn('git', ['-C', repository, ...args], {stdio: ['ignore', 'pipe', 'ignore']})
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.on('error', () => undefined)
  const [code] = (await once(child, 'close')) as [number | null]
  if (code === 0) response.end(Buffer.concat(chunks))
  else response.writeHead(404).end()
}
