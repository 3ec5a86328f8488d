import {splitKey, type ModuleKey, entriesIn, keysIn} from '../module-key.ts'
import type {LockedModule, Lockfile, LockTarget} from '../project/lockfile.ts'
import {
  defaultDebian,
  defaultProsody,
  sourceDefinition,
  type Manifest,
  exceptIn,
  includesIn,
  patchedKeys,
  patchesIn,
  versionIn,
} from '../project/manifest.ts'
import {patchPath} from '../project/patch-file.ts'
import type {Registry} from '../registry/registry.ts'
import {knownReleases} from '../sources/known-releases.ts'
import {revisionOf} from '../sources/revision.ts'
import type {ReleaseRef} from '../sources/types.ts'
import {stillSatisfies} from './choose.ts'
import type {Wanted} from './meaning.ts'
import {fits} from './fits.ts'
import {isLoadable} from './layout.ts'
import {omittedFrom} from './lock-claims.ts'
import {edgesOf, reachable} from './needs.ts'

/** How the manifest and the lockfile disagree. */
export interface OutOfDate {
  /** source/name; empty for what is about no module */
  readonly key: ModuleKey | ''
  /**
   * not-locked: in the manifest, or needed, and not in the lockfile; not-wanted: only in the lockfile; other-version,
   * other-source: changed; other-files: other ones are included; without-main: what was locked
   * is no module; other-patches: other patches are named; other-target: its needs were looked up for another Prosody or image.
   */
  readonly kind:
    | 'not-locked'
    | 'not-wanted'
    | 'other-version'
    | 'other-source'
    | 'other-files'
    | 'without-main'
    | 'other-patches'
    | 'other-target'
  /** One line for a person. */
  readonly text: string
}

/** Lists everything in which a lockfile does not follow its manifest; [] when it is up to date. */
export function outOfDate(manifest: Manifest, lock: Lockfile, registry: Registry): OutOfDate[] {
  const wanted = manifest.modules ?? {}
  const found: OutOfDate[] = []
  for (const key of keysIn(wanted)) {
    const versionText = versionIn(manifest, key)
    const locked = lock.modules[key]
    const [source, name] = splitKey(key)
    const definition = sourceDefinition(source, manifest, registry)
    if (locked === undefined) {
      found.push({key, kind: 'not-locked', text: `${key}: in the manifest, not in the lockfile`})
    } else if (definition !== undefined && !fits(definition, locked)) {
      found.push({
        key,
        kind: 'other-source',
        text: `${key}: its source ${source} is defined otherwise than when it was locked`,
      })
    } else if (!isLoadable(name, Object.keys(locked.files))) {
      found.push({
        key,
        kind: 'without-main',
        text: `${key}: no main file of it is in the lockfile, so Prosody could not load it`,
      })
    } else if (
      definition !== undefined &&
      versionText !== locked.version &&
      !stillSatisfies({definition, name, versionText}, lockedRef({definition, name}, locked, registry))
    ) {
      found.push({
        key,
        kind: 'other-version',
        text: `${key}: the manifest wants ${versionText ?? '*'}, the lockfile has ${locked.version}`,
      })
    } else if (exceptIn(manifest, key).join(', ') !== (locked.except ?? []).join(', ')) {
      const [wants, has] = [exceptIn(manifest, key), locked.except ?? []].map(
        (names) => names.join(', ') || 'nothing',
      )
      found.push({
        key,
        kind: 'other-files',
        text: `${key}: the manifest leaves out ${wants ?? ''}, the lockfile ${has ?? ''}`,
      })
    } else if (includesIn(manifest, key).join('\n') !== (locked.include ?? []).join('\n')) {
      found.push({
        key,
        kind: 'other-files',
        text: `${key}: "include" of the manifest is not what it was when it was locked`,
      })
    }
  }
  found.push(...strangers(manifest, lock, registry))
  const told = new Set(found.map(({key}) => key))
  found.push(...otherPatches(manifest, lock))
  found.push(...omissions(manifest, lock, registry).filter(({key}) => !told.has(key)))
  const edges = edgesOf(lock)
  const kept = reachable(edges, keysIn(wanted))
  for (const [key, needs] of edges) {
    if (!kept.has(key))
      found.push({key, kind: 'not-wanted', text: `${key}: in the lockfile, not in the manifest`})
    for (const needed of needs) {
      if (!Object.hasOwn(lock.modules, needed))
        found.push({
          key: needed,
          kind: 'not-locked',
          text: `${needed}: needed by ${key}, not in the lockfile`,
        })
    }
  }
  return [...found, ...otherTarget(manifest, lock, registry)]
}

