import {contextFolder, patchFolder} from './lockfile.ts'

/** How a file of the context may differ from the lockfile. */
export type DriftKind =
  'missing' | 'changed' | 'line-ends' | 'unreadable' | 'unexpected' | 'not-a-file' | 'patch' | 'unproved'

/**
 * Says what to do about a file that differs from the lock in this way.
 * @param paths of such files, from the project's folder
 */
export function driftHint(
  kind: DriftKind,
  generatedPaths: readonly string[],
  paths: readonly string[] = [],
): string {
  if (kind !== 'line-ends') return hints[kind]
  const isPatch = paths.some((path) => path.startsWith(`${patchFolder}/`))
  const lines = bytesAsTheyAre(isPatch ? [`${patchFolder}/**`, ...generatedPaths] : generatedPaths).map(
    (line) => `"${line}"`,
  )
  return `only line ends differ, as with core.autocrlf of Git: put ${lines.slice(0, -1).join(', ')} and ${lines.at(-1) ?? ''} into .gitattributes, then prosody-mods install --force`
}

const hints: Readonly<Record<Exclude<DriftKind, 'line-ends'>, string>> = {
  missing: '"prosody-mods install" puts it back',
  changed: '"prosody-mods install --force" replaces it by what was locked',
  unreadable:
    'COPY keeps modes, and the Prosody in the image is another user: prosody-mods install lets everybody read it',
  unexpected: 'no module of the lockfile has it: delete it, or keep it outside of prosody-modules',
  'not-a-file': 'move it away, then run prosody-mods install',
  patch: '"prosody-mods install" applies the patches that the manifest names, as they are now',
  unproved:
    'that it is what its patches make of the published file can not be shown: prosody-mods install makes it anew',
}

/** Says what to do about a symbolic link in place of a folder of the context. */
export function linkHint(links: readonly string[]): string {
  const [isOne, names] = [links.length === 1, links.join(', ')]
  return `${names} ${isOne ? 'is a symbolic link' : 'are symbolic links'}, and nothing is read or written through one: remove ${isOne ? 'it' : 'them'} (what a link leads to stays), then run prosody-mods install`
}

/**
 * Lists the lines of .gitattributes for what belongs to the context: Git must not change the bytes that digests are
 * of.
 */
export function bytesAsTheyAre(generatedPaths: readonly string[]): readonly string[] {
  return [`${contextFolder}/**`, ...generatedPaths].map((path) => `${path} -text`)
}
