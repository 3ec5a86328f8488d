import {existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {ProsodyModsError} from '../../errors.ts'
import {imageSecrets} from '../../image/container/files/secrets.ts'
import type {ImageContents} from '../../image/container/contents.ts'
import type {ImageSettings} from '../../image/container/settings.ts'
import {mainOf} from '../../module-name.ts'
import {coreFolder} from '../../prosody/layout-proof.ts'
import {readRegular} from '../../regular-file.ts'
import {versionsIn} from '../../sources/debian/archive.ts'
import type {Environment} from '../../workbench/environment.ts'
import {lockedProject, type ProjectWithLock} from '../../workbench/open-project.ts'
import {withWorkbench} from '../../workbench/workbench.ts'
import {flawedProsody} from '../prosody-flaws.ts'
import {readEnabled} from '../check/enabled-config.ts'
import {findContents} from './contents.ts'
import {contextProblems} from './context-problems.ts'
import {checkEnvironment} from './check-environment.ts'
import {planLibraries} from './libraries.ts'
import {planImage} from './plan.ts'
import {readEnvFile} from './env-file.ts'
import type {ImageProblem} from './problem.ts'

/** What `image check` is asked for. */
export interface ImageCheckRequest {
  /** File of variables to judge; .env beside the manifest where there is one. */
  readonly envFile?: string | undefined
  readonly offline: boolean
}

/** What `image check` found; the shape is part of --json (docs/reference/json.md). */
export interface ImageCheckResult {
  readonly image: ImageSettings
  readonly problems: readonly ImageProblem[]
  /** What could not be looked at, and what is good to know. */
  readonly notes: readonly string[]
}

/**
 * Judges without building whether the image of a project fits: its files, the packages of the suite, modules that are
 * enabled, variables, certificates. Throws IMAGE_MISSING, IMAGE_INVALID, IMAGE_UNMET, NOT_INSTALLED, PATH_NOT_FOUND.
 */
export async function imageCheck(
  request: ImageCheckRequest,
  environment: Environment,
): Promise<ImageCheckResult> {
  const project = await lockedProject(environment)
  const {contents, notes} = await findContents(project, environment)
  const core = coreModules(contents, environment)
  const packages = await packageProblems(project, contents, {request, environment})
  return {
    image: contents.settings,
    problems: [
      ...fileProblems(project.folder, contents, environment),
      ...(await contextProblems(project, environment)),
      ...packages.problems,
      ...moduleProblems(project, contents, core),
      ...prosodyProblems(project, environment),
      ...deploymentProblems(project.folder, contents, {core, envFile: request.envFile}),
    ],
    notes: [...notes, ...packages.notes],
  }
}

function coreModules({settings}: ImageContents, {registry}: Environment): ReadonlySet<string> {
  const line = registry.prosodyLine(settings.prosody)
  const files = line === undefined ? [] : [...coreFolder(line).files.keys()]
  return new Set(files.flatMap((path) => mainOf(path) ?? []))
}

const fileWords = {
  missing: ['is not there', '"prosody-mods image write" writes it'],
  outdated: ['is not what manifest and lockfile make', '"prosody-mods image write" writes it anew'],
  leftover: ['is of a rock that no module needs any more', '"prosody-mods image write" removes it'],
  altered: [
    'has other bytes than that file of the rock',
    '"prosody-mods image write --force" writes those of the rock',
  ],
  edited: [
    'was changed outside of your sections',
    '"prosody-mods image write" shows the difference; with --force it writes the file anew',
  ],
  foreign: [
    'was not written by prosody-mods',
    '"prosody-mods image write" shows the difference; with --force it writes the file anew',
  ],
} as const

function fileProblems(folder: string, contents: ImageContents, {registry}: Environment): ImageProblem[] {
  const planned = [...planImage(folder, contents), ...planLibraries(folder, contents.libraries, registry)]
  return planned.flatMap(({path, state}) => {
    if (state === 'current') return []
    const [what, hint] = fileWords[state]
    return [{kind: 'file' as const, message: `${path} ${what}`, path, line: null, hint}]
  })
}

interface Asking {
  readonly request: ImageCheckRequest
  readonly environment: Environment
}

/** Packages that the manifest adds are looked up in the suite's index; of the others the registry knows. */
async function packageProblems(
  {folder, manifest}: ProjectWithLock,
  {settings}: ImageContents,
  {request, environment}: Asking,
): Promise<Pick<ImageCheckResult, 'problems' | 'notes'>> {
  const {packages, debian} = settings
  if (packages.length === 0) return {problems: [], notes: []}
  if (request.offline)
    return {
      problems: [],
      notes: [`--offline: whether ${debian} has ${packages.join(', ')} was not looked up`],
    }
  const problems: ImageProblem[] = []
  const notes: string[] = []
  await withWorkbench(environment, {folder, manifest, offline: false}, async ({context}) => {
    for (const name of packages) {
      try {
        const index = {
          package: name,
          root: '',
          suite: debian,
          component: 'main',
          architecture: debianArchitecture(),
        }
        if ((await versionsIn(index, context)).length > 0) continue
        problems.push({
          kind: 'package',
          message: `Debian ${debian} has no package ${name} in main`,
          path: 'prosody-mods.json',
          line: null,
          hint: 'correct "packages" of "image"',
        })
      } catch (error) {
        if (!(error instanceof ProsodyModsError) || error.exitCode !== 5) throw error
        notes.push(`whether ${debian} has ${name} was not found out: ${error.message.split('\n')[0] ?? ''}`)
      }
    }
  })
  return {problems, notes}
}

/** Debian's name of this machine's architecture; that of most servers where it has none. */
function debianArchitecture(): string {
  return (
    {x64: 'amd64', arm64: 'arm64', arm: 'armhf', ppc64: 'ppc64el', s390x: 's390x'}[process.arch as string] ??
    'amd64'
  )
}

function moduleProblems(
  project: ProjectWithLock,
  {modules}: ImageContents,
  core: ReadonlySet<string>,
): ImageProblem[] {
  const enabled = readEnabled(project)
  return [...(enabled?.names ?? [])].sort().flatMap((name) => {
    const isThere = modules.all.has(name) || core.has(name) || ours.has(name)
    const unmet = modules.unmet.get(name)
    if (isThere && unmet === undefined) return []
    const why =
      unmet === undefined ? 'is not in the image' : `needs ${unmet.join(', ')}, which is not in the image`
    return [
      {
        kind: 'module' as const,
        message: `${name} is enabled, and ${why}`,
        path: null,
        line: null,
        hint: `it is enabled in one of ${enabled?.files.join(', ') ?? ''}; "prosody-mods add ${name}" brings a module`,
      },
    ]
  })
}

function prosodyProblems(project: ProjectWithLock, {registry}: Environment): ImageProblem[] {
  return flawedProsody(project, registry).map(({file: path, ...one}) => ({kind: 'advisory', path, ...one}))
}

/** The module that comes with every image. */
const ours: ReadonlySet<string> = new Set(['image_accounts'])

function deploymentProblems(
  folder: string,
  contents: ImageContents,
  {core, envFile}: {readonly core: ReadonlySet<string>; readonly envFile: string | undefined},
): ImageProblem[] {
  const path = envFile ?? join(folder, '.env')
  if (!existsSync(path)) {
    if (envFile === undefined) return []
    throw new ProsodyModsError('PATH_NOT_FOUND', `there is nothing at ${path}`, {
      hint: '--variables names a file with variables, such as .env',
    })
  }
  const lines = readEnvFile(readRegular(path, 'dockerfile').toString('utf8'))
  const shown = envFile ?? '.env'
  const secrets = imageSecrets(contents)
  const problems = checkEnvironment(lines, {
    contents,
    core,
    shown,
    secrets,
    certificates: certificatesIn(folder),
  })
  if (envFile !== undefined) return problems
  return [
    ...problems,
    ...secrets
      .filter(({name}) => !existsSync(join(folder, 'secrets', name)))
      .map(({name}): ImageProblem => ({
        kind: 'secret',
        message: `secrets/${name} is not there, and compose.yaml brings it into the container`,
        path: `secrets/${name}`,
        line: null,
        hint: `head -c 32 /dev/urandom | base64 >secrets/${name}`,
      })),
  ]
}

function certificatesIn(folder: string): readonly string[] {
  try {
    return readdirSync(join(folder, 'certs'), {recursive: true, encoding: 'utf8'})
  } catch {
    return []
  }
}
