import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {readRegular} from '../regular-file.ts'
import {isForOthers} from '../image/container/modules-digest.ts'
import {generatedPaths} from '../image/generated-files.ts'
import {assignsGlobal} from '../lua/assigns.ts'
import {entriesIn} from '../module-key.ts'
import type {Lockfile} from '../project/lockfile.ts'
import {jitsiWarnings} from '../image/jitsi-shadows.ts'
import {
  defaultDebian,
  defaultProsody,
  layoutIn,
  unknownKeyWarnings,
  type Manifest,
} from '../project/manifest.ts'
import type {Registry} from '../registry/registry.ts'
import type {ClosureReport} from '../resolve/closure.ts'
import {coreShadows} from '../resolve/conflicts.ts'
import {knownSuites} from '../resolve/libraries.ts'
import {warning, type Warning} from '../warning.ts'
import {presentText} from './present-text.ts'

/** Lists what a user should know about a manifest and its lock, though nothing is wrong enough to stop. */
export function projectWarnings(
  folder: string,
  {manifest, lock}: {readonly manifest: Manifest; readonly lock: Lockfile},
  registry: Registry,
): Warning[] {
  const isFirst = layoutIn(manifest) === 'modules' && isSearchedFirst(folder)
  return [
    ...unknownKeyWarnings(manifest),
    ...unknownLine(manifest, registry),
    ...unknownSuite(manifest, registry),
    ...lockWarnings({manifest, lock}, registry).filter(({code}) => code !== 'IMAGE_HIDES' || !isFirst),
    ...imageWarnings(folder, {manifest, lock}),
    ...otherPluginPaths(folder).map((path) =>
      warning(
        'PLUGIN_PATHS_TWICE',
        `${path} sets plugin_paths too; Prosody takes the last assignment it reads, so remove that one`,
      ),
    ),
  ]
}

/** Lists those that come of the locked modules alone: whoever has been told once knows. */
export function lockWarnings(
  {manifest, lock}: {readonly manifest: Manifest; readonly lock: Lockfile},
  registry: Registry,
): Warning[] {
  return [
    ...shadowWarnings(manifest, lock, registry),
    ...jitsiWarnings({manifest, lock}, registry),
    ...patchWarnings(lock),
  ]
}

/** Makes warnings of what a closure has told: needs that nothing serves, and files that Prosody would not load. */
export function needWarnings({notLoaded}: ClosureReport, told: readonly string[]): Warning[] {
  return told.map((text) => warning(notLoaded.includes(text) ? 'OTHER_FILE_LOADED' : 'NEEDS_UNMET', text))
}

/** Whether docker-jitsi-meet's variables have the project's modules searched before the image's own. */
function isSearchedFirst(folder: string): boolean {
  const first = /^\s*(?:export\s+)?GLOBAL_CONFIG=.*installer_plugin_path.*prosody-plugins-custom/m
  return first.test(presentText(folder, '.env') ?? '')
}

function imageWarnings(
  folder: string,
  {manifest, lock}: {readonly manifest: Manifest; readonly lock: Lockfile},
): Warning[] {
  if (manifest.image?.profile === undefined) return []
  const text = presentText(folder, 'Dockerfile')
  return text !== undefined && isForOthers(text, lock)
    ? [
        warning(
          'IMAGE_OUTDATED',
          'the files of the image are for other modules than those of the lockfile: run prosody-mods image write',
        ),
      ]
    : []
}

function unknownLine(manifest: Manifest, registry: Registry): Warning[] {
  const line = manifest.prosody ?? defaultProsody
  return registry.prosodyLine(line) === undefined
    ? [
        warning(
          'PROSODY_UNKNOWN',
          `prosody-mods.json: nothing is known of Prosody ${line}; its core modules can't be compared`,
        ),
      ]
    : []
}

function unknownSuite({image}: Manifest, registry: Registry): Warning[] {
  const suite = image?.debian ?? defaultDebian
  // The default is known: no need to read what is known of libraries for it, at each start.
  if (suite === defaultDebian) return []
  const known = knownSuites(registry.libraries)
  return known.includes(suite)
    ? []
    : [
        warning(
          'DEBIAN_UNKNOWN',
          `prosody-mods.json: nothing is known of Debian ${suite}; which of its packages serve modules can't be told (known: ${known.join(', ')})`,
        ),
      ]
}

function shadowWarnings(manifest: Manifest, lock: Lockfile, registry: Registry): Warning[] {
  const line = manifest.prosody ?? defaultProsody
  const core = registry.prosodyLine(line)?.coreModules ?? []
  return coreShadows(lock, core).map(({key, module}) =>
    warning(
      'CORE_HIDDEN',
      `${key} hides mod_${module}, which is part of Prosody ${line}: the installed copy is loaded instead`,
    ),
  )
}

function patchWarnings({modules}: Lockfile): Warning[] {
  return entriesIn(modules).flatMap(([key, {version, patches = []}]) =>
    patches.flatMap(({path, state}) =>
      state === 'already'
        ? [
            warning(
              'PATCH_NEEDLESS',
              `${key} ${version} has already what ${path} does: take the patch out of prosody-mods.json`,
            ),
          ]
        : state === 'moved'
          ? [warning('PATCH_SHIFTED', `${path} applies to ${key} ${version} at other lines than it says`)]
          : [],
    ),
  )
}

/** Configuration files beside the manifest and in conf.d/ that assign plugin_paths; ours left out. */
function otherPluginPaths(folder: string): string[] {
  return ['', 'conf.d']
    .flatMap((at) => luaConfigs(folder, at))
    .filter((path) => !generatedPaths.includes(path) && setsPluginPaths(join(folder, path)))
}

function luaConfigs(folder: string, at: string): string[] {
  try {
    return readdirSync(join(folder, at), {withFileTypes: true})
      .filter((entry) => entry.isFile() && entry.name.endsWith('.cfg.lua'))
      .map((entry) => (at === '' ? entry.name : `${at}/${entry.name}`))
      .sort()
  } catch {
    return []
  }
}

function setsPluginPaths(path: string): boolean {
  try {
    const bytes = readRegular(path, 'prosodyConfig')
    // Parsing costs more than this look, and most configurations have nothing to parse for.
    return bytes.includes('plugin_paths') && assignsGlobal(bytes, 'plugin_paths')
  } catch {
    return false
  }
}
