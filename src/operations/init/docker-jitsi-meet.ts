import {ProsodyModsError} from '../../errors.ts'
import {isJitsiImage, jitsiImage, jitsiImageName, jitsiTag, type JitsiTag} from '../../image/jitsi-image.ts'
import {firstKnown, jitsiConfigurations, jitsiFolders} from '../../image/jitsi-folders.ts'
import {jitsiContents, type ReleaseIn} from '../../image/jitsi-contents.ts'
import {readRegular} from '../../regular-file.ts'
import {join} from 'node:path'
import type {Registry} from '../../registry/registry.ts'
import {readEnvFile} from '../image/env-file.ts'
import type {NewProjectFlags} from './new-project.ts'

/** What a project is for that `init --for docker-jitsi-meet` made; the shape is part of --json (docs/reference/json.md). */
export interface ForJitsi {
  /** `ghcr.io/jitsi/prosody:stable-11146` */
  readonly image: string
  readonly tag: string
  /** Where the tag is from: a flag, the line of a file, or that it is the newest that is known. */
  readonly because: string
  /** The releases of modules in the image; `certain` is false for what may be another one. */
  readonly jitsi: ReleaseIn | null
  readonly contrib: ReleaseIn | null
  /** By configuration of the image: the folders that it searches, first to last. */
  readonly configurations: readonly {readonly file: string; readonly folders: readonly string[]}[]
}

/** What a new project for docker-jitsi-meet says, and what it is for. */
export interface JitsiProject {
  readonly flags: NewProjectFlags
  readonly what: ForJitsi
}

/**
 * Decides what a project for docker-jitsi-meet says: by the release that is named, else the one of the .env or of the
 * Compose file beside it, else the newest that is known. Throws USAGE for a tag that means another release with time, and for what is none.
 * @param given as --version has it: `stable-10888`, `10888`, `jitsi/prosody:stable-10888-1`
 */
export function jitsiProject(
  given: string | undefined,
  flags: NewProjectFlags,
  {folder, registry}: {readonly folder: string; readonly registry: Registry},
): JitsiProject {
  const {tag, because} = chosen(given, folder, registry)
  const image = given !== undefined && isJitsiImage(given) ? given : jitsiImageName(tag)
  const inImage = jitsiImage(image)
  const contents = jitsiContents(tag, registry)
  return {
    flags: {
      modulesPath: jitsiFolders.custom,
      ...(inImage?.prosody === undefined ? {} : {prosody: inImage.prosody}),
      ...(inImage?.debian === undefined ? {} : {debian: inImage.debian}),
      ...flags,
      base: image,
      layout: 'modules',
    },
    what: {
      image,
      tag: tag.tag,
      because,
      jitsi: contents.jitsi ?? null,
      contrib: contents.contrib ?? null,
      configurations: jitsiConfigurations(tag).map(({file, folders}) => ({
        file,
        folders: folders.map((one) => jitsiFolders[one]),
      })),
    },
  }
}

interface Chosen {
  readonly tag: JitsiTag
  readonly because: string
}

function chosen(given: string | undefined, folder: string, registry: Registry): Chosen {
  if (given !== undefined) return {tag: readTag(given, '--version', registry), because: 'as --version says'}
  const set = readEnvFile(textOf(join(folder, '.env'))).find(({name}) => name === 'JITSI_IMAGE_VERSION')
  if (set !== undefined && set.value !== '') {
    const where = `.env, line ${set.line}`
    const tag = readTag(set.value, `JITSI_IMAGE_VERSION (${where})`, registry)
    return {tag, because: `as ${where} says`}
  }
  const run = composed(folder)
  if (run !== undefined) return {tag: readTag(run.tag, run.file, registry), because: `as ${run.file} says`}
  return {
    tag: readTag(newestIn(registry), '--version', registry),
    because: 'the newest that is known; --version names another',
  }
}

/** The release that a Compose file runs where no variable says another. */
function composed(folder: string): {readonly file: string; readonly tag: string} | undefined {
  for (const file of ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml']) {
    const image = /^\s*image:.*jitsi\}?\/prosody:(?:\$\{JITSI_IMAGE_VERSION:-)?([\w.-]+)/m
    const tag = image.exec(textOf(join(folder, file)))?.[1]
    if (tag !== undefined) return {file, tag}
  }
  return undefined
}

function readTag(given: string, what: string, registry: Registry): JitsiTag {
  const text = given.replace(/@.*$/, '').replace(/^.*:/, '')
  const tag = jitsiTag(/^\d{4,6}(?:-\d{1,3})?$/.test(text) ? `stable-${text}` : text)
  const newest = newestIn(registry)
  if (tag === undefined) {
    const moving = /^(?:stable|unstable|latest|nightly)$/.test(text) || text.startsWith('unstable-')
    const why = moving
      ? 'names another image every now and then, so what is in it can not be told'
      : 'is no release of docker-jitsi-meet'
    throw new ProsodyModsError('USAGE', `${what}: ${JSON.stringify(text)} ${why}`, {
      hint: `name the release that runs: --version stable-${newest} is the newest that is known; "docker image inspect" or JITSI_IMAGE_VERSION in .env tell which one runs`,
      details: {flag: '--version'},
    })
  }
  if (tag.build < Number(firstKnown))
    throw new ProsodyModsError(
      'USAGE',
      `${what}: nothing is known of images of docker-jitsi-meet before stable-${firstKnown}`,
      {hint: `--version stable-${newest} is the newest that is known`, details: {flag: '--version'}},
    )
  return tag
}

/** Names the newest release of docker-jitsi-meet of which something is known: `stable-11146`. */
export function newestJitsiTag(registry: Registry): string {
  return `stable-${newestIn(registry)}`
}

function newestIn(registry: Registry): string {
  return registry.releases('jitsi').releases.at(-1)?.version ?? firstKnown
}

/** Says what to do next, and what is not certain about it. */
export function jitsiNotes({tag, jitsi, contrib}: ForJitsi, registry: Registry): string[] {
  const build = Number(/\d+/.exec(tag)?.[0])
  const known = registry.releases('jitsi').releases.some(({version}) => Number(version) === build)
  return [
    ...(known || jitsi === null
      ? []
      : [
          `of Jitsi ${build} nothing is known; ${jitsi.version}, the nearest that is, stands for the modules of the image`,
        ]),
    ...(contrib === null || contrib.certain
      ? []
      : [
          `${tag} takes the newest modules of jitsi-contrib on the day when it is built: ${contrib.version} is the one of its release`,
        ]),
  ]
}

function textOf(path: string): string {
  try {
    return readRegular(path, 'configuration').toString('utf8')
  } catch {
    return ''
  }
}
