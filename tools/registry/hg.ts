import {spawn, type ChildProcessByStdio} from 'node:child_process'
import type {Readable, Writable} from 'node:stream'
import {messageOf, ProsodyModsError} from '../../src/errors.ts'

/** Which files of a revision are read. */
export interface RevisionFiles {
  /** 12 to 40 hex digits. */
  readonly revision: string
  /** A folder below the repository's root; '' for all. */
  readonly folder: string
}

/**
 * Reads the Lua files and READMEs of revisions of a Mercurial repository, through one command server
 * (https://wiki.mercurial-scm.org/CommandServer); a revision that the repository lacks has none. What the repository's
 * and the user's own configuration say is left aside. Throws READ_FAILED where there is no repository.
 */
export async function* readRevisions(
  repository: string,
  wanted: Iterable<RevisionFiles>,
): AsyncGenerator<Buffer> {
  const server = await HgServer.open(repository)
  try {
    for (const {revision, folder} of wanted) {
      const below = folder === '' ? '' : `${folder}/`
      const files = [
        `rootglob:${below}**.lua`,
        `rootglob:${below === '' ? '*/' : below}[Rr][Ee][Aa][Dd][Mm][Ee].m*`,
      ]
      const output = await server.run([
        'cat',
        '--rev',
        revision,
        '--template',
        '{data|count}\\n{data}',
        ...files,
      ])
      yield* contentsIn(output)
    }
  } finally {
    server.close()
  }
}

function* contentsIn(output: Buffer): Generator<Buffer> {
  let at = 0
  while (at < output.length) {
    const start = output.indexOf('\n', at) + 1
    const end = start + Number(output.toString('latin1', at, start - 1))
    yield output.subarray(start, end)
    at = end
  }
}

/** A command server: each answer is a channel's letter, a length in four bytes, and so many bytes. */
class HgServer {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #output: AsyncIterator<Buffer, undefined>
  #rest: Buffer = Buffer.alloc(0)

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child
    this.#output = (child.stdout as AsyncIterable<Buffer, undefined>)[Symbol.asyncIterator]()
  }

  static async open(repository: string): Promise<HgServer> {
    const child = spawn('hg', ['--cwd', repository, 'serve', '--cmdserver', 'pipe'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {...process.env, HGRCPATH: '', HGRCSKIPREPO: '1', HGPLAIN: '1'},
    })
    const failed = new Promise<never>((_, reject) => {
      child.once('error', (error) => {
        reject(notRead(repository, messageOf(error), error))
      })
    })
    const server = new HgServer(child)
    try {
      await Promise.race([server.#next(), failed])
    } catch (error) {
      if (error instanceof ProsodyModsError) throw error
      throw notRead(repository, 'it is no Mercurial repository', error)
    }
    return server
  }

  /** Gives what a command printed; nothing where it failed. */
  async run(args: readonly string[]): Promise<Buffer> {
    const bytes = Buffer.from(args.join('\0'))
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    this.#child.stdin.write(Buffer.concat([Buffer.from('runcommand\n'), length, bytes]))
    const output: Buffer[] = []
    for (;;) {
      const {channel, data} = await this.#next()
      if (channel === 'o') output.push(data)
      if (channel === 'r') return data.readInt32BE() === 0 ? Buffer.concat(output) : Buffer.alloc(0)
    }
  }

  close(): void {
    this.#child.stdin.end()
  }

  async #next(): Promise<{readonly channel: string; readonly data: Buffer}> {
    const head = await this.#take(5)
    return {channel: head.toString('latin1', 0, 1), data: await this.#take(head.readUInt32BE(1))}
  }

  async #take(count: number): Promise<Buffer> {
    const parts = [this.#rest]
    let length = this.#rest.length
    while (length < count) {
      const {value, done} = await this.#output.next()
      if (done === true) throw new Error('the server has ended')
      parts.push(value)
      length += value.length
    }
    const all = Buffer.concat(parts)
    this.#rest = all.subarray(count)
    return all.subarray(0, count)
  }
}

function notRead(repository: string, reason: string, cause: unknown): ProsodyModsError {
  return new ProsodyModsError('READ_FAILED', `${repository} can't be read: ${reason}`, {
    hint: 'name a clone of the Mercurial repository; hg must be installed',
    cause,
  })
}
