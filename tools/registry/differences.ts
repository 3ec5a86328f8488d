import type {RegistryDigest, RegistryRelease} from '../../src/registry/types.ts'

/**
 * How a release that came in differs from the known one, as lines for a message: expected and got.
 * What only one side knows of tag, aliases and .deb is no difference; the date is the revision's.
 */
export function differences(
  before: RegistryRelease,
  now: RegistryRelease,
  digests: readonly RegistryDigest[],
): string[] {
  const paths = [...new Set([...Object.keys(before.files), ...Object.keys(now.files)])].sort()
  return [
    ...difference('revision', before.revision, now.revision),
    ...optional('tag', before.tag, now.tag),
    ...optional('.deb', debText(before), debText(now)),
    ...difference('links', linksText(before), linksText(now)),
    ...paths.flatMap((path) =>
      difference(path, fileText(before, path, digests), fileText(now, path, digests)),
    ),
  ]
}

function difference(what: string, expected: string, got: string): string[] {
  return expected === got ? [] : [`  ${what}\n    expected ${expected}\n    got      ${got}`]
}

function optional(what: string, expected: string | undefined, got: string | undefined): string[] {
  return expected === undefined || got === undefined ? [] : difference(what, expected, got)
}

function debText({deb}: RegistryRelease): string | undefined {
  return deb === undefined
    ? undefined
    : `${deb.path} (${deb.size} bytes, sha256 ${deb.sha256}, root ${deb.root})`
}

function linksText({links}: RegistryRelease): string {
  const entries = Object.entries(links ?? {}).map(([link, to]) => `${link} → ${to}`)
  return entries.length === 0 ? 'none' : entries.sort().join(', ')
}

function fileText(release: RegistryRelease, path: string, digests: readonly RegistryDigest[]): string {
  const index = release.files[path]
  return index === undefined ? 'no such file' : `sha256 ${digests[index]?.sha256 ?? 'unknown'}`
}
