/** Encodes a `/`-separated path by percent signs for a URL; `~` and `+` too, as Debian's mirrors want them. */
export function encodePath(path: string): string {
  return path
    .split('/')
    .map((part) => encodeURIComponent(part).replaceAll('~', '%7e'))
    .join('/')
}
