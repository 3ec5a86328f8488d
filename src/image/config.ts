import {posix} from 'node:path'
import {digestOf} from '../digest.ts'
import type {SourceLayout} from '../registry/types.ts'
import {luaString} from '../text/lua-string.ts'

/** What plugin_paths are made from. */
export interface ConfigInput {
  /** Absolute folder that prosody-modules/ is copied to. */
  readonly modulesPath: string
  readonly sources: readonly {readonly id: string; readonly layout: SourceLayout}[]
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** Ids of sources in the order that is needed; undefined for the usual one. */
  readonly order?: readonly string[] | undefined
}

const head = `-- Written by prosody-mods. Changes made here are not kept: further folders belong into
-- "pluginPaths" of prosody-mods.json. Prosody takes the last assignment of plugin_paths,
-- so no other configuration file may set it.
`

const seal = /^-- Sealed: sha256:([0-9a-f]{64})\n/m

/**
 * Writes the configuration that sets plugin_paths for Prosody. A flat tree poisons every folder behind it (a module's
 * own `module:require "util"` would find the flat tree's), so flat sources come last.
 */
export function renderConfig(input: ConfigInput): string {
  const body = `plugin_paths = {\n${pluginPaths(input)
    .map((path) => `\t${luaString(path)};\n`)
    .join('')}}\n`
  return `${head}${sealOf(head, body)}${body}`
}

/** Lists the folders that Prosody searches, first to last. */
export function pluginPaths(input: ConfigInput): string[] {
  const {order = []} = input
  const place = (id: string): number => (order.includes(id) ? order.indexOf(id) : order.length)
  const ours = [...input.sources]
    .sort((a, b) => place(a.id) - place(b.id) || rank(a) - rank(b) || (a.id < b.id ? -1 : 1))
    .map(({id}) => posix.join(input.modulesPath, id))
  return [...input.before, ...ours, ...input.after]
}

/** Tells whether the text is a configuration of ours that nobody has changed since. */
export function isSealed(text: string): boolean {
  const found = seal.exec(text)
  if (found === null) return false
  return sealOf(text.slice(0, found.index), text.slice(found.index + found[0].length)) === found[0]
}

/** Tells whether the text is a configuration of ours, perhaps with changes of somebody else. */
export function isOurs(text: string): boolean {
  return text.startsWith(head.slice(0, head.indexOf('\n'))) || seal.test(text)
}

/** The line that vouches for everything before and behind it. */
function sealOf(before: string, behind: string): string {
  return `-- Sealed: ${digestOf(before + behind)}\n`
}

function rank({layout}: {readonly layout: SourceLayout}): number {
  return layout === 'flat' ? 1 : 0
}
