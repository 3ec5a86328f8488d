import {join} from 'node:path'
import {ProsodyModsError} from '../../errors.ts'
import {baseImageOf, type BaseImage} from '../../image/dockerfile.ts'
import {defaultDebian, defaultProsody} from '../../project/manifest.ts'
import {FileRefused, readRegular} from '../../regular-file.ts'
import type {Registry} from '../../registry/registry.ts'
import {knownSuites} from '../../resolve/libraries.ts'
import {nearestNames} from '../../text/nearest.ts'

/** What a new project is for; the shape is part of --json (docs/reference/json.md). */
export interface InitTarget {
  readonly prosody: string
  readonly debian: string
  /** Why this target was taken, for people. */
  readonly because: string
}

type Asked = Partial<Readonly<Record<'prosody' | 'debian', string | undefined>>>

const dockerfiles = ['Dockerfile', 'Containerfile']

/**
 * Chooses the target of a new project: what was asked for, else what the folder's Dockerfile starts from, else the
 * default. Throws USAGE for a suite that reads like a typing error.
 */
export function initTarget(folder: string, asked: Asked, registry: Registry): InitTarget {
  refuseTypo(asked.debian, registry)
  const found =
    asked.prosody !== undefined && asked.debian !== undefined ? undefined : findBase(folder, registry)
  const debian = asked.debian ?? found?.base?.debian ?? defaultDebian
  const fromImage = asked.debian === undefined ? found?.base?.prosody : undefined
  const prosody = asked.prosody ?? fromImage ?? prosodyOfSuite(debian, registry) ?? defaultProsody
  return {prosody, debian, because: reasonOf(asked, found, registry)}
}

interface Found {
  readonly file: string
  /** Undefined where the file does not tell. */
  readonly base: BaseImage | undefined
}

/** The release line of Prosody that a suite of Debian has; undefined for a suite that is not known. */
function prosodyOfSuite(suite: string, {suites}: Registry): string | undefined {
  return suites.find(({name}) => name === suite)?.prosody
}

function findBase(folder: string, {suites}: Registry): Found | undefined {
  for (const file of dockerfiles) {
    try {
      return {file, base: baseImageOf(readRegular(join(folder, file), 'dockerfile').toString('utf8'), suites)}
    } catch (error) {
      // What can't be read is no Dockerfile to go by, and says so.
      if (error instanceof FileRefused) return {file, base: undefined}
    }
  }
  return undefined
}

function reasonOf({prosody, debian}: Asked, found: Found | undefined, registry: Registry): string {
  if (prosody !== undefined && debian !== undefined) return 'as --prosody and --debian say'
  if (debian !== undefined)
    return prosodyOfSuite(debian, registry) === undefined
      ? 'as --debian says; --prosody'
      : 'as --debian says, and the Prosody of that suite; --prosody'
  const file = found === undefined ? 'no Dockerfile here' : fileReason(found)
  return prosody === undefined ? `${file}; --prosody, --debian` : `as --prosody says; ${file}; --debian`
}

function fileReason({file, base}: Found): string {
  if (base === undefined) return `what ${file} starts from can't be told`
  const isKnown = base.debian !== undefined || base.prosody !== undefined
  return `${file} has FROM ${base.image}${isKnown ? '' : ', of which nothing is known'}`
}

function refuseTypo(debian: string | undefined, registry: Registry): void {
  if (debian === undefined) return
  const known = knownSuites(registry.libraries)
  if (known.includes(debian)) return
  const near = nearestNames(
    debian,
    [...known, ...registry.suites.map(({name}) => name), ...otherSuites],
    1,
  )[0]
  if (near === undefined || near === debian) return
  throw new ProsodyModsError('USAGE', `--debian: there is no suite ${JSON.stringify(debian)}`, {
    hint: `did you mean ${near}? Suites of which packages are known: ${known.join(', ')}`,
    details: {flag: '--debian'},
  })
}

/** Suites that are there, though nothing is known of their packages. */
const otherSuites = ['forky', 'sid', 'testing', 'stable', 'unstable']
