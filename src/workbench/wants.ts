import type {Sha256} from '../digest.ts'
import type {Candidate, Want} from '../fetch/types.ts'
import {splitKey, type ModuleKey} from '../module-key.ts'
import {debsHolding, locateDeb, ownPackagesHolding, type KnownDeb} from '../sources/debian/index.ts'
import {locate} from '../sources/index.ts'
import type {Location} from '../sources/types.ts'
import {packageDigestOf, type Resolved} from '../sources/kinds.ts'
import type {Workbench} from './workbench.ts'

/** A file of a resolved release that is needed. */
export interface NeededFile {
  /** `source/name`, for messages. */
  readonly module: ModuleKey
  readonly resolved: Resolved
  /** In the release. */
  readonly path: string
  readonly sha256: Sha256
  readonly size?: number
  readonly knownVariant: boolean
}

/**
 * Lists where each file may be had: at its publisher first, then in every Debian package that holds the same bytes,
 * then in packages of its publisher's own archive, then in its publisher's archives; packages that lie in the store already come before everything, since they cost
 * nothing.
 */
export async function wantsFor(files: readonly NeededFile[], bench: Workbench): Promise<Want[]> {
  const upstream = new Map<ModuleKey, readonly Location[]>()
  for (const {module, resolved} of files) {
    if (!upstream.has(module))
      upstream.set(module, await locate(resolved, splitKey(module)[1], bench.context))
  }
  const debs = await debLocations(files, bench)
  return files.map((one) => {
    const file = {...one, ...bench.expected.get(one.sha256)}
    const own = (upstream.get(file.module) ?? []).map((location) => ({location, path: file.path}))
    const packaged = debs.flatMap(({known, locations}) => {
      const path = known.paths.get(file.sha256)
      return path === undefined ? [] : locations.map((location) => ({location, path}))
    })
    return {
      sha256: file.sha256,
      ...(file.size === undefined ? {} : {size: file.size}),
      name: `${file.module}: ${file.path}`,
      knownVariant: file.knownVariant,
      candidates: storedFirst(inOrder(own, packaged), bench),
    }
  })
}

/**
 * Where a publisher gives single files, what else it has comes last: an archive of its is bigger than a package, or
 * lies on the host that has just failed.
 */
function inOrder(own: readonly Candidate[], packaged: readonly Candidate[]): Candidate[] {
  const [first, ...rest] = own
  return first?.location.type === 'files' ? [first, ...packaged, ...rest] : [...own, ...packaged]
}

interface PlacedDeb {
  readonly known: KnownDeb
  readonly locations: readonly Location[]
}

/** The package that holds most of what is needed first, so that as few as possible are downloaded. */
async function debLocations(files: readonly NeededFile[], bench: Workbench): Promise<PlacedDeb[]> {
  const declared = new Set(files.map(({resolved}) => packageDigestOf(resolved)))
  const found = debsHolding(new Set(files.map(({sha256}) => sha256)), bench.context)
    .filter(({deb}) => !declared.has(deb.sha256))
    .sort((a, b) => b.paths.size - a.paths.size)
  return Promise.all([...found, ...ownPackages(files, bench)].map((known) => place(known, bench)))
}

async function place(known: KnownDeb, {context}: Workbench): Promise<PlacedDeb> {
  return {known, locations: await locateDeb(known.deb, context, known.isUnproved === true)}
}

/** Of dozens of releases that have a file, a publisher's archive is asked for so many. */
const mostOwn = 3

/** As few as hold everything, and not more of one file than the archive is asked for. */
function ownPackages(files: readonly NeededFile[], {context}: Workbench): KnownDeb[] {
  const bySource = new Map<string, Set<Sha256>>()
  for (const {module, sha256} of files) {
    const [source] = splitKey(module)
    const digests = bySource.get(source) ?? new Set()
    bySource.set(source, digests.add(sha256))
  }
  return [...bySource].flatMap(([source, digests]) => {
    const times = new Map<string, number>()
    const found = ownPackagesHolding(source, digests, context).sort((a, b) => b.paths.size - a.paths.size)
    return found.filter(({paths}) => {
      const isNeeded = [...paths.keys()].some((sha256) => (times.get(sha256) ?? 0) < mostOwn)
      if (isNeeded) for (const sha256 of paths.keys()) times.set(sha256, (times.get(sha256) ?? 0) + 1)
      return isNeeded
    })
  })
}

function storedFirst(candidates: readonly Candidate[], {session}: Workbench): Candidate[] {
  const stored = ({location}: Candidate): number =>
    location.type === 'archive' && location.sha256 !== undefined && session.store.has(location.sha256) ? 1 : 0
  return [...candidates].sort((a, b) => stored(b) - stored(a))
}
