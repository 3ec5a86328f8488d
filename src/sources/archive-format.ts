/** The formats of archives that are read. */
export const archiveFormats = ['deb', 'tar', 'tar.gz', 'tar.xz', 'tar.zst'] as const
/** The format of an archive that is read. */
export type ArchiveFormat = (typeof archiveFormats)[number]

const endings: readonly (readonly [ending: string, format: ArchiveFormat])[] = [
  ['.deb', 'deb'],
  ['.tar', 'tar'],
  ['.tar.gz', 'tar.gz'],
  ['.tgz', 'tar.gz'],
  ['.tar.xz', 'tar.xz'],
  ['.txz', 'tar.xz'],
  ['.tar.zst', 'tar.zst'],
  ['.tzst', 'tar.zst'],
]

/** Tells the format that a file's name says it has; undefined when it is no archive that we read. */
export function formatOfPath(path: string): ArchiveFormat | undefined {
  const lower = path.toLowerCase()
  return endings.find(([ending]) => lower.endsWith(ending))?.[1]
}
