let isDetailed = false

/** Has results written with all that they are made of, for who asks with --verbose. */
export function tellDetails(detailed: boolean): void {
  isDetailed = detailed
}

/** Tells whether that was asked for. */
export function tellsDetails(): boolean {
  return isDetailed
}
