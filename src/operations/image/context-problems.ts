import {toDigest} from '../../digest.ts'
import {entriesIn} from '../../module-key.ts'
import {contextPathOf, type Lockfile} from '../../project/lockfile.ts'
import type {Environment} from '../../workbench/environment.ts'
import type {ProjectWithLock} from '../../workbench/open-project.ts'
import {verifyContext, type Drift} from '../verify.ts'
import type {ImageProblem} from './problem.ts'

/**
 * Lists what of the files that go into an image is not as locked: each patch and each patched file by itself, for a patch
 * may be why the image is made, and of all others the first.
 */
export async function contextProblems(
  project: ProjectWithLock,
  environment: Environment,
): Promise<ImageProblem[]> {
  const drift = await verifyContext(project, environment)
  const published = publishedIn(project.lock)
  const told = drift.map((one) => ({one, problem: patchProblem(one, published)}))
  const others = told.flatMap(({one, problem}) => (problem === undefined ? one : []))
  return [...told.flatMap(({problem}) => problem ?? []), ...otherProblems(others)]
}

/** By path from the project's folder, the digests that patched files have without their patches. */
function publishedIn({modules}: Lockfile): ReadonlyMap<string, string | null> {
  return new Map(
    entriesIn(modules).flatMap(([key, {published = {}}]) =>
      Object.entries(published).map(([path, digest]) => [contextPathOf(key, path), digest] as const),
    ),
  )
}

function patchProblem(
  {path, kind, got, hint}: Drift,
  published: ReadonlyMap<string, string | null>,
): ImageProblem | undefined {
  const message = ((): string | undefined => {
    if (kind === 'patch') return `${path} is not the patch that was locked`
    if (kind === 'unproved')
      return `${path} can not be shown to be what its patches make of the published file`
    const before = published.get(path)
    if (before === undefined || got === null) return undefined
    if (toDigest(got) === before) return `${path} is not patched: it has the bytes of its publisher`
    return `${path} is patched, and has other bytes than its patches make`
  })()
  return message === undefined ? undefined : {kind: 'patch', message, path, line: null, hint}
}

function otherProblems(drift: readonly Drift[]): ImageProblem[] {
  const [first] = drift
  if (first === undefined) return []
  const more = drift.length > 1 ? `, and ${drift.length - 1} more` : ''
  return [
    {
      kind: 'context',
      message: `the modules are not as locked: ${first.path} (${first.kind})${more}`,
      path: first.path,
      line: null,
      hint: '"prosody-mods verify" names each file, "prosody-mods install" puts them back',
    },
  ]
}
