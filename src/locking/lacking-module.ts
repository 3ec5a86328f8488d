import {mainFile} from '../module-name.ts'
import {ProsodyModsError} from '../errors.ts'
import {splitKey, type ModuleKey, moduleKey} from '../module-key.ts'
import {moduleNames, remainsOf} from '../resolve/layout.ts'
import {nearestNames} from '../text/nearest.ts'
import {listed} from './similar-names.ts'
import type {ReleaseContents, ReleaseRef} from '../sources/types.ts'
import {describeSource, type SourceDefinition} from '../sources/kinds.ts'
import {revisionOf} from '../sources/revision.ts'

/** A release that was looked into. */
export interface Looked {
  readonly definition: SourceDefinition
  readonly ref: ReleaseRef
  readonly contents: ReleaseContents
}

/**
 * Makes the error for a module that a release turned out not to have: with what there is of it, and what else the
 * release has.
 */
export function missingModule(key: ModuleKey, looked: Looked): ProsodyModsError {
  const {definition, contents} = looked
  const [source, name] = splitKey(key)
  const names = moduleNames(contents, definition.layout)
  const near = nearestNames(name, names)
  const remains = remainsOf(contents, name)
  const folder =
    remains.length === 0
      ? ''
      : `\n  its folder mod_${name} has no ${mainFile(name)}, without which Prosody can't load it`
  return new ProsodyModsError(
    'MODULE_UNKNOWN',
    `${key}: there is no module ${name} in ${describeSource(definition, shortRevision(looked.ref))}${folder}`,
    {
      hint:
        near.length > 0
          ? `did you mean ${near.map((one) => moduleKey(source, one)).join(' or ')}?`
          : (librariesAlone(looked, names) ?? listed(names)),
      details: {module: key, modules: names, similar: near},
    },
  )
}

/** Of a folder that holds libraries alone: how those are taken. */
function librariesAlone(
  {definition: {id, layout}, contents}: Looked,
  names: readonly string[],
): string | undefined {
  const libraries = [...contents.files.keys()].filter((path) => path.endsWith('.lib.lua'))
  if (names.length > 0 || libraries.length === 0) return undefined
  const flat = layout === 'flat' ? '' : `with "layout": "flat" in the manifest's source ${id}, `
  return `it has no modules, and libraries: ${libraries.slice(0, 3).join(', ')}; ${flat}"prosody-mods add '${id}/*'" takes them for the modules that ask for them`
}

function shortRevision({version, resolved}: ReleaseRef): string {
  const revision = revisionOf({resolved})?.slice(0, 12)
  return revision === undefined
    ? version
    : version.startsWith(revision)
      ? revision
      : `${version} (${revision})`
}
