import type {Lockfile} from '../project/lockfile.ts'
import {layoutIn, modulesPathOf} from '../project/manifest.ts'
import {warning, type Warning} from '../warning.ts'
import {isOurs, isSealed, renderConfig} from './config.ts'
import {configInput} from './config-input.ts'
import type {GeneratedContent, GeneratedFrom} from './generated-file.ts'
import {baseOf, otherBaseHint, otherBaseWarning} from './plugin-base.ts'

/** Where the configuration lies that tells Prosody where its plugins are. */
export const pluginPathsPath = 'conf.d/prosody-mods.cfg.lua'

/** Makes the configuration file that sets plugin_paths. */
export function pluginPathsFile(from: GeneratedFrom): GeneratedContent {
  return {
    // Where another configuration sets plugin_paths, a second one would only compete with it.
    text: layoutIn(from.manifest) === 'modules' ? undefined : textFor(from),
    isOurs,
    isSealed,
    warnings: (present, before) => baseWarnings(present, before, from),
    hint: (present) => baseHint(present, from),
  }
}

function textFor(from: GeneratedFrom): string {
  return renderConfig(configInput(from))
}

/**
 * What a running Prosody would not find again: that plugin_paths will start from the manifest's folder, where an earlier
 * command was told of another one.
 */
function baseWarnings(present: string, lock: Lockfile, {manifest, modulesPath}: GeneratedFrom): Warning[] {
  if (modulesPath !== undefined || layoutIn(manifest) === 'modules') return []
  const [before, after] = [baseOf(present, {lock, manifest}), modulesPathOf(manifest)]
  if (before === undefined || before === after) return []
  return [warning('PLUGIN_PATHS_CHANGED', `${pluginPathsPath}: ${otherBaseWarning(before, after)}`)]
}

/** What to do where nothing is wrong with the configuration but the folder that it starts from. */
function baseHint(present: string, from: GeneratedFrom): string | undefined {
  const base = baseOf(present, from)
  if (base === undefined || textFor({...from, modulesPath: base}) !== present) return undefined
  const expected = from.modulesPath ?? modulesPathOf(from.manifest)
  return base === expected ? undefined : otherBaseHint(base, expected)
}
