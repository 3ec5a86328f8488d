import {bareName} from '../module-name.ts'
import {ProsodyModsError} from '../errors.ts'
import {splitKey, keysIn, entriesIn, moduleKey, type ModuleKey} from '../module-key.ts'
import type {Project} from '../project/project.ts'
import {ownValue} from '../own-value.ts'
import {nearestNames} from '../text/nearest.ts'
import {mainName} from '../resolve/release-tree.ts'
import {neededKeys} from '../resolve/needs.ts'
import {parseSpec, type Spec} from '../resolve/spec.ts'
import {treePart} from './tree-part.ts'

/**
 * Finds the manifest's keys that a name means: one of a module, all that it has of a source, also by the URL that the source
 * is declared with. A version behind the name is left alone. Throws NOT_INSTALLED, MODULE_AMBIGUOUS, SPEC_INVALID.
 */
export function keysOf(text: string, project: Project): readonly ModuleKey[] {
  const keys = keysIn(project.manifest.modules)
  const spec = parseSpec(text)
  if (spec.kind !== 'module') return declaredKeys(text, spec, project)
  const {source, name} = spec
  const ofName = keys.filter((key) =>
    source === undefined ? splitKey(key)[1] === name : key === moduleKey(source, name),
  )
  const ofSource = keys.filter(
    (key) => splitKey(key)[0] === (source ?? name) && (source === undefined || name === '*'),
  )
  const found = [...new Set([...ofName, ...ofSource])]
  if (found.length === 0) throw notInstalled(source === undefined ? name : moduleKey(source, name), project)
  const isClear = ofName.length === 0 || found.length === 1 || name === '*'
  if (!isClear) throw ambiguous(text, found)
  return found
}

/** Finds the manifest's key that a name means. Throws NOT_INSTALLED, MODULE_AMBIGUOUS, SPEC_INVALID. */
export function keyOf(text: string, project: Project): ModuleKey {
  const spec = parseSpec(text)
  const found = spec.kind === 'module' ? namedKeys(spec, project) : declaredKeys(text, spec, project)
  const [only] = found
  if (found.length === 1 && only !== undefined) return only
  throw ambiguous(text, found)
}

function namedKeys({source, name}: Extract<Spec, {kind: 'module'}>, project: Project): readonly ModuleKey[] {
  const wanted = source === undefined ? undefined : moduleKey(source, name)
  const found = keysIn(project.manifest.modules).filter((key) =>
    wanted === undefined ? splitKey(key)[1] === name || key === moduleKey(name, '*') : key === wanted,
  )
  if (found.length === 0) throw notInstalled(wanted ?? name, project)
  return found
}

/** Of a URL, what the manifest has of the source that it declares with it. */
function declaredKeys(
  text: string,
  spec: Exclude<Spec, {kind: 'module'}>,
  project: Project,
): readonly ModuleKey[] {
  const {modules, sources = {}} = project.manifest
  const found = keysIn(modules).filter((key) => {
    const source = ownValue(sources, splitKey(key)[0])
    return spec.kind === 'url' && source?.kind === 'url' && source.url === spec.url
  })
  if (found.length === 0) throw notInstalled(text, project)
  return found
}

function ambiguous(text: string, candidates: readonly string[]): ProsodyModsError {
  return new ProsodyModsError('MODULE_AMBIGUOUS', `${text} may mean ${candidates.join(' or ')}`, {
    hint: 'write its source in front',
    details: {candidates},
  })
}

function notInstalled(text: string, {manifest, lock}: Project): ProsodyModsError {
  const keys = keysIn(manifest.modules)
  const locked = entriesIn(lock?.modules)
  const bare = bareName(text)
  const key = locked.map(([one]) => one).find((one) => one === bare || splitKey(one)[1] === bare)
  const users =
    key === undefined ? [] : locked.filter(([, one]) => neededKeys(one).includes(key)).map(([one]) => one)
  if (key !== undefined && users.length > 0) {
    return new ProsodyModsError(
      'NOT_INSTALLED',
      `the manifest has no module ${text}: ${key} is here because ${users.join(' and ')} ${users.length === 1 ? 'needs' : 'need'} it`,
      {
        hint: `it goes when nothing needs it any more, and moves with what does; to have it at a version of its own: prosody-mods add ${key}@<version>`,
        details: {installed: keys, neededBy: users},
      },
    )
  }
  const file = moduleOfFile(text)
  const part = lock && treePart(file ?? text, lock)
  if (part !== undefined) {
    const {source, version} = part
    return new ProsodyModsError(
      'NOT_INSTALLED',
      `the manifest has no module ${text}: it is a part of ${part.key} ${version}`,
      {
        hint: `the whole tree goes and moves at once: prosody-mods remove ${source}, prosody-mods bump ${source}`,
        details: {installed: keys, partOf: part.key},
      },
    )
  }
  const near = file === undefined ? nearestNames(text, keys) : keys.filter((one) => splitKey(one)[1] === file)
  return new ProsodyModsError('NOT_INSTALLED', `the manifest has no module ${text}`, {
    hint: near.length > 0 ? `did you mean ${near.join(', ')}?` : '"prosody-mods list" shows what it has',
    details: {installed: keys},
  })
}

/** Names the module that a path or URL is the main file of by its name. */
function moduleOfFile(text: string): string | undefined {
  return /[/\\]/.test(text) ? mainName(text.replace(/[?#].*/, '').replace(/.*[/\\]/, '')) : undefined
}
