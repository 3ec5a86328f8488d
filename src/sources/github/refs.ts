import {garbled, type Question, type Upstream} from '../../net/upstream.ts'

/** A name and the commit that it stands for, annotated tags peeled. */
export interface NamedCommit {
  /** The name of a tag without refs/tags/, or of a branch without refs/heads/. */
  readonly name: string
  /** The commit's 40 lower-case hex digits. */
  readonly commit: string
}

/** The references of a Git repository that were asked for. */
export interface Refs {
  readonly tags: readonly NamedCommit[]
  readonly branches: readonly NamedCommit[]
  /**
   * The tip of the default branch; HEAD where it is on none. Undefined where it was not asked for, or there is none
   * yet.
   */
  readonly head: NamedCommit | undefined
}

/** jitsi-meet's 17,000 tags take 2 MB; what is taken at most keeps well below 300 MB of memory. */
const maxBytes = 8 * 1024 * 1024

/**
 * Asks for the references of a Git repository whose whole names begin so (`refs/tags/v`, `HEAD`), by ls-refs of
 * protocol version 2 over HTTP (https://git-scm.com/docs/protocol-v2): the server filters, and nothing is cloned.
 * Undefined where there is no such repository. Throws UNREACHABLE, UPSTREAM_GARBLED.
 * @param repository URL of the repository
 */
export async function refsOf(
  repository: string,
  prefixes: readonly string[],
  upstream: Upstream,
): Promise<Refs | undefined> {
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
        packet('symrefs\n'),
        ...prefixes.map((prefix) => packet(`ref-prefix ${prefix}\n`)),
        '0000',
      ].join(''),
    },
  }
  const answer = await upstream.ask(question)
  if (answer === undefined) return undefined
  const lines = [...packets(answer, question)].map((line) => refIn(line))
  if (lines.includes(undefined)) throw garbled(question, expected, answer)
  // A server may give more than it was asked for.
  return sorted(
    lines.filter((ref) => ref !== undefined).filter(({name}) => prefixes.some((one) => name.startsWith(one))),
  )
}

interface Ref {
  /** The whole name. */
  readonly name: string
  readonly commit: string
  /** The branch that HEAD is on. */
  readonly leadsTo: string | undefined
}

function refIn(line: string): Ref | undefined {
  const [, object, name, leadsTo, peeled] =
    /^([0-9a-f]{40}) ([^ \n]+)(?: symref-target:([^ \n]+))?(?: peeled:([0-9a-f]{40}))?\n?$/.exec(line) ?? []
  if (object === undefined || name === undefined) return undefined
  return {name, commit: peeled ?? object, leadsTo}
}

/** A name with characters that can't be seen is one that nobody can type, and that a lockfile may not hold. */
function isPlain(name: string): boolean {
  return !/[\p{C}\p{Z}]/u.test(name)
}

function sorted(refs: readonly Ref[]): Refs {
  const below = (folder: string): NamedCommit[] =>
    refs.flatMap(({name, commit}) =>
      name.startsWith(folder) && isPlain(name) ? [{name: name.slice(folder.length), commit}] : [],
    )
  const head = refs.find(({name}) => name === 'HEAD')
  return {
    tags: below('refs/tags/'),
    branches: below('refs/heads/'),
    head: head && {
      name: (isPlain(head.leadsTo ?? '') ? (head.leadsTo ?? 'HEAD') : 'HEAD').replace(/^refs\/heads\//, ''),
      commit: head.commit,
    },
  }
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
