import {ProsodyModsError} from '../../errors.ts'
import {splitKey, type ModuleKey, keysIn} from '../../module-key.ts'
import type {Project} from '../../project/project.ts'
import {parseSpec} from '../../resolve/spec.ts'
import type {SourceDefinition} from '../../sources/kinds.ts'
import {schemes} from '../../versioning/index.ts'
import {keysOf} from '../../locking/key-of.ts'
import {definitionFor} from '../../workbench/definition-for.ts'
import type {Workbench} from '../../workbench/workbench.ts'

/** Entries of the manifest that take one release together. */
export interface BumpGroup {
  readonly definition: SourceDefinition
  /** The keys of the entries, source/name: one, or all of a flat tree. */
  readonly keys: readonly ModuleKey[]
  /** The module that has to be in the release; `*` where the tree as a whole was asked for. */
  readonly name: string
  /** The version as it was asked for; undefined for the newest. */
  readonly versionText: string | undefined
}

/**
 * Reads what specs ask for, each entry once. Throws NOT_INSTALLED, MODULE_AMBIGUOUS, SPEC_INVALID, and USAGE where an
 * entry is asked to have two versions, or a version together with `latest`.
 */
export function bumpGroups(
  request: {readonly specs: readonly string[]; readonly latest: boolean},
  project: Project,
  bench: Workbench,
): BumpGroup[] {
  const groups = new Map<string, BumpGroup>()
  for (const text of request.specs) {
    const spec = parseSpec(text)
    const versionText = spec.kind === 'module' ? spec.versionText : undefined
    if (versionText !== undefined && request.latest) throw versionAndLatest(text)
    for (const key of keysOf(text, project)) {
      if (project.lock?.modules[key] === undefined) throw notLocked(key)
      const definition = definitionFor(key, project.manifest, bench)
      const id = definition.layout === 'flat' ? definition.id : key
      const asked = askedFor(key, versionText, {definition, project})
      const before = groups.get(id)
      groups.set(id, before === undefined ? asked : merged(before, asked, id))
    }
  }
  return [...groups.values()]
}

/** With a version, what of a flat tree is not in it is told of all entries at once. */
function askedFor(
  key: ModuleKey,
  versionText: string | undefined,
  {definition, project}: {readonly definition: SourceDefinition; readonly project: Project},
): BumpGroup {
  const [source, name] = splitKey(key)
  if (definition.layout !== 'flat') return {definition, keys: [key], name, versionText}
  const keys = keysIn(project.manifest.modules).filter((other) => splitKey(other)[0] === source)
  return {definition, keys, name: versionText === undefined ? name : '*', versionText}
}

/** A version beats none: `bump community muc_moderation@2025.4.2`. */
function merged(before: BumpGroup, asked: BumpGroup, id: string): BumpGroup {
  const [one, other] = [before.versionText, asked.versionText]
  const scheme = schemes[before.definition.scheme]
  const canonical = (text: string): string => scheme.parse(text)?.text ?? text
  if (one !== undefined && other !== undefined && canonical(one) !== canonical(other)) {
    throw new ProsodyModsError('USAGE', `${id} is asked to be at ${one} and at ${other}`, {
      hint:
        before.definition.layout === 'flat'
          ? 'all modules of a flat tree come from one release: give one version'
          : 'give one version',
      details: {versions: [one, other]},
    })
  }
  const name = before.name === asked.name ? before.name : '*'
  return {...before, name, versionText: one ?? other}
}

function versionAndLatest(text: string): ProsodyModsError {
  return new ProsodyModsError('USAGE', `${text}: a version is given, and --latest asks for the newest`, {
    hint: 'leave one of them out',
  })
}

function notLocked(key: ModuleKey): ProsodyModsError {
  return new ProsodyModsError('NOT_INSTALLED', `${key} is in the manifest, but not in the lockfile`, {
    hint: 'run "prosody-mods install" first: there is no release yet that it could be moved from',
    details: {module: key},
  })
}
