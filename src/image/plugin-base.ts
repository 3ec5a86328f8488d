import {posix} from 'node:path'
import {keysIn, splitKey} from '../module-key.ts'
import type {Lockfile} from '../project/lockfile.ts'
import type {Manifest} from '../project/manifest.ts'
import {shellWord} from '../text/shell-word.ts'
import {isSealed} from './config.ts'

/**
 * Finds the folder that plugin_paths of a written configuration start from; undefined where somebody changed it, or
 * it names no folder of the lock's sources.
 */
export function baseOf(
  config: string,
  {lock, manifest}: {readonly lock: Lockfile; readonly manifest: Manifest},
): string | undefined {
  if (!isSealed(config)) return undefined
  const ids = new Set(keysIn(lock.modules).map((key) => splitKey(key)[0]))
  const others = new Set([...(manifest.pluginPaths?.before ?? []), ...(manifest.pluginPaths?.after ?? [])])
  const bases = new Set(
    [...config.matchAll(/^\t"([^"\\\n]+)";$/gm)]
      .map(([, path = '']) => path)
      .filter((path) => !others.has(path) && ids.has(posix.basename(path)))
      .map((path) => posix.dirname(path)),
  )
  const [base] = bases
  return bases.size === 1 ? base : undefined
}

/** Says what to know of a configuration whose plugin_paths are about to start from another folder than before. */
export function otherBaseWarning(before: string, after: string): string {
  return `plugin_paths start from ${after} from now on, as the manifest says, and no more from ${before}, which an earlier command wrote; to keep that, ${keeping(before)}`
}

/** Says what to do about a configuration whose plugin_paths start from another folder than is expected. */
export function otherBaseHint(before: string, expected: string): string {
  return `its plugin_paths start from ${before}, and not from ${expected}: "prosody-mods verify --modules-path ${shellWord(before)}" compares with that; to keep it, ${keeping(before)}; else "prosody-mods install" writes ${expected}`
}

/** Writes what the manifest says where a flag has named another folder, and how to have it say so. */
export function forThisRun(base: string, written: string): string {
  return `plugin_paths start from ${base}, as --modules-path says; prosody-mods.json says ${written}, and the next command that writes goes back to it; to keep it, ${keeping(base)}`
}

function keeping(base: string): string {
  return `set "image": {"modulesPath": ${JSON.stringify(base)}} in prosody-mods.json and run prosody-mods install`
}
