import {prefixed} from '../../module-name.ts'
import {toDigest, toSha256, type Digest} from '../../digest.ts'
import {ProsodyModsError} from '../../errors.ts'
import {splitKey, type ModuleKey} from '../../module-key.ts'
import {contextPathOf, type LockedModule} from '../../project/lockfile.ts'
import {originOf, wholeOf, type Thing} from '../../recipe/follow/thing.ts'
import {isMercurial, repositoryPlace} from '../../recipe/place.ts'
import type {RegistrySource} from '../../registry/types.ts'
import {inMercurial, onGithub} from '../../sources/repository.ts'
import {formatOfPath} from '../../sources/archive-format.ts'
import type {ReleaseContents} from '../../sources/types.ts'
import type {Environment} from '../../workbench/environment.ts'
import {openProject} from '../../workbench/open-project.ts'
import {withWorkbench, type Workbench} from '../../workbench/workbench.ts'
import type {Addition} from './add-imported.ts'
import type {Gathered} from './gather.ts'
import type {VerifiedFile} from './types.ts'

/**
 * Fetches what an input would fetch, as far as that is said, and compares the project's files with it: the same bytes, or which
 * differ. What can't be had is told, and is no error.
 */
export async function verifyImported(
  {specs}: Gathered,
  {folder, versions}: Addition,
  {offline, environment}: {readonly offline: boolean; readonly environment: Environment},
): Promise<VerifiedFile[]> {
  const project = await openProject({...environment, cwd: folder})
  const {lock} = project
  if (lock === undefined) return []
  return withWorkbench({...environment, cwd: folder}, {...project, offline, writes: false}, async (bench) => {
    const verified: VerifiedFile[] = []
    const fetched = new Map<string, Promise<Fetched>>()
    for (const {spec, things} of specs) {
      const key = versions.get(spec)?.key as ModuleKey | undefined
      const locked = key === undefined ? undefined : lock.modules[key]
      if (key === undefined || locked === undefined) continue
      for (const thing of things) verified.push(...(await compared({key, locked, thing, fetched}, bench)))
    }
    return verified
  })
}

type Fetched = ReleaseContents | string

interface Compared {
  readonly key: ModuleKey
  readonly locked: LockedModule
  readonly thing: Thing
  /** By URL: what it holds, or why it could not be had. */
  readonly fetched: Map<string, Promise<Fetched>>
}

async function compared(wanted: Compared, bench: Workbench): Promise<VerifiedFile[]> {
  const {key, locked, thing, fetched} = wanted
  const found: VerifiedFile[] = []
  for (const [path, expected] of Object.entries(locked.files)) {
    const from = addressOf(path, wanted, bench)
    const shown = {path: contextPathOf(key, path), from: from ?? thing.from, expected}
    if (from === undefined) {
      found.push({...shown, state: 'not-to-be-had', found: null, reason: whyNot(thing)})
      continue
    }
    const before = fetched.get(from) ?? contentsAt(from, bench)
    fetched.set(from, before)
    found.push({...shown, ...judged(await before, path, expected)})
  }
  // A file that was fetched by itself says nothing of the others of its module.
  const isOne = thing.kind === 'url' && formatOfPath(pathOf(thing.from)) === undefined
  return isOne
    ? found.filter(({state, path}) => state !== 'not-to-be-had' || thing.from.endsWith(lastOf(path)))
    : found
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url
}

function whyNot({kind, ref}: Thing): string {
  if (kind === 'package') return 'packages are not fetched for this'
  return ref === undefined
    ? 'no version is pinned there, so what it brings changes with time'
    : 'its address is not known'
}

/** Where the input would have a file of a module from: the file, or the archive that has it. */
function addressOf(path: string, {key, thing}: Compared, {environment}: Workbench): string | undefined {
  if (thing.kind === 'url') {
    const isArchive = formatOfPath(pathOf(thing.from)) !== undefined
    return isArchive || thing.from.endsWith(`/${lastOf(path)}`) ? thing.from : undefined
  }
  const origin = originOf(wholeOf(thing))
  const place = origin === undefined ? undefined : repositoryPlace(origin)
  if (place?.ref === undefined) return undefined
  const [source, name] = splitKey(key)
  const inside = pathInRepository(path, name, environment.registry.source(source))
  if (isMercurial(place)) return `${thing.from.replace(/\/+$/, '')}/raw-file/${place.ref}/${inside}`
  const github = /^github\.com\/(.+)$/i.exec(place.written)?.[1]
  return github === undefined
    ? undefined
    : `https://raw.githubusercontent.com/${github}/${place.ref}/${inside}`
}

function pathInRepository(path: string, name: string, source: RegistrySource | undefined): string {
  const folder = onGithub(source)?.folder ?? ''
  if (inMercurial(source) !== undefined) return `${prefixed(name)}/${path}`
  return folder === '' ? path : `${folder}/${path}`
}

async function contentsAt(url: string, {session}: Workbench): Promise<Fetched> {
  const format = formatOfPath(pathOf(url))
  const label = URL.canParse(url) ? new URL(url).host : url
  try {
    return await session.contents(url, [
      {type: 'archive', label, url, format, root: '', strip: format === undefined ? 0 : 1},
    ])
  } catch (error) {
    if (error instanceof ProsodyModsError && error.exitCode === 5)
      return error.message.split('\n').at(-1)?.trim() ?? ''
    throw error
  }
}

function judged(
  contents: Fetched,
  path: string,
  expected: Digest,
): Pick<VerifiedFile, 'state' | 'found' | 'reason'> {
  if (typeof contents === 'string') return {state: 'not-to-be-had', found: null, reason: contents}
  const candidates = [...contents.files].filter(
    ([one]) =>
      one === path || one.endsWith(`/${path}`) || one.endsWith(`/${lastOf(path)}`) || one === lastOf(path),
  )
  const wanted = toSha256(expected)
  const same = candidates.find(([, {sha256}]) => sha256 === wanted)
  if (same !== undefined) return {state: 'same', found: expected, reason: null}
  const [other] = candidates
  if (other === undefined) return {state: 'not-to-be-had', found: null, reason: 'it has no such file'}
  return {state: 'different', found: toDigest(other[1].sha256), reason: null}
}
