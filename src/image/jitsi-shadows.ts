import {posix} from 'node:path'
import {entriesIn, type ModuleKey} from '../module-key.ts'
import {prefixed} from '../module-name.ts'
import type {Lockfile} from '../project/lockfile.ts'
import {defaultProsody, layoutIn, modulesPathOf, type Manifest} from '../project/manifest.ts'
import {layoutConflicts, type Wanted} from '../prosody/layout-proof.ts'
import type {Registry} from '../registry/registry.ts'
import {warning, type Warning} from '../warning.ts'
import {imageLayout, jitsiContents, jitsiTagFor, librariesOf, mainsIn} from './jitsi-contents.ts'
import {jitsiConfigurations, jitsiFolders, type JitsiConfiguration} from './jitsi-folders.ts'
import {isJitsiImage} from './jitsi-image.ts'

/** Something of a project that an image of docker-jitsi-meet has in a folder that comes first. */
export interface JitsiShadow {
  readonly key: ModuleKey
  /** The module; for a library the one that loads it. */
  readonly module: string
  /** Of a library: its name, as `module:require` has it. */
  readonly library: string | undefined
  /** The file that Prosody loads in place of the project's, absolute in the image. */
  readonly found: string
  /** Under which configurations. */
  readonly under: readonly JitsiConfiguration[]
  /** How many configurations the image has. */
  readonly of: number
}

interface Locked {
  readonly manifest: Manifest
  readonly lock: Lockfile
}

/** What makes Prosody search a folder before all others, whichever configuration is taken. */
export const firstFolder = `GLOBAL_CONFIG='installer_plugin_path = "${jitsiFolders.custom}"'`

/** The end of warnings that this does away with. */
const cure = `${firstFolder} in .env has yours searched first`

/**
 * Finds what of a project the image of docker-jitsi-meet hides, with Prosody's own search over the folders of its
 * configurations; what has the same bytes counts as the same. Empty for other projects.
 */
export function jitsiShadows({manifest, lock}: Locked, registry: Registry): readonly JitsiShadow[] {
  const tag = jitsiTagFor(manifest)
  const line = registry.prosodyLine(manifest.prosody ?? defaultProsody)
  if (tag === undefined || line === undefined || Object.keys(lock.modules).length === 0) return []
  const contents = jitsiContents(tag, registry)
  const configurations = jitsiConfigurations(tag)
  const wanted = wantedOf({manifest, lock})
  const target = {lua: line.lua, features: new Set(line.features), metadataKeys: line.metadataKeys}
  const found = new Map<Wanted, {readonly found: string; readonly under: JitsiConfiguration[]}>()
  for (const one of configurations) {
    const layout = imageLayout(one, {manifest, lock}, {contents, line, registry})
    for (const conflict of layoutConflicts(layout, [...wanted.keys()], target)) {
      if (conflict.found === undefined || conflict.same || isOwn(conflict.found, manifest)) continue
      const before = found.get(conflict.wanted)
      if (before === undefined) found.set(conflict.wanted, {found: conflict.found, under: [one]})
      else before.under.push(one)
    }
  }
  return [...found].map(([one, rest]) => ({
    key: wanted.get(one) ?? 'jitsi/*',
    module: one.module,
    library: one.kind === 'library' ? one.library : undefined,
    ...rest,
    of: configurations.length,
  }))
}

function isOwn(path: string, manifest: Manifest): boolean {
  return path.startsWith(`${modulesPathOf(manifest)}/`)
}

function wantedOf({manifest, lock}: Locked): ReadonlyMap<Wanted, ModuleKey> {
  const inImage = (place: string): string => posix.join(modulesPathOf(manifest), place)
  const mains = mainsIn(lock).map(
    ({key, name, place}) => [{kind: 'module', module: name, file: inImage(place)}, key] as const,
  )
  const libraries = entriesIn(lock.modules).flatMap(([key, {files}]) => {
    // A library that came in for others, with no module around it, is there for them alone.
    if (!mains.some(([, own]) => own === key)) return []
    return librariesOf(key, Object.keys(files)).map(
      ({module, library, place}) => [{kind: 'library', module, library, file: inImage(place)}, key] as const,
    )
  })
  return new Map<Wanted, ModuleKey>([...mains, ...libraries])
}

/** Says what of a project the image hides, and where nothing can be told of it. */
export function jitsiWarnings(locked: Locked, registry: Registry): Warning[] {
  const {image} = locked.manifest
  if (layoutIn(locked.manifest) === 'modules' && isUnknown(locked.manifest))
    return [
      warning(
        'IMAGE_UNKNOWN',
        `${image?.base ?? ''} is no release of docker-jitsi-meet that is known: which modules of its own it has can't be told; "image": {"base": "jitsi/prosody:stable-<build>"} names one`,
      ),
    ]
  return jitsiShadows(locked, registry).map((shadow) =>
    warning('IMAGE_HIDES', shadowText(shadow, image?.base ?? '')),
  )
}

function isUnknown({image}: Manifest): boolean {
  const base = image?.base
  return base !== undefined && isJitsiImage(base) && !/:stable-\d/.test(base)
}

function shadowText({key, module, library, found, under, of}: JitsiShadow, image: string): string {
  const folder = under[0]?.folders[0]
  const first = folder === undefined ? '' : jitsiFolders[folder]
  const files = under.map(({file}) => file)
  const who = files.length === of ? 'all its configurations' : listed(files)
  const verb = files.length === 1 && who === files[0] ? 'searches' : 'search'
  const what =
    library === undefined
      ? `${image} has a ${prefixed(module)} of its own`
      : `${prefixed(module)} gets another "${library}" than its own`
  return `${key}: ${what}, ${found}: ${who} ${verb} ${first} first, and there that one is loaded in place of yours; ${cure}`
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
}
