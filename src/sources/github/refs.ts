import {garbled, type Question, type Upstream} from '../../net/upstream.ts'

/** A tag and the commit that it stands for, annotated tags peeled. */
export interface Tag {
  /** Without refs/tags/. */
  readonly name: string
  /** 40 lower-case hex digits. */
  readonly commit: string
}

/** jitsi-meet's 17,000 tags take 2 MB; what is taken at most keeps below 300 MB of memory. */
const maxBytes = 16 * 1024 * 1024

/**
 * The tags of a Git repository whose names begin so, by ls-refs of protocol version 2 over HTTP
 * (https://git-scm.com/docs/protocol-v2): the server filters, and nothing is cloned. Undefined where there is
 * no such repository. Throws UNREACHABLE, UPSTREAM_GARBLED.
 * @param repository URL of the repository
 */
export async function tagsOf(
  repository: string,
  prefix: string,
  upstream: Upstream,
): Promise<readonly Tag[] | undefined> {
  const question: Question = {
    url: `${repository}/git-upload-pack`,
    about: `the tags of ${repository}`,
    maxBytes,
    post: {
      headers: {
        'git-protocol': 'version=2',
        'content-type': 'application/x-git-upload-pack-request',
        accept: 'application/x-git-upload-pack-result',
      },
      body: [
        packet('command=ls-refs\n'),
        packet('agent=prosody-mods\n'),
        '0001',
        packet('peel\n'),
        packet(`ref-prefix refs/tags/${prefix}\n`),
        '0000',
      ].join(''),
    },
  }
  const answer = await upstream.ask(question)
  if (answer === undefined) return undefined
  const tags: Tag[] = []
  for (const line of packets(answer, question)) {
    const [, object, name, peeled] =
      /^([0-9a-f]{40}) refs\/tags\/([^ \n]+)(?: peeled:([0-9a-f]{40}))?\n?$/.exec(line) ?? []
    if (object === undefined || name === undefined) throw garbled(question, expected, answer)
    // A server may give more than it was asked for.
    if (name.startsWith(prefix)) tags.push({name, commit: peeled ?? object})
  }
  return tags
}

const expected = "Git's list of references (pkt-lines of protocol version 2)"

/** One pkt-line: its length in four hex digits, themselves included, and its text. */
function packet(text: string): string {
  return (Buffer.byteLength(text) + 4).toString(16).padStart(4, '0') + text
}

function* packets(answer: Buffer, question: Question): Generator<string, void> {
  let at = 0
  for (;;) {
    const head = answer.toString('latin1', at, at + 4)
    const length = /^[0-9a-f]{4}$/.test(head) ? Number.parseInt(head, 16) : -1
    // A flush ends the list; without it the answer was cut short.
    if (length === 0 && at + 4 === answer.length) return
    if (length <= 4 || at + length > answer.length) throw garbled(question, expected, answer)
    yield answer.toString('utf8', at + 4, at + length)
    at += length
  }
}
