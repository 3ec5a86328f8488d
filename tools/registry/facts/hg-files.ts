import {ProsodyModsError} from '../../../src/errors.ts'
import {openHg} from '../hg.ts'

/** Which files of a revision are read. */
export interface RevisionFiles {
  /** 12 to 40 hex digits. */
  readonly revision: string
  /** A folder below the repository's root; '' for all. */
  readonly folder: string
}

/**
 * Reads the Lua files and READMEs of revisions of a Mercurial repository; a revision that the repository lacks has none.
 * Throws READ_FAILED where there is no repository.
 */
export async function* readRevisions(
  repository: string,
  wanted: Iterable<RevisionFiles>,
): AsyncGenerator<Buffer> {
  const server = await openHg(repository)
  try {
    for (const {revision, folder} of wanted) {
      const below = folder === '' ? '' : `${folder}/`
      const output = await server
        .run(
          ...['cat', '--cwd', repository, '--rev', revision, '--template', '{data|count}\\n{data}'],
          `rootglob:${below}**.lua`,
          `rootglob:${below === '' ? '*/' : below}[Rr][Ee][Aa][Dd][Mm][Ee].m*`,
        )
        .catch((error: unknown) => {
          // Also where the revision has no such file.
          if (error instanceof ProsodyModsError && error.code === 'READ_FAILED') return Buffer.alloc(0)
          throw error
        })
      yield* contentsIn(output)
    }
  } finally {
    await server.close()
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
