import {ProsodyModsError} from '../errors.ts'
import {splitKey, type ModuleKey} from '../module-key.ts'
import {sourceDefinition, type Manifest} from '../project/manifest.ts'
import {nearestNames} from '../text/nearest.ts'
import type {Registry} from '../registry/registry.ts'
import type {SourceDefinition} from '../sources/kinds.ts'
import type {Workbench} from './workbench.ts'

/** Finds the definition of the source in a key. Throws SOURCE_UNKNOWN, and USAGE for `*` of a source of folders. */
export function definitionFor(key: ModuleKey, manifest: Manifest, bench: Workbench): SourceDefinition {
  const [source, name] = splitKey(key)
  const {registry} = bench.environment
  const definition = sourceDefinition(source, manifest, registry)
  if (definition === undefined) throw unknownSource(key, manifest, registry)
  if (name === '*' && definition.layout !== 'flat') {
    throw new ProsodyModsError('USAGE', `${key}: only a flat tree can be taken as a whole`, {
      hint: `name the modules that you want: ${source}/<module>; ${
        registry.source(source) === undefined
          ? `if they and their libraries lie side by side, as in Jitsi's tree, say "layout": "flat" in the manifest's source ${source}`
          : `"prosody-mods search --source ${source}" lists them`
      }`,
    })
  }
  return definition
}

/** Makes the error for a source that nobody knows. @param key what was asked for, beginning with that source */
export function unknownSource(
  key: ModuleKey,
  {sources = {}}: Manifest,
  {index}: Pick<Registry, 'index'>,
): ProsodyModsError {
  const [source, name] = splitKey(key)
  const known = [...index.sources, ...Object.keys(sources)]
  const [near] = nearestNames(source, known, 1)
  return new ProsodyModsError('SOURCE_UNKNOWN', `${key}: there is no source ${source}`, {
    hint: `${near === undefined ? '' : `did you mean ${near}/${name}? `}known sources: ${known.join(', ')}`,
    details: {source, known},
  })
}
