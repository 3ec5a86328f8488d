/** The module whose main file this is; undefined for a library. */
export function mainOf(path: string): string | undefined {
  return /(?:^|\/)mod_([^/]+)\.lua$/.exec(path)?.[1]
}

/** Whether a file is part of a module by its name or its folder. */
export function isOfModule(path: string): boolean {
  return /(?:^|\/)mod_[^/]+(?:\/|\.lua$)|\.lib\.lua$/.test(path)
}
