import {toSha256, type Digest} from '../../digest.ts'
import {keysIn, splitKey, type ModuleKey} from '../../module-key.ts'
import {moduleOfPath} from '../../module-name.ts'
import {ownValue} from '../../own-value.ts'
import type {Lockfile} from '../../project/lockfile.ts'
import {unifiedDiff} from '../../text/unified-diff.ts'
import {neededFiles} from '../../workbench/needed-files.ts'
import {wantsFor} from '../../workbench/wants.ts'
import {blobOf, type Workbench} from '../../workbench/workbench.ts'

/** A file that differs; digests are undefined where it is not there. */
interface Differing {
  /** source/path */
  readonly name: string
  readonly before: Digest | undefined
  readonly after: Digest | undefined
}

/**
 * Writes the unified diff of all files that differ, or of those of some modules; only what differs is fetched. Throws
 * what fetching throws.
 */
export async function textBetween(
  before: Lockfile,
  after: Lockfile,
  {only, bench}: {readonly only: readonly string[]; readonly bench: Workbench},
): Promise<string> {
  const differing = differingIn(before, after).filter(({name}) => isMeant(name, only))
  const wanted = new Set(
    differing.flatMap((one) =>
      [one.before, one.after].flatMap((digest) => (digest === undefined ? [] : toSha256(digest))),
    ),
  )
  // One release after the other: what is of one entry is looked for at one of them.
  for (const lock of [before, after]) {
    const needed = neededFiles(lock).filter(({sha256}) => wanted.has(sha256))
    await bench.session.ensure(needed, (lacking) => wantsFor(lacking, bench))
  }
  const textOf = (digest: Digest | undefined, name: string): string =>
    digest === undefined ? '' : blobOf(bench, toSha256(digest), name).toString('utf8')
  return differing
    .map((one) => unifiedDiff(one.name, textOf(one.before, one.name), textOf(one.after, one.name)))
    .join('')
}

function differingIn(before: Lockfile, after: Lockfile): Differing[] {
  const [old, fresh] = [filesIn(before), filesIn(after)]
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .sort()
    .map((name) => ({name, before: old.get(name), after: fresh.get(name)}))
    .filter((one) => one.before !== one.after)
}

function filesIn({modules}: Lockfile): ReadonlyMap<string, Digest> {
  const files = new Map<string, Digest>()
  for (const key of keysIn(modules))
    for (const [path, digest] of Object.entries(ownValue(modules, key)?.files ?? {}))
      files.set(`${splitKey(key)[0]}/${path}`, digest)
  return files
}

function isMeant(name: string, only: readonly string[]): boolean {
  if (only.length === 0) return true
  const [source, path] = splitKey(name as ModuleKey)
  const module = moduleOfPath(path)
  return only.some((one) => one === source || (module !== undefined && one.split('/').at(-1) === module))
}
