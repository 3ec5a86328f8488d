const prefix = 'mod_'

/** Returns what Prosody calls a module in files and folders, and people in what they write: `mod_x` for `x`. */
export function prefixed(name: string): string {
  return prefix + name
}

/** Returns the name of a module's main file: `mod_x.lua` for `x`. */
export function mainFile(name: string): string {
  return `${prefix}${name}.lua`
}

/** Takes the prefix off a module's name where somebody wrote it with one: `x` for `mod_x`, `MOD_x` and `x`. */
export function bareName(text: string): string {
  return isPrefixed(text.slice(0, prefix.length).toLowerCase()) ? text.slice(prefix.length) : text
}

/** Tells whether a text begins as the files and folders of modules do. */
export function isPrefixed(text: string): boolean {
  return text.startsWith(prefix)
}

/** Names the module whose main file a path is; undefined for a library, and for anything else. */
export function mainOf(path: string): string | undefined {
  return /(?:^|\/)mod_([^/]+)\.lua$/.exec(path)?.[1]
}

/** Names the module that a path below a plugin path belongs to by its first folder, or as a main file. */
export function moduleOfPath(path: string): string | undefined {
  return /^mod_([^/.]+)(?:\/.|\.lua$)/.exec(path)?.[1]
}
