import {digestOf, toDigest} from '../digest.ts'
import {entriesIn, splitKey, type ModuleKey} from '../module-key.ts'
import {bareName, mainFile, mainOf, prefixed} from '../module-name.ts'
import {placesOf} from '../project/destination.ts'
import type {Lockfile} from '../project/lockfile.ts'
import {layoutIn, modulesPathOf, type Manifest} from '../project/manifest.ts'
import {coreFolder, type PluginFolder, type PluginLayout} from '../prosody/layout-proof.ts'
import type {Registry} from '../registry/registry.ts'
import type {ProsodyLine, RegistryRelease} from '../registry/types.ts'
import {isShipped} from '../resolve/layout.ts'
import {contribIn, isTakenAway, jitsiFolders, othersIn, type JitsiConfiguration} from './jitsi-folders.ts'
import {jitsiTagOf, type JitsiTag} from './jitsi-image.ts'

/** A release of a source that an image has. */
export interface ReleaseIn {
  readonly version: string
  /** Whether the image really has this one: else it is the nearest that is known, or the newest of its day. */
  readonly certain: boolean
}

/** What the folders of plugins in an image of docker-jitsi-meet hold. */
export interface JitsiContents {
  readonly tag: JitsiTag
  /** The release of Jitsi's modules; undefined where none is known that is near. */
  readonly jitsi: ReleaseIn | undefined
  /** The release of jitsi-contrib's modules; undefined where the image has none. */
  readonly contrib: ReleaseIn | undefined
}

/** Returns the release of docker-jitsi-meet that a project's modules go into; undefined for one that has no such image. */
export function jitsiTagFor(manifest: Manifest): JitsiTag | undefined {
  const base = manifest.image?.base
  return base === undefined || layoutIn(manifest) !== 'modules' ? undefined : jitsiTagOf(base)
}

/** Finds out which releases of modules an image has, by what the registry knows. */
export function jitsiContents(tag: JitsiTag, registry: Registry): JitsiContents {
  const {releases} = registry.releases('jitsi')
  const known = releases.find(({version}) => version === String(tag.build))
  const before = releases.findLast(({version}) => Number(version) < tag.build)
  const jitsi = known ?? before ?? releases[0]
  const contrib = contribIn(tag)
  const newest = (): ReleaseIn | undefined => {
    const day = known?.date
    const found = registry
      .releases('jitsi-contrib')
      .releases.findLast(({date}) => day === undefined || date <= day)
    return found && {version: found.version, certain: false}
  }
  return {
    tag,
    jitsi: jitsi && {version: jitsi.version, certain: known !== undefined},
    contrib:
      contrib === undefined ? undefined : contrib === 'newest' ? newest() : {version: contrib, certain: true},
  }
}

/**
 * Lists the modules of an image by name: what each is from, with its version. What docker-jitsi-meet adds to Jitsi's own
 * counts as of its publisher.
 */
export function modulesOfImage(contents: JitsiContents, registry: Registry): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [source, release] of [
    ['jitsi-contrib', contents.contrib],
    ['jitsi', contents.jitsi],
  ] as const) {
    for (const path of Object.keys(releaseOf(source, release, registry)?.files ?? {})) {
      const name = mainOf(path)
      if (name !== undefined && !(source === 'jitsi' && isTakenAway(name, contents.tag)))
        found.set(name, `${source} ${release?.version ?? ''}`)
    }
  }
  for (const {name, source} of othersIn(contents.tag)) found.set(name, source)
  return found
}

/** Lays out what Prosody searches in an image under one of its configurations, a project's modules among it. */
export function imageLayout(
  {folders}: JitsiConfiguration,
  {manifest, lock}: {readonly manifest: Manifest; readonly lock: Lockfile},
  known: {readonly contents: JitsiContents; readonly line: ProsodyLine; readonly registry: Registry},
): PluginLayout {
  const {contents, line, registry} = known
  const of = {
    custom: (): PluginFolder['files'] => ownFiles(lock, manifest),
    jitsi: (): PluginFolder['files'] => jitsiFiles(contents, registry),
    contrib: (): PluginFolder['files'] =>
      filesOf(releaseOf('jitsi-contrib', contents.contrib, registry), registry),
  }
  return {
    folders: folders.map((folder) => ({
      path: folder === 'custom' ? modulesPathOf(manifest) : jitsiFolders[folder],
      files: of[folder](),
    })),
    core: coreFolder(line),
  }
}

/** Two files are told apart by their digests as well. */
function ownFiles(lock: Lockfile, manifest: Manifest): PluginFolder['files'] {
  const modules = modulesPathOf(manifest).slice(1)
  const places = placesOf(lock, {modules, config: '', layout: 'modules'})
  return new Map(
    places.map(({place, sha256}) => [place.slice(modules.length + 1), Buffer.from(toDigest(sha256))]),
  )
}

function jitsiFiles({jitsi, tag}: JitsiContents, registry: Registry): PluginFolder['files'] {
  const own = [...filesOf(releaseOf('jitsi', jitsi, registry), registry, 'jitsi')].filter(
    ([path]) => !isTakenAway(mainOf(path) ?? '', tag),
  )
  // Their digests are not known here: whatever a project has is another.
  const more = othersIn(tag).map(({name}) => [mainFile(name), Buffer.from(digestOf(name))] as const)
  return new Map([...own, ...more])
}

function filesOf(
  release: RegistryRelease | undefined,
  registry: Registry,
  source = 'jitsi-contrib',
): Map<string, Buffer> {
  const {digests} = registry.releases(source)
  const files = Object.entries(release?.files ?? {}).filter(([path]) => isShipped(path))
  return new Map(
    files.flatMap(([path, index]) => {
      const sha256 = digests[index]?.sha256
      return sha256 === undefined ? [] : [[path, Buffer.from(toDigest(sha256))] as const]
    }),
  )
}

function releaseOf(
  source: string,
  release: ReleaseIn | undefined,
  registry: Registry,
): RegistryRelease | undefined {
  return registry.releases(source).releases.find(({version}) => version === release?.version)
}

/** A library that a module brings in its own folder. */
export interface OwnLibrary {
  readonly module: string
  /** As `module:require` has it. */
  readonly library: string
  /** From the folder of modules. */
  readonly place: string
}

/** Lists the libraries of a lock that lie in the folder of one module. @param key source/name */
export function librariesOf(key: ModuleKey, paths: readonly string[]): OwnLibrary[] {
  const name = bareName(splitKey(key)[1])
  const own = `${prefixed(name)}/`
  return paths.flatMap((path) => {
    const inside = path.startsWith(own) ? path.slice(own.length) : path
    const [, library] = /^(.+)\.lib\.lua$/.exec(inside) ?? []
    return library === undefined || name === '*' ? [] : [{module: name, library, place: own + inside}]
  })
}

/** Lists the main files of a lock: key, name and place of each in one folder of modules. */
export function mainsIn({
  modules,
}: Lockfile): {readonly key: ModuleKey; readonly name: string; readonly place: string}[] {
  return entriesIn(modules).flatMap(([key, {files}]) => {
    const [, wanted] = splitKey(key)
    return Object.keys(files).flatMap((path) => {
      const name = mainOf(path)
      if (name === undefined || (wanted !== '*' && wanted !== name)) return []
      const own = `${prefixed(wanted)}/`
      return [{key, name, place: wanted === '*' || path.startsWith(own) ? path : own + path}]
    })
  })
}
