import {existsSync} from 'node:fs'
import {join, posix} from 'node:path'
import {isSealed} from '../image/config.ts'
import {configPath} from '../project/owned-paths.ts'
import {diskState} from '../project/disk.ts'
import {splitKey, keysIn} from '../module-key.ts'
import type {Lockfile} from '../project/lockfile.ts'
import {modulesPathOf, type Manifest} from '../project/manifest.ts'
import {readRegular} from '../regular-file.ts'
import {shellWord} from '../text/shell-word.ts'

/** The configuration of ours as it lies in a project; undefined where there is none. */
export function presentConfig(folder: string): string | undefined {
  const path = join(folder, configPath)
  return existsSync(path) && typeof diskState(folder, configPath) === 'object'
    ? readRegular(path, 'module').toString('utf8')
    : undefined
}

/**
 * The folder that plugin_paths of a written configuration start from; undefined where somebody changed it, or it names no
 * folder of the lock's sources.
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

/**
 * What a running Prosody would not find again: that plugin_paths will start from the manifest's folder, where an earlier
 * command was told of another one.
 */
export function baseWarnings(
  {folder, lock}: {readonly folder: string; readonly lock: Lockfile | undefined},
  {manifest, modulesPath}: {readonly manifest: Manifest; readonly modulesPath?: string | undefined},
): string[] {
  const config = lock === undefined || modulesPath !== undefined ? undefined : presentConfig(folder)
  if (config === undefined || lock === undefined) return []
  const [before, after] = [baseOf(config, {lock, manifest}), modulesPathOf(manifest)]
  if (before === undefined || before === after) return []
  return [
    `${configPath}: plugin_paths start from ${after} from now on, as the manifest says, and no more from ${before}, which an earlier command wrote; to keep that, ${keeping(before)}`,
  ]
}

/** What to do about a configuration whose plugin_paths start from another folder than is expected. */
export function otherBaseHint(before: string, expected: string): string {
  return `its plugin_paths start from ${before}, and not from ${expected}: "prosody-mods verify --modules-path ${shellWord(before)}" compares with that; to keep it, ${keeping(before)}; else "prosody-mods install" writes ${expected}`
}

function keeping(base: string): string {
  return `set "image": {"modulesPath": ${JSON.stringify(base)}} in prosody-mods.json and run prosody-mods install`
}
