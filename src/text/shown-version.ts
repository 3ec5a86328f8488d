/** A version in a line for people: of a commit that stands for one, its first digits. */
export function shownVersion(version: string): string {
  return /^[0-9a-f]{40}$/.test(version) ? version.slice(0, 12) : version
}
