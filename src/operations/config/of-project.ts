import {
  defaultDebian,
  defaultModulesPath,
  defaultProsody,
  manifestName,
  type Manifest,
} from '../../project/manifest.ts'
import {placeOf} from '../../sources/kinds.ts'
import {withoutUserinfo} from '../../workbench/shown-settings.ts'
import type {ConfigValue, Setting} from './types.ts'

/** Lists what a project's manifest sets, its modules and patches left out, and what holds where it sets nothing. */
export function projectSettings(manifest: Manifest): Setting[] {
  const {image = {}, pluginPaths = {}, lint = {}, sources = {}} = manifest
  const plain: readonly (readonly [string, ConfigValue | undefined, ConfigValue])[] = [
    ['prosody', manifest.prosody, defaultProsody],
    ['image.debian', image.debian, defaultDebian],
    ['image.modulesPath', image.modulesPath, defaultModulesPath],
    ['image.layout', image.layout, 'sources'],
    ...imageRest(image),
    ['pluginPaths.before', pluginPaths.before, []],
    ['pluginPaths.after', pluginPaths.after, []],
    ['trust', manifest.trust, 'first-use'],
    ['minimumReleaseAge', manifest.minimumReleaseAge, null],
    ['lint.policy', lint.policy, 'refuse'],
    ...Object.entries(lint.rules ?? {}).map(([rule, level]) => [`lint.rules.${rule}`, level, null] as const),
    ...Object.entries(sources).map(
      ([id, declared]) => [`sources.${id}`, withoutUserinfo(placeOf(declared)), null] as const,
    ),
  ]
  return plain.map(([key, set, otherwise]) => ({
    key,
    value: set ?? otherwise,
    from: set === undefined ? 'default' : 'manifest',
    where: set === undefined ? null : manifestName,
    change: `${written(key)} in ${manifestName}`,
  }))
}

/** What is about the image that `image write` makes, and has no default that is worth a line. */
function imageRest(
  image: NonNullable<Manifest['image']>,
): (readonly [string, ConfigValue | undefined, null])[] {
  const {lua, base, profile, variant, packages, uid, config, labels = {}} = image
  return [
    ...Object.entries({lua, base, profile, variant, packages, uid, config}).map(
      ([key, value]) => [`image.${key}`, value, null] as const,
    ),
    ...Object.entries(labels).map(([key, value]) => [`image.labels.${key}`, value, null] as const),
  ]
}

/** `image.debian` as the manifest has it: "debian" of "image". */
function written(key: string): string {
  const [first = '', ...rest] = key.split('.')
  return rest.length === 0 ? `"${first}"` : `"${rest.join('.')}" of "${first}"`
}
