import {existsSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {makeFolders, writeFailed} from '../../durable.ts'
import {ProsodyModsError} from '../../errors.ts'
import {emptyLock, lockfileName} from '../../project/lockfile.ts'
import {defaultModulesPath, manifestName, parseManifest} from '../../project/manifest.ts'
import {gitAttributes} from '../../context/git-attributes.ts'
import {initTarget, type InitTarget} from './target.ts'
import {nothingLinted} from '../../context/lint-summary.ts'
import {exclusively} from '../../project/project.ts'
import type {Environment} from '../../workbench/environment.ts'
import {reportChanges, nothingOmitted, type WriteResult} from '../../context/write-result.ts'
import {nothingNeeded} from '../../resolve/closure.ts'
import {nothingFetched} from '../../fetch/report.ts'
import {applyContext, planContext} from '../../context/plan.ts'
import {generatedFiles} from '../../image/generated-files.ts'
import {projectWarnings} from '../../context/warnings.ts'

/** What `init` is asked for. */
export interface InitRequest {
  /** The release line: 13.0 */
  readonly prosody?: string
  /** The suite of the image: trixie */
  readonly debian?: string
  /** Absolute folder of the image that prosody-modules/ will be copied to. */
  readonly modulesPath?: string
  readonly dryRun: boolean
}

/** What `init` made; the shape is part of --json (docs/reference/json.md). */
export interface InitResult extends WriteResult {
  /** Absolute folder of the new project. */
  readonly folder: string
  readonly target: InitTarget
  /** What is left to do by hand. */
  readonly notes: readonly string[]
}

/**
 * Makes a project: manifest, empty lockfile, configuration, and where Git has no attributes yet, those that keep it from
 * changing line ends. Throws MANIFEST_EXISTS, MANIFEST_INVALID, USAGE.
 */
export async function init(request: InitRequest, environment: Environment): Promise<InitResult> {
  const folder = resolve(environment.cwd)
  refuseExisting(folder)
  const made = initTarget(folder, request, environment.registry)
  const manifestText = `${JSON.stringify(manifestFor({...request, ...made}), undefined, 2)}\n`
  const manifest = await parseManifest(manifestText, manifestName).catch((error: unknown) => {
    throw ofFlag(error)
  })
  const wanted = {lock: emptyLock, manifest, manifestText, writeLock: true, force: false}
  const plan = (): ReturnType<typeof planContext> =>
    planContext(
      {folder, lock: undefined, lockText: undefined, manifestText: ''},
      wanted,
      generatedFiles(wanted),
    )
  const done = request.dryRun ? plan() : await create(folder, environment, plan)
  const attributes = gitAttributes(folder, request.dryRun)
  return {
    folder,
    target: made,
    notes: attributes.notes,
    dryRun: request.dryRun,
    changes: [...attributes.changes, ...reportChanges(done)],
    unchanged: done.unchanged,
    warnings: projectWarnings(folder, {manifest, lock: emptyLock}, environment.registry),
    fetch: nothingFetched,
    lint: nothingLinted,
    needs: nothingNeeded,
    ...nothingOmitted,
  }
}

async function create(
  folder: string,
  environment: Environment,
  plan: () => ReturnType<typeof planContext>,
): Promise<ReturnType<typeof planContext>> {
  try {
    makeFolders(folder)
  } catch (error) {
    throw writeFailed(folder, error)
  }
  return exclusively(folder, environment, async () => {
    refuseExisting(folder)
    const planned = plan()
    await applyContext({...environment, folder}, planned, () => Buffer.alloc(0))
    return planned
  })
}

const flags: ReadonlyMap<unknown, string> = new Map([
  ['/prosody', '--prosody'],
  ['/image/debian', '--debian'],
  ['/image/modulesPath', '--modules-path'],
])

/** There is no manifest yet: the flag is told in place of the line. */
function ofFlag(error: unknown): unknown {
  if (!(error instanceof ProsodyModsError)) return error
  const flag = flags.get(error.details['pointer'])
  if (flag === undefined) return error
  return error.with({
    message: `${flag}: ${String(error.details['reason'])}`,
    hint: '"prosody-mods init --help" describes the flags',
    details: {flag},
  })
}

function refuseExisting(folder: string): void {
  const found = [manifestName, lockfileName].find((name) => existsSync(join(folder, name)))
  if (found === undefined) return
  throw new ProsodyModsError('MANIFEST_EXISTS', `${join(folder, found)} exists already`, {
    hint: 'this folder is a project: go on with "prosody-mods add <module>" or "prosody-mods install"',
  })
}

function manifestFor({
  prosody,
  debian,
  modulesPath = defaultModulesPath,
}: InitTarget & Pick<InitRequest, 'modulesPath'>): object {
  return {
    prosody,
    image: {debian, modulesPath},
    modules: {},
  }
}
