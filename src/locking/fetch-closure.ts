import type {Wanted} from '../resolve/meaning.ts'
import type {Taking, TakenFile} from '../resolve/taking.ts'
import {isPrivateKey} from '../sources/private-files.ts'
import type {ReleaseContents, ReleaseRef} from '../sources/types.ts'
import {fetchAndRead} from '../workbench/fetch-and-read.ts'
import {isKnownFile, readLua} from '../workbench/read-lua.ts'
import {blobOf, type Workbench} from '../workbench/workbench.ts'
import {splitKey, type ModuleKey} from '../module-key.ts'

/** A module that is being taken out of a release. */
export interface Closure {
  readonly key: ModuleKey
  readonly ref: ReleaseRef
  readonly contents: ReleaseContents
  readonly wanted: Wanted
}

/** A place that names a file by something computed. */
export interface ComputedFile {
  /** The path below the source's folder. */
  readonly file: string
  /** Line of the file, from 1. */
  readonly line: number
  /** The expression, as the file has it. */
  readonly text: string
}

/**
 * Collects what is taken and, round by round, what its files name; fetches files of which something is not known. Gives
 * the places that name files which can't be told.
 */
export async function fetchClosure(
  taking: Taking,
  closure: Closure,
  bench: Workbench,
): Promise<ComputedFile[]> {
  const {key, contents, ref} = closure
  bench.analyses.beginWith(splitKey(key)[0])
  const computed: ComputedFile[] = []
  let pending: readonly TakenFile[] = [...taking.files]
  while (pending.length > 0) {
    await fetchFiles(pending, closure, bench)
    if (ref.contents === undefined) refuseKeys(pending, {taking, closure}, bench)
    const added: TakenFile[] = []
    for (const [path, from] of pending) {
      const file = contents.files.get(from)
      if (file === undefined || !path.endsWith('.lua')) continue
      const facts = readLua({module: key, path: from, sha256: file.sha256}, bench)
      added.push(...taking.follow(path, facts))
      for (const {path: name, exact, text, line} of facts.resources)
        if (taking.isPartial && name === '' && !exact) computed.push({file: path, line, text})
    }
    pending = added
  }
  return computed
}

/** Folders look into their files before they are taken; here it is what came out of an archive. */
function refuseKeys(
  pending: readonly TakenFile[],
  {taking, closure: {key, contents}}: {readonly taking: Taking; readonly closure: Closure},
  bench: Workbench,
): void {
  for (const [path, from] of pending) {
    const file = contents.files.get(from)
    if (file === undefined || file.isKey !== undefined || path.endsWith('.lua')) continue
    if (isPrivateKey(blobOf(bench, file.sha256, `${key}: ${from}`))) taking.refuseKey(path)
  }
}

async function fetchFiles(
  files: readonly TakenFile[],
  {key, ref, contents}: Closure,
  bench: Workbench,
): Promise<void> {
  const needed = files.flatMap(([, from]) => {
    const file = contents.files.get(from)
    if (file === undefined) return []
    return [
      {
        module: key,
        resolved: ref.resolved,
        path: from,
        sha256: file.sha256,
        size: file.size,
        knownVariant: file.basis === 'debian',
      },
    ]
  })
  // What is known of every file answers all that resolving asks; their bytes are for those who write them.
  const isKnown = ref.contents !== undefined && needed.every((file) => isKnownFile(file, bench))
  if (!isKnown) await fetchAndRead(needed, bench, readLua)
  else for (const {sha256, size, knownVariant} of needed) bench.expected.set(sha256, {size, knownVariant})
}
