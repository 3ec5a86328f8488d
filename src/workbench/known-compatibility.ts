import type {Sha256} from '../digest.ts'
import type {Compatibility} from '../facts/compatibility.ts'
import type {Readme} from '../facts/readme.ts'
import {readmeOf} from '../resolve/layout.ts'
import type {SourceDefinition} from '../sources/kinds.ts'
import type {ReleaseContents} from '../sources/types.ts'

/**
 * Returns what the README of a module in a release says that it works with, where that is known; undefined where the
 * release has no README of it.
 */
export function knownCompatibility(
  contents: ReleaseContents,
  {layout, name}: Pick<SourceDefinition, 'layout'> & {readonly name: string},
  facts: {readme(sha256: Sha256): Readme | undefined},
): readonly Compatibility[] | undefined {
  const path = readmeOf(contents, layout, name)
  const file = path === undefined ? undefined : contents.files.get(path)
  return file && (facts.readme(file.sha256)?.compatibility ?? [])
}
