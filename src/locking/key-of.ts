import {bareName} from '../module-name.ts'
import {ProsodyModsError} from '../errors.ts'
import {splitKey, keysIn, entriesIn, moduleKey, type ModuleKey} from '../module-key.ts'
import type {Project} from '../project/project.ts'
import {nearestNames} from '../text/nearest.ts'
import {neededKeys} from '../resolve/needs.ts'
import {parseSpec} from '../resolve/spec.ts'
import {treePart} from './tree-part.ts'

/**
 * Finds the manifest's keys that a name means: one of a module, all that it has of a source. A version behind the name
 * is left alone. Throws NOT_INSTALLED, MODULE_AMBIGUOUS, SPEC_INVALID.
 */
export function keysOf(text: string, project: Project): readonly ModuleKey[] {
  const keys = keysIn(project.manifest.modules)
  const spec = parseSpec(text)
  if (spec.kind !== 'module') throw notInstalled(text, project)
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
  const keys = keysIn(project.manifest.modules)
  const spec = parseSpec(text)
  if (spec.kind !== 'module') throw notInstalled(text, project)
  const wanted = spec.source === undefined ? undefined : moduleKey(spec.source, spec.name)
  const found = keys.filter((key) =>
    wanted === undefined
      ? splitKey(key)[1] === spec.name || key === moduleKey(spec.name, '*')
      : key === wanted,
  )
  const [only] = found
  if (only === undefined) throw notInstalled(text, project)
  if (found.length === 1) return only
  throw ambiguous(text, found)
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
  const part = lock && treePart(text, lock)
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
  const near = nearestNames(text, keys)
  return new ProsodyModsError('NOT_INSTALLED', `the manifest has no module ${text}`, {
    hint: near.length > 0 ? `did you mean ${near.join(', ')}?` : '"prosody-mods list" shows what it has',
    details: {installed: keys},
  })
}
