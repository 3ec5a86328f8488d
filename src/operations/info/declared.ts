import {toSha256, type Sha256} from '../../digest.ts'
import {keysIn, splitKey, moduleKey, type ModuleKey} from '../../module-key.ts'
import {ownValue} from '../../own-value.ts'
import {sourceDefinition} from '../../project/manifest.ts'
import type {Lockfile} from '../../project/lockfile.ts'
import type {Registry} from '../../registry/registry.ts'
import type {ModuleSpec} from '../../resolve/spec.ts'
import {describeSource} from '../../sources/kinds.ts'
import {revisionOf} from '../../sources/revision.ts'
import {unknownSource} from '../../workbench/definition-for.ts'
import type {Environment} from '../../workbench/environment.ts'
import type {NearProject} from '../../workbench/open-project.ts'
import type {InfoRelease, InfoSource} from './types.ts'
import {sourceInfo} from './source.ts'
import {codeOf} from '../../workbench/stored-code.ts'

/** Lists the locked modules of declared sources that a name means: nobody but the lockfile knows of them. */
export function declaredKeys(
  {name, source}: ModuleSpec,
  {lock}: Pick<NearProject, 'lock'>,
  registry: Registry,
): ModuleKey[] {
  return keysIn(lock.modules).filter((key) => {
    const [id, module] = splitKey(key)
    const isMeant = module === name && name !== '*' && (source === undefined || source === id)
    return isMeant && registry.source(id) === undefined
  })
}

/** Tells what a project has locked of a module, by itself or in a whole tree. */
export function lockedAs(key: ModuleKey, {modules}: Lockfile): InfoSource['locked'] {
  const [source, name] = splitKey(key)
  const tree = ownValue(modules, moduleKey(source, '*'))
  const locked = ownValue(modules, key) ?? (tree?.except?.includes(name) === true ? undefined : tree)
  return locked === undefined ? null : {version: locked.version, trust: locked.trust}
}

/** Tells of a locked module what the lockfile says, as its only release. Throws SOURCE_UNKNOWN. */
export async function declaredInfo(
  key: ModuleKey,
  {manifest, lock}: NearProject,
  environment: Environment,
): Promise<InfoSource> {
  const [id, name] = splitKey(key)
  const definition = sourceDefinition(id, manifest, environment.registry)
  const locked = ownValue(lock.modules, key)
  if (definition === undefined || locked === undefined)
    throw unknownSource(key, manifest, environment.registry)
  const files = Object.entries(locked.files).map(
    ([path, digest]): [string, {sha256: Sha256; size: null; basis: null}] => [
      path,
      {sha256: toSha256(digest), size: null, basis: null},
    ],
  )
  const release: InfoRelease = {
    version: locked.version,
    revision: revisionOf(locked) ?? null,
    date: null,
    files: Object.fromEntries(files),
    evidence: null,
    sameAsPrevious: false,
    advisories: [],
  }
  return {
    module: key,
    title: describeSource(definition),
    homepage: sourceInfo(id, {manifest, lock}, environment)?.homepage ?? null,
    licence: null,
    kind: definition.kind,
    page: null,
    locked: {version: locked.version, trust: locked.trust},
    facts: {},
    summary: null,
    xeps: [],
    releases: [release],
    advisories: [],
    compatibility: [],
    ...(await codeOf(name, release.files, environment)),
  }
}
