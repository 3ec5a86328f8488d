import {spawnSync} from 'node:child_process'
import {messageOf, ProsodyModsError} from '../../src/errors.ts'

export interface GitTag {
  readonly name: string
  /** The commit that the tag peels to. */
  readonly commit: string
}

export interface TreeEntry {
  /** Path from the repository's root. */
  readonly path: string
  readonly type: 'file' | 'link'
  /** Object id of the blob. */
  readonly blob: string
}

/** Every tag that leads to a commit, annotated or not. */
export function listTags(repository: string): GitTag[] {
  const refs = lines(git(repository, ['for-each-ref', '--format=%(refname)', 'refs/tags']))
  const peeled = lines(
    git(
      repository,
      ['cat-file', '--batch-check'],
      refs.map((ref) => `${ref}^{commit}`),
    ),
  )
  return refs.flatMap((ref, index) => {
    const commit = /^([0-9a-f]{40,64}) commit \d+$/.exec(peeled[index] ?? '')?.[1]
    return commit === undefined ? [] : [{name: ref.slice('refs/tags/'.length), commit}]
  })
}

/** Those of the commits that the repository has. */
export function knownCommits(repository: string, commits: readonly string[]): string[] {
  if (commits.length === 0) return []
  const answers = lines(
    git(
      repository,
      ['cat-file', '--batch-check'],
      commits.map((commit) => `${commit}^{commit}`),
    ),
  )
  return commits.filter((_, index) => / commit \d+$/.test(answers[index] ?? ''))
}

/** Commit → UTC date of its committer, YYYY-MM-DD. */
export function commitDates(repository: string, commits: readonly string[]): Map<string, string> {
  if (commits.length === 0) return new Map()
  const args = ['rev-list', '--no-walk=unsorted', '--no-commit-header', '--format=%H %ct', '--stdin']
  return new Map(
    lines(git(repository, args, commits)).map((line) => {
      const [commit = '', seconds = ''] = line.split(' ')
      return [commit, new Date(Number(seconds) * 1000).toISOString().slice(0, 10)]
    }),
  )
}

/** Files and symbolic links of a commit below a folder ('' for all); submodules are no content of it. */
export function listTree(repository: string, commit: string, folder: string): TreeEntry[] {
  const below = folder === '' ? [] : ['--', `${folder}/`]
  return git(repository, ['ls-tree', '-r', '-z', '--full-tree', commit, ...below])
    .toString()
    .split('\0')
    .flatMap((line) => {
      const [, mode, blob, path] = /^(\d{6}) blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? []
      if (blob === undefined || path === undefined) return []
      return [{path, blob, type: mode === '120000' ? 'link' : 'file'} as const]
    })
}

/** Contents by object id. */
export function readBlobs(repository: string, ids: ReadonlySet<string>): Map<string, Buffer> {
  const output = git(repository, ['cat-file', '--batch'], [...ids])
  const blobs = new Map<string, Buffer>()
  let at = 0
  for (const id of ids) {
    const end = output.indexOf('\n', at)
    const header = output.toString('latin1', at, end)
    const size = Number(/ blob (\d+)$/.exec(header)?.[1] ?? Number.NaN)
    if (Number.isNaN(size)) {
      throw new ProsodyModsError('READ_FAILED', `${repository}: expected blob ${id}, git says "${header}"`, {
        hint: 'a partial or shallow clone lacks objects: clone the whole repository',
      })
    }
    blobs.set(id, output.subarray(end + 1, end + 1 + size))
    at = end + 1 + size + 1
  }
  return blobs
}

function git(repository: string, args: readonly string[], input: readonly string[] = []): Buffer {
  const run = spawnSync('git', ['-C', repository, ...args], {
    input: input.map((line) => `${line}\n`).join(''),
    maxBuffer: Number.MAX_SAFE_INTEGER,
    env: {...process.env, LC_ALL: 'C', GIT_NO_REPLACE_OBJECTS: '1'},
  })
  if (run.status === 0) return run.stdout
  const reason = run.error === undefined ? run.stderr.toString().trim() : messageOf(run.error)
  throw new ProsodyModsError('READ_FAILED', `git ${args[0] ?? ''} in ${repository} failed: ${reason}`, {
    hint: '--repository takes a Git repository, bare or not',
  })
}

function lines(output: Buffer): string[] {
  return output
    .toString()
    .split('\n')
    .filter((line) => line !== '')
}
