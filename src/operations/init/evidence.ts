import {join} from 'node:path'
import {baseImageOf, contentsOf} from '../../image/dockerfile.ts'
import {isJitsiImage, jitsiImage} from '../../image/jitsi-image.ts'
import {FileRefused, readRegular} from '../../regular-file.ts'
import type {Registry} from '../../registry/registry.ts'
import {installedProsody, suiteOfMachine} from '../../workbench/installed-prosody.ts'
import {readEnvFile} from '../image/env-file.ts'

/** Something that says what a new project is for. */
export interface Evidence {
  /** Whether the folder itself says it, or this machine. */
  readonly from: 'folder' | 'machine'
  /** In words: `Dockerfile has FROM debian:bookworm`. */
  readonly text: string
  /** The release line of Prosody; undefined where it does not tell. */
  readonly prosody: string | undefined
  /** The suite of Debian; undefined where it does not tell. */
  readonly debian: string | undefined
}

const dockerfiles = ['Dockerfile', 'Containerfile']
/** The names of a Compose file, the one that Compose takes first. */
export const composeFiles = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml']

/** Returns what a folder has a Dockerfile in, by its name; undefined where it has none. */
export function dockerfileIn(folder: string): {readonly name: string; readonly text: string} | undefined {
  for (const name of dockerfiles) {
    const text = textOf(join(folder, name))
    if (text !== undefined) return {name, text}
  }
  return undefined
}

/**
 * Collects what says which Prosody and Debian a folder is for, best first: what its image starts from, what Compose runs
 * there, and where neither is there, what is installed on this machine. Nothing is run.
 */
export function evidenceFor(
  folder: string,
  env: NodeJS.ProcessEnv,
  {suites}: Pick<Registry, 'suites'>,
): readonly Evidence[] {
  const dockerfile = dockerfileIn(folder)
  return [
    ...(dockerfile === undefined ? [] : [ofDockerfile(dockerfile, suites)]),
    ...ofCompose(folder, suites),
    ...ofMachine(env),
  ]
}

type Suites = Registry['suites']

function ofDockerfile(
  {name, text}: {readonly name: string; readonly text: string},
  suites: Suites,
): Evidence {
  const base = baseImageOf(text, suites)
  if (base === undefined)
    return {
      from: 'folder',
      text: `what ${name} starts from can't be told`,
      prosody: undefined,
      debian: undefined,
    }
  return evidenceOf(`${name} has FROM ${base.image}`, base.image, suites)
}

function evidenceOf(text: string, image: string, suites: Suites): Evidence {
  const {prosody, debian} = {...contentsOf(image, suites), ...jitsiImage(image)}
  const isKnown = prosody !== undefined || debian !== undefined
  return {from: 'folder', text: isKnown ? text : `${text}, of which nothing is known`, prosody, debian}
}

/** Of docker-jitsi-meet, and of whatever runs an image of Prosody that is known by its name. */
function ofCompose(folder: string, suites: Suites): Evidence[] {
  const variables = new Map(
    readEnvFile(textOf(join(folder, '.env')) ?? '').map(({name, value}) => [name, value]),
  )
  for (const name of composeFiles) {
    const text = textOf(join(folder, name))
    if (text === undefined) continue
    const images = [...text.matchAll(/^\s*image:\s*["']?([^\s"'#]+)/gm)].map(([, image = '']) =>
      replaced(image, variables),
    )
    const image = images.find((one) => isJitsiImage(one) || contentsOf(one, suites).prosody !== undefined)
    if (image !== undefined) return [evidenceOf(`${name} runs ${image}`, image, suites)]
  }
  const version = variables.get('JITSI_IMAGE_VERSION')
  if (version === undefined) return []
  return [evidenceOf(`.env has JITSI_IMAGE_VERSION=${version}`, `jitsi/prosody:${version}`, suites)]
}

/** What Compose puts in for variables that are set, and what it does not put in for others. */
function replaced(image: string, variables: ReadonlyMap<string, string>): string {
  return image.replaceAll(
    /\$\{(\w+)(?::?-([^}]*))?\}|\$(\w+)/g,
    (all: string, ...found: readonly unknown[]) => {
      const [name = '', otherwise, plain] = found as readonly (string | undefined)[]
      return variables.get(plain ?? name) ?? otherwise ?? all
    },
  )
}

function ofMachine(env: NodeJS.ProcessEnv): Evidence[] {
  const found = installedProsody(env)
  if (found?.line === undefined || found.line === null) return []
  const debian = suiteOfMachine()
  const on = debian === undefined ? '' : ` of Debian ${debian}`
  const text = `Prosody ${found.version ?? ''}${on} is installed here`
  return [{from: 'machine', text, prosody: found.line, debian}]
}

function textOf(path: string): string | undefined {
  try {
    return readRegular(path, 'dockerfile').toString('utf8')
  } catch (error) {
    // What can't be read is nothing to go by, but it is there.
    return error instanceof FileRefused ? '' : undefined
  }
}
