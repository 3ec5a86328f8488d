import {ProsodyModsError} from '../../errors.ts'
import {defaultDebian, defaultProsody} from '../../project/manifest.ts'
import type {Registry} from '../../registry/registry.ts'
import {knownSuites} from '../../resolve/libraries.ts'
import {nearestNames} from '../../text/nearest.ts'
import {evidenceFor, type Evidence} from './evidence.ts'

/** What a new project is for; the shape is part of --json (docs/reference/json.md). */
export interface InitTarget {
  readonly prosody: string
  readonly debian: string
  /** Why this target was taken, for people. */
  readonly because: string
  /** Flags that would change it. */
  readonly change: readonly string[]
  /** What says otherwise, for people. */
  readonly disagreeing: readonly string[]
}

type Asked = Partial<Readonly<Record<'prosody' | 'debian' | 'because', string | undefined>>>

/** What a target is chosen by, besides flags. */
export interface Around {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  readonly registry: Registry
}

/**
 * Chooses the target of a new project: what was asked for, else what the folder's Dockerfile starts from or its Compose
 * file runs, else, where the folder has neither, the Prosody of this machine, else the default. A line that was asked for
 * brings the suite that has it, unless the folder names one. Throws USAGE for a suite that reads like a typing error.
 */
export function initTarget(asked: Asked, {folder, env, registry}: Around): InitTarget {
  refuseTypo(asked.debian, registry)
  const found = evidenceFor(folder, env, registry)
  const taken = chosen(found)
  const suite = asked.debian === undefined ? suiteFor(asked.prosody, taken, registry) : undefined
  const debian = asked.debian ?? suite ?? taken?.debian ?? defaultDebian
  const fromImage = asked.debian === undefined ? taken?.prosody : undefined
  const prosody = asked.prosody ?? fromImage ?? prosodyOfSuite(debian, registry) ?? defaultProsody
  const because =
    suite === undefined
      ? reasonOf(asked, taken, registry)
      : `${asked.because ?? 'as --prosody says'}, and the Debian that has it`
  return {
    prosody,
    debian,
    because,
    change: (['prosody', 'debian'] as const)
      .filter((name) => asked[name] === undefined)
      .map((name) => `--${name}`),
    disagreeing: [
      ...found
        .filter((one) => disagrees(one, {prosody, debian}) && !because.endsWith(one.text))
        .map(({text}) => text),
      ...(asked.prosody === undefined ? [] : otherOwn({prosody, debian}, registry)),
    ],
  }
}

/** The first that tells something; of a folder whose image tells nothing, that is said, and the machine says nothing of it. */
function chosen(found: readonly Evidence[]): Evidence | undefined {
  const own = found.filter(({from}) => from === 'folder')
  return (own.length === 0 ? found : own).find(tells) ?? own[0]
}

function tells({prosody, debian}: Evidence): boolean {
  return prosody !== undefined || debian !== undefined
}

function disagrees(one: Evidence, {prosody, debian}: Pick<InitTarget, 'prosody' | 'debian'>): boolean {
  return (
    (one.prosody !== undefined && one.prosody !== prosody) ||
    (one.debian !== undefined && one.debian !== debian)
  )
}

/**
 * The suite of Debian that has a release line, where that line was asked for and the folder does not say which suite it
 * is for; undefined where no suite with known packages has it.
 */
function suiteFor(
  prosody: string | undefined,
  taken: Evidence | undefined,
  registry: Registry,
): string | undefined {
  if (prosody === undefined || (taken?.from === 'folder' && taken.debian !== undefined)) return undefined
  if (taken?.prosody === prosody && taken.debian !== undefined) return undefined
  return suitesWith(prosody, registry).at(-1)
}

function suitesWith(line: string, {libraries, suites}: Registry): readonly string[] {
  const known = knownSuites(libraries)
  return suites.filter(({name, prosody}) => prosody === line && known.includes(name)).map(({name}) => name)
}

/** Says that Debian itself has another Prosody, and which suite has the one that is meant: images are made of that. */
function otherOwn({prosody, debian}: Pick<InitTarget, 'prosody' | 'debian'>, registry: Registry): string[] {
  const own = prosodyOfSuite(debian, registry)
  if (own === undefined || own === prosody) return []
  const [suite] = suitesWith(prosody, registry).slice(-1)
  const where = suite === undefined ? `no suite that is known has ${prosody}` : `${prosody} is in ${suite}`
  return [
    `the Prosody of Debian ${debian} is ${own}, and ${where}; "image init" takes no other than the suite's`,
  ]
}

/** The release line of Prosody that a suite of Debian has; undefined for a suite that is not known. */
function prosodyOfSuite(suite: string, {suites}: Registry): string | undefined {
  return suites.find(({name}) => name === suite)?.prosody
}

function reasonOf(
  {prosody, debian, because}: Asked,
  taken: Evidence | undefined,
  registry: Registry,
): string {
  if (prosody !== undefined && debian !== undefined) return because ?? 'as --prosody and --debian say'
  if (debian !== undefined) {
    const says = because ?? 'as --debian says'
    return prosodyOfSuite(debian, registry) === undefined ? says : `${says}, and the Prosody of that suite`
  }
  const text = taken?.text ?? 'no Dockerfile here, and no Prosody'
  return prosody === undefined ? text : `${because ?? 'as --prosody says'}; ${text}`
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
