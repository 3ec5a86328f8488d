import type {Sha256} from '../../../src/digest.ts'
import {mainOf, prefixed} from '../../../src/module-name.ts'
import type {Registry} from '../../../src/registry/registry.ts'
import type {ModuleHistory} from '../../../src/registry/types.ts'

/** A content that a Lua file or a README of a source has had. */
export interface KnownPath {
  readonly sha256: Sha256
  /** The path at which it lay last: contents of one path are one history. */
  readonly path: string
  /** The modules whose main file it is; undefined for another file. */
  readonly modules: ReadonlySet<string | undefined>
}

/** Tells whether facts are made of a file: Lua, and what a module's README says of itself. */
export function isRead(path: string): boolean {
  return path.endsWith('.lua') || isReadme(path)
}

/** Tells whether a file is the README of a module that has a folder of its own. */
export function isReadme(path: string): boolean {
  return /^[^/]+\/readme\.(?:md|markdown)$/i.test(path)
}

/** Lists each content of Lua files and READMEs of a source once, by path, the newest of a path first. */
export function knownPathsOf(source: string, registry: Registry): KnownPath[] {
  const files = new Map<Sha256, {path: string; modules: Set<string | undefined>}>()
  for (const {path, sha256} of placesOf(source, registry)) {
    if (!isRead(path)) continue
    const file = files.get(sha256) ?? {path, modules: new Set()}
    file.modules.add(mainOf(path))
    files.set(sha256, file)
  }
  const all = [...files].map(([sha256, file]) => ({sha256, ...file}))
  // Newer ones stay before older ones of the same path.
  return all.sort((a, b) => (a.path === b.path ? 0 : a.path < b.path ? -1 : 1))
}

/** Gives each place of a source's files with what lies there, newer releases and changes first. */
function* placesOf(
  source: string,
  registry: Registry,
): Generator<{readonly path: string; readonly sha256: Sha256}> {
  const {digests, releases} = registry.releases(source)
  for (const {files} of [...releases].reverse()) yield* filesIn('', files, digests)
  for (const {module, digests: own, changes} of historiesOf(source, registry))
    for (const {files = {}} of [...changes].reverse()) yield* filesIn(`${prefixed(module)}/`, files, own)
}

function* filesIn(
  folder: string,
  files: Readonly<Record<string, number>>,
  digests: readonly {readonly sha256: Sha256}[],
): Generator<{readonly path: string; readonly sha256: Sha256}> {
  for (const [path, index] of Object.entries(files)) {
    const sha256 = digests[index]?.sha256
    if (sha256 !== undefined) yield {path: folder + path, sha256}
  }
}

/** Lists the histories of a source's modules, by name. */
export function historiesOf(source: string, registry: Registry): ModuleHistory[] {
  return Object.keys(registry.releases(source).names)
    .sort()
    .flatMap((name) => registry.history(source, name) ?? [])
}
