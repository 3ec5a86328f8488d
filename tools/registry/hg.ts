import {spawn, type ChildProcessWithoutNullStreams} from 'node:child_process'
import {once} from 'node:events'
import {messageOf, ProsodyModsError} from '../../src/errors.ts'

/** A running Mercurial that answers many commands on one repository. */
export interface HgServer {
  /** Runs a command; gives what it wrote. Throws READ_FAILED where it fails. */
  run(...args: readonly string[]): Promise<Buffer>
  close(): Promise<void>
}

/**
 * Starts Mercurial's command server (https://wiki.mercurial-scm.org/CommandServer) on a clone. Neither the user's
 * configuration nor the clone's own is read: it may name programs to run.
 */
export async function openHg(repository: string): Promise<HgServer> {
  const child = spawn(
    'hg',
    ['serve', '--cmdserver', 'pipe', '-R', repository, '--config', 'ui.interactive=False'],
    {env: {...process.env, HGRCPATH: '', HGRCSKIPREPO: '1', HGPLAIN: '1', HGENCODING: 'UTF-8'}},
  )
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) => {
      reject(hgFailed(repository, messageOf(error)))
    })
  })
  failed.catch(() => undefined)
  const errors: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  const frames = framesOf(child.stdout)
  const next = async (): Promise<Frame> => {
    const {value, done} = await Promise.race([frames.next(), failed])
    if (done !== true) return value
    throw hgFailed(repository, Buffer.concat(errors).toString().trim() || 'hg ended')
  }
  // Which says hello first.
  await next()
  return {
    async run(...args) {
      send(child, args)
      return answer(repository, args, next)
    },
    async close() {
      const closed = once(child, 'close')
      child.stdin.end()
      await closed
    },
  }
}

interface Frame {
  readonly channel: string
  readonly data: Buffer
}

function send(child: ChildProcessWithoutNullStreams, args: readonly string[]): void {
  const text = Buffer.from(args.join('\0'))
  const size = Buffer.alloc(4)
  size.writeUInt32BE(text.length)
  child.stdin.write(Buffer.concat([Buffer.from('runcommand\n'), size, text]))
}

async function answer(
  repository: string,
  args: readonly string[],
  next: () => Promise<Frame>,
): Promise<Buffer> {
  const [output, errors]: [Buffer[], Buffer[]] = [[], []]
  for (;;) {
    const {channel, data} = await next()
    if (channel === 'o') output.push(data)
    else if (channel === 'e') errors.push(data)
    else if (channel === 'r') {
      if (data.readInt32BE() === 0) return Buffer.concat(output)
      throw hgFailed(repository, `hg ${args[0] ?? ''}: ${Buffer.concat(errors).toString().trim()}`)
    }
  }
}

/** Each is a channel, four bytes of length, and as many bytes of data. */
async function* framesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Frame, undefined> {
  let rest = Buffer.alloc(0)
  for await (const chunk of stream) {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
      const end = 5 + rest.readUInt32BE(1)
      yield {channel: rest.toString('latin1', 0, 1), data: rest.subarray(5, end)}
      rest = rest.subarray(end)
    }
  }
  return undefined
}

function hgFailed(repository: string, reason: string): ProsodyModsError {
  return new ProsodyModsError('READ_FAILED', `${repository} can't be read: ${reason}`, {
    hint: '--repository takes a Mercurial clone, with hg installed',
  })
}
