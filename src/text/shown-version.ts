/** Shortens a version for a line that people read: of a commit that stands for one, the first digits are left. */
export function shownVersion(version: string): string {
  return /^[0-9a-f]{40}$/.test(version) ? version.slice(0, 12) : version
}
