import type {Sha256} from '../../../src/digest.ts'
import {mainOf} from '../../../src/module-name.ts'
import type {RegistryReleases} from '../../../src/registry/types.ts'

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

/** Lists each content of Lua files and READMEs of a source once, by path, those of newer releases first. */
export function knownPathsOf({digests, releases}: RegistryReleases): KnownPath[] {
  const files = new Map<Sha256, {path: string; modules: Set<string | undefined>}>()
  for (const {files: own} of [...releases].reverse()) {
    for (const [path, index] of Object.entries(own)) {
      const sha256 = digests[index]?.sha256
      if (sha256 === undefined || !isRead(path)) continue
      const file = files.get(sha256) ?? {path, modules: new Set()}
      file.modules.add(mainOf(path))
      files.set(sha256, file)
    }
  }
  const all = [...files].map(([sha256, file]) => ({sha256, ...file}))
  // Newer ones stay before older ones of the same path.
  return all.sort((a, b) => (a.path === b.path ? 0 : a.path < b.path ? -1 : 1))
}