/** What patches make of files is found out anew where the lockfile has to be followed. */
function otherPatches(manifest: Manifest, {patches = [], modules}: Lockfile): OutOfDate[] {
  const named = patchedKeys(manifest)
  const [forProsody, lockedForProsody] = [
    patchesIn(manifest, 'prosody').map(patchPath),
    patches.map(({path}) => path),
  ]
  const ofProsody: OutOfDate[] =
    forProsody.join('\n') === lockedForProsody.join('\n')
      ? []
      : [
          {
            key: '',
            kind: 'other-patches',
            text: `the manifest has Prosody patched with ${forProsody.join(', ') || 'nothing'}, the lockfile with ${lockedForProsody.join(', ') || 'nothing'}`,
          },
        ]
  const locked = entriesIn(modules).flatMap(([key, {patches, published}]) =>
    patches === undefined && published === undefined ? [] : [key],
  )
  const ofModules = [...new Set([...named, ...locked])].flatMap((key): OutOfDate[] => {
    const [wants, module] = [patchesIn(manifest, key).map(patchPath), modules[key]]
    const has = module?.patches?.map(({path}) => path) ?? []
    const isShared =
      module?.layout === 'flat' && named.some((other) => splitKey(other)[0] === splitKey(key)[0])
    const isSame = wants.join('\n') === has.join('\n')
    if (module !== undefined && isSame && (has.length > 0 || isShared)) return []
    const text =
      module === undefined
        ? `${key}: the manifest names patches for it, the lockfile has no such module`
        : `${key}: the manifest has it patched with ${wants.join(', ') || 'nothing'}, the lockfile with ${has.join(', ') || (module.published === undefined ? 'nothing' : 'something else')}`
    return [{key, kind: 'other-patches', text}]
  })
  return [...ofProsody, ...ofModules]
}

/** Modules that others need, and that come from no source as it is defined now. */
function strangers(manifest: Manifest, lock: Lockfile, registry: Registry): OutOfDate[] {
  return entriesIn(lock.modules).flatMap(([key, locked]): OutOfDate[] => {
    if (Object.hasOwn(manifest.modules ?? {}, key)) return []
    const [source] = splitKey(key)
    const definition = sourceDefinition(source, manifest, registry)
    if (definition !== undefined && fits(definition, locked)) return []
    const why = definition === undefined ? 'is not known' : 'is defined otherwise than when it was locked'
    return [{key, kind: 'other-source', text: `${key}: its source ${source} ${why}`}]
  })
}

/** Modules of which the lockfile lacks code that the registry knows. */
function omissions(manifest: Manifest, lock: Lockfile, registry: Registry): OutOfDate[] {
  return entriesIn(lock.modules).flatMap(([key, locked]): OutOfDate[] => {
    const definition = registry.source(splitKey(key)[0])
    if (definition === undefined || !fits(definition, locked)) return []
    const lacking = omittedFrom(key, locked, {definition, manifest, registry})
    if (lacking.length === 0) return []
    return [{key, kind: 'other-files', text: `${key}: the lockfile lacks ${lacking.join(', ')}`}]
  })
}

/** Returns what modules are to run with, as the lockfile records it; undefined for a line that nobody knows. */
export function lockTargetOf(
  {prosody = defaultProsody, image}: Manifest,
  registry: Registry,
): LockTarget | undefined {
  const line = registry.prosodyLine(prosody)
  return line && {prosody, lua: image?.lua ?? line.lua, debian: image?.debian ?? defaultDebian}
}

function otherTarget(manifest: Manifest, lock: Lockfile, registry: Registry): OutOfDate[] {
  const {target} = lock
  const now = lockTargetOf(manifest, registry)
  if (target === undefined) {
    if (now === undefined || keysIn(lock.modules).length === 0) return []
    return [
      {
        key: '',
        kind: 'other-target',
        text: 'what the modules of prosody-mods.lock.json need was not looked up yet',
      },
    ]
  }
  const text = (one: LockTarget): string => `Prosody ${one.prosody}, Lua ${one.lua}, Debian ${one.debian}`
  if (now !== undefined && text(now) === text(target)) return []
  return [
    {
      key: '',
      kind: 'other-target',
      text: `prosody-mods.lock.json was made for ${text(target)}, the manifest says ${now === undefined ? 'something else' : text(now)}`,
    },
  ]
}

/**
 * The locked release with its aliases, which a hand-written manifest may use, and the last day on which the module still
 * was so.
 */
function lockedRef(
  {definition, name}: Pick<Wanted, 'definition' | 'name'>,
  locked: LockedModule,
  registry: Registry,
): ReleaseRef {
  const source = registry.source(definition.id)
  const known = source && knownReleases(source, {registry}, name).find((ref) => isOf(ref, locked))
  return {
    version: locked.version,
    resolved: locked.resolved,
    ...(known?.aliases === undefined ? {} : {aliases: known.aliases}),
    ...(known?.until === undefined ? {} : {until: known.until}),
  }
}

function isOf(ref: ReleaseRef, locked: LockedModule): boolean {
  const isOne = ref.until === undefined && ref.foundBy !== 'revision'
  return ref.version === locked.version && (isOne || revisionOf(ref) === revisionOf(locked))
}
