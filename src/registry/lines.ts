/** Orders Prosody's release lines: 0.9, 0.10, 0.12, 13.0. */
export function compareLines(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)]
  return (left[0] ?? 0) - (right[0] ?? 0) || (left[1] ?? 0) - (right[1] ?? 0)
}
