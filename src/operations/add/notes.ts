import {splitKey, type ModuleKey, moduleKey} from '../../module-key.ts'
import type {Lockfile} from '../../project/lockfile.ts'
import type {Manifest} from '../../project/manifest.ts'
import {moduleOfPath} from '../../resolve/layout.ts'
import {knownBytes} from '../../resolve/known-bytes.ts'
import {schemes} from '../../versioning/index.ts'
import {definitionFor} from '../../workbench/definition-for.ts'
import type {Workbench} from '../../workbench/workbench.ts'

interface Change {
  readonly previous: Lockfile
  readonly lock: Lockfile
  readonly manifest: Manifest
}

/**
 * Tells what the name and the version that were asked for do not tell of what came: that it is known, that it is older.
 */
export function changeNotes(key: ModuleKey, change: Change, bench: Workbench): string[] {
  return [...treeNotes(key, change), ...knownNotes(key, change, bench), ...backNotes(key, change, bench)]
}

/** Of a module that is added beside the whole tree that has it. */
function treeNotes(key: ModuleKey, {previous, lock}: Change): string[] {
  const [source, name] = splitKey(key)
  const [tree, own] = [lock.modules[moduleKey(source, '*')], lock.modules[key]]
  if (name === '*' || tree === undefined || own === undefined || previous.modules[key] !== undefined)
    return []
  const has = Object.keys(tree.files).some((path) => moduleOfPath(path) === name)
  if (!has) return []
  const same = tree.version === own.version ? ', with the same files' : ''
  const release = tree.version === 'local' ? '' : ` ${tree.version}`
  return [
    `${key}: ${source}/*${release} has it already${same}; "prosody-mods remove ${key}" takes this second entry out again`,
  ]
}

/** Of bytes that came from elsewhere than where the registry has them from. */
function knownNotes(key: ModuleKey, {lock}: Change, {environment}: Workbench): string[] {
  const locked = lock.modules[key]
  if (locked === undefined || locked.trust.by === 'registry') return []
  const known = knownBytes(key, locked, environment.registry)
  if (known === undefined) return []
  const {module, from, to} = known
  const releases = from === to ? from : `${from} to ${to}`
  return [
    `${key}: these are the bytes of ${module} ${releases}; "prosody-mods add ${module}@${to}" has them vouched for`,
  ]
}

function backNotes(key: ModuleKey, {previous, lock, manifest}: Change, bench: Workbench): string[] {
  const [before, after] = [previous.modules[key]?.version, lock.modules[key]?.version]
  if (before === undefined || after === undefined) return []
  const scheme = schemes[definitionFor(key, manifest, bench).scheme]
  const [old, fresh] = [scheme.parse(before), scheme.parse(after)]
  const isBack = old !== undefined && fresh !== undefined && scheme.compare(fresh, old) < 0
  return isBack ? [`${key}: moved back, from ${before} to the older ${after}`] : []
}
