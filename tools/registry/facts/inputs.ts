import {createReadStream, existsSync} from 'node:fs'
import {join} from 'node:path'
import {sha256Of, type Sha256} from '../../../src/digest.ts'
import {unpack} from '../../../src/fetch/unpack/index.ts'
import type {RegistryReleases, RegistrySource} from '../../../src/registry/types.ts'
import {knownCommits, listTree, readBlobs} from '../git.ts'
import {readRevisions, type RevisionFiles} from '../hg.ts'
import {isRead} from './known-paths.ts'
import {modulesRoot} from '../import-deb.ts'

/** Bytes that are looked for, by digest, and those of them that were found. */
export class Found {
  readonly #wanted: ReadonlySet<Sha256>
  readonly #bytes = new Map<Sha256, Buffer>()

  constructor(wanted: ReadonlySet<Sha256>) {
    this.#wanted = wanted
  }

  /** Keeps bytes that are looked for. */
  add(bytes: Buffer): void {
    const sha256 = sha256Of(bytes)
    if (this.#wanted.has(sha256) && !this.#bytes.has(sha256)) this.#bytes.set(sha256, Buffer.from(bytes))
  }

  /** Returns the bytes of a digest; undefined for what was found nowhere. */
  get(sha256: Sha256): Buffer | undefined {
    return this.#bytes.get(sha256)
  }
}

/** Reads what is looked for from Git and Mercurial repositories and Debian packages. */
export async function readInputs(
  inputs: readonly string[],
  {source, table}: {readonly source: RegistrySource; readonly table: RegistryReleases},
  found: Found,
): Promise<void> {
  for (const input of inputs) {
    if (input.endsWith('.deb')) await readPackage(input, found)
    else if (existsSync(join(input, '.hg'))) {
      for await (const bytes of readRevisions(input, revisionsOf(table))) found.add(bytes)
    } else readCommits(input, {source, table}, found)
  }
}

function revisionsOf({releases}: RegistryReleases): RevisionFiles[] {
  return releases.map(({revision}) => ({revision, folder: ''}))
}

function readCommits(
  repository: string,
  {source, table}: {readonly source: RegistrySource; readonly table: RegistryReleases},
  found: Found,
): void {
  const folder = source.kind === 'github' ? source.folder : ''
  const commits = knownCommits(
    repository,
    table.releases.map(({revision}) => revision),
  )
  const entries = commits.flatMap((commit) => listTree(repository, commit, folder))
  const lua = entries.filter(({path}) => isRead(folder === '' ? path : path.slice(folder.length + 1)))
  for (const bytes of readBlobs(repository, new Set(lua.map(({blob}) => blob))).values()) found.add(bytes)
}

async function readPackage(file: string, found: Found): Promise<void> {
  await unpack({
    input: createReadStream(file),
    format: 'deb',
    label: file,
    root: modulesRoot,
    strip: 0,
    onFile: () => {
      const chunks: Buffer[] = []
      return {
        write: (chunk) => void chunks.push(Buffer.from(chunk)),
        end: () => found.add(Buffer.concat(chunks)),
      }
    },
  })
}
