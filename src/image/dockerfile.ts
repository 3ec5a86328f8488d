import type {DebianSuite} from '../registry/types.ts'

/** What a Dockerfile's last stage is made from, as far as it is known what is in it. */
export interface BaseImage {
  /** The image as it is written, build arguments replaced: debian:bookworm-slim */
  readonly image: string
  /** The suite of Debian; undefined where it is not known. */
  readonly debian?: string | undefined
  /** The release line of the Prosody in it; undefined where it is not known. */
  readonly prosody?: string | undefined
}

/** Publishers of images that are named by Prosody's release lines: what they are based on changes with time. */
const prosodyImages = new Set(['prosody/prosody', 'prosodyim/prosody'])

/**
 * Finds the image that the last stage of a Dockerfile starts from, followed through its stages and the defaults of its
 * build arguments; undefined where there is none, or it is computed from what the file does not say.
 */
export function baseImageOf(text: string, suites: readonly DebianSuite[]): BaseImage | undefined {
  const values = new Map<string, string>()
  const stages = new Map<string, string>()
  let last: string | undefined
  for (const line of instructions(text)) {
    const arg = /^arg\s+(\w+)=["']?([^"'\s]*)["']?\s*$/i.exec(line)
    // Only arguments above the first stage are known in FROM.
    if (arg?.[1] !== undefined && last === undefined) values.set(arg[1], arg[2] ?? '')
    const from = /^from\s+(?:--\S+\s+)*(\S+)(?:\s+as\s+(\S+))?\s*$/i.exec(line)
    if (from?.[1] === undefined) continue
    const written = replaced(from[1], values)
    last = stages.get(written.toLowerCase()) ?? written
    if (from[2] !== undefined) stages.set(from[2].toLowerCase(), last)
  }
  return last === undefined || last.includes('$') ? undefined : {image: last, ...contentsOf(last, suites)}
}

/** Lines without comments, those that are continued joined. */
function instructions(text: string): string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replaceAll(/\\[ \t]*\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
}

function replaced(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\w+|\$\{\w+(?::-[^}]*)?\}/g, (all) => {
    const [name = '', otherwise] = all.replace(/^\$\{?|\}$/g, '').split(':-')
    return values.get(name) ?? otherwise ?? all
  })
}

/** Tells what is in an image, as far as its name says. */
export function contentsOf(image: string, suites: readonly DebianSuite[]): Omit<BaseImage, 'image'> {
  const [, host, path = '', tag = 'latest'] =
    /^((?:[^/]*[.:][^/]*|localhost)\/)?([^:@]+)(?::([^@]+))?(?:@.*)?$/.exec(image) ?? []
  const name = path.replace(/^library\//, '')
  const isHub = host === undefined || host === 'docker.io/'
  if (name === 'debian' || name.endsWith('/debian')) return ofDebian(tag, suites)
  if (isHub && prosodyImages.has(name)) {
    const line = /^(0\.\d+|\d{2,}\.\d+)(?:\D|$)/.exec(tag)?.[1]
    return line === undefined ? {} : {prosody: line}
  }
  return builtOn(tag, suites)
}

/** Images of others that are made on Debian say so in their tags: `20-bookworm-slim`. */
function builtOn(tag: string, suites: readonly DebianSuite[]): Omit<BaseImage, 'image'> {
  const words = tag.split(/[-.]/)
  const found = suites.find(({name}) => words.includes(name))
  return found === undefined ? {} : {debian: found.name, prosody: found.prosody}
}

/** Returns the version of Prosody in an image of its publishers whose tag names one; undefined where it does not. */
export function prosodyIn(image: string): string | undefined {
  const [, path = '', tag = ''] = /^(?:docker\.io\/)?([^:@]+):([^:@]+)(?:@.*)?$/.exec(image) ?? []
  return prosodyImages.has(path) ? /^(\d+\.\d+\.\d+)(?:$|-)/.exec(tag)?.[1] : undefined
}

function ofDebian(tag: string, suites: readonly DebianSuite[]): Omit<BaseImage, 'image'> {
  const [word = ''] = tag.split(/[-.]/)
  const found = suites.find(({name, number}) => name === word || number === word)
  if (found === undefined) return /^[a-z]+$/.test(word) && !moving.has(word) ? {debian: word} : {}
  return {debian: found.name, prosody: found.prosody}
}

/** Tags that mean another suite with time. */
const moving: ReadonlySet<string> = new Set(['latest', 'stable', 'oldstable', 'testing', 'experimental'])
