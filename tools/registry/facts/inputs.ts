import {createReadStream, existsSync} from 'node:fs'
import {join} from 'node:path'
import {sha256Of, type Sha256} from '../../../src/digest.ts'
import {unpack} from '../../../src/fetch/unpack/index.ts'
import {prefixed} from '../../../src/module-name.ts'
import type {Registry} from '../../../src/registry/registry.ts'
import {knownCommits, listTree, readBlobs} from '../git.ts'
import {modulesRoot} from '../import-deb.ts'
import {readRevisions, type RevisionFiles} from './hg-files.ts'
import {historiesOf, isRead} from './known-paths.ts'

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

/** Reads what is looked for of a source from Git and Mercurial repositories and Debian packages. */
export async function readInputs(
  inputs: readonly string[],
  {source, registry}: {readonly source: string; readonly registry: Registry},
  found: Found,
): Promise<void> {
  for (const input of inputs) {
    if (input.endsWith('.deb')) await readPackage(input, found)
    else if (existsSync(join(input, '.hg'))) {
      for await (const bytes of readRevisions(input, revisionsOf(source, registry))) found.add(bytes)
    } else readCommits(input, {source, registry}, found)
  }
}

function revisionsOf(source: string, registry: Registry): RevisionFiles[] {
  const changes = historiesOf(source, registry).flatMap(({module, changes: all}) =>
    all.filter(({files}) => files !== undefined).map(({revision}) => ({revision, folder: prefixed(module)})),
  )
  return [...registry.releases(source).releases.map(({revision}) => ({revision, folder: ''})), ...changes]
}

function readCommits(
  repository: string,
  {source, registry}: {readonly source: string; readonly registry: Registry},
  found: Found,
): void {
  const definition = registry.source(source)
  const folder = definition?.kind === 'github' ? definition.folder : ''
  const commits = knownCommits(
    repository,
    registry.releases(source).releases.map(({revision}) => revision),
  )
  const entries = commits.flatMap((commit) => listTree(repository, commit, folder))
  const read = entries.filter(({path}) => isRead(folder === '' ? path : path.slice(folder.length + 1)))
  for (const bytes of readBlobs(repository, new Set(read.map(({blob}) => blob))).values()) found.add(bytes)
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
