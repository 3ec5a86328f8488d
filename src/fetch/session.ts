import {setMaxListeners} from 'node:events'
import type {Sha256} from '../digest.ts'
import type {OnProgress} from '../progress.ts'
import type {FilesLocation, ListedPath, Location, ReleaseContents} from '../sources/types.ts'
import {ArchiveReader} from './archive.ts'
import {Attempt} from './attempt.ts'
import {contentsOfLocation, type ContentsOptions, type ListableLocation} from './contents.ts'
import {fetchRawFile, type Downloads} from './download.ts'
import {copyFromFolder} from './folder.ts'
import {openHttp, type Http} from '../net/http.ts'
import {forEachLimited, Turns} from '../limit.ts'
import {KeptTrees} from './kept-trees.ts'
import {contentsOfFiles} from './listed-files.ts'
import {mirrored} from './mirrored.ts'
import {digestUnknown, offlineMissing, unreachable} from './not-fetched.ts'
import {Once} from './once.ts'
import {ReportBuilder, type FetchReport} from './report.ts'
import type {Store} from '../store/store.ts'
import {TransferError} from '../net/transfer-error.ts'
import type {Want} from './types.ts'

/** What one command's fetching needs. */
export interface SessionOptions {
  readonly store: Store
  readonly offline: boolean
  readonly signal: AbortSignal
  readonly onProgress: OnProgress
  readonly env: NodeJS.ProcessEnv
  /** Replaces the base of a URL by that of a mirror. */
  rewrite(url: string): string
}

interface Needed {
  readonly sha256: Sha256
}

/** How many transfers go on at once. */
const transfersAtOnce = 6
/** How many files are worked on at once: while some are made durable, others are on their way. */
const parallel = 2 * transfersAtOnce

/** A session that does one command's fetching: connections, dead hosts and archives are remembered until close. */
export class FetchSession {
  readonly store: Store
  readonly #options: SessionOptions
  readonly #report: ReportBuilder
  readonly #archives: ArchiveReader
  /** Digests that this session has been asked for, so that each is counted once. */
  readonly #seen = new Set<Sha256>()
  /** Digests of files that archives have given. */
  readonly #given = new Set<Sha256>()
  readonly #downloads: Downloads
  readonly #mirrored = new WeakMap<Location, Location>()
  /** What archives and folders hold: all modules of one release need it once. */
  readonly #listed = new Once<ReleaseContents>()
  readonly #trees: KeptTrees
  #http: Http | undefined

  constructor(options: SessionOptions) {
    this.store = options.store
    this.#trees = new KeptTrees(options.store.folder)
    this.store.hold()
    this.#options = options
    // Every transfer listens; by default Node.js takes more than ten listeners for a leak and warns.
    setMaxListeners(0, options.signal)
    this.#report = new ReportBuilder(options.onProgress)
    this.#downloads = {
      store: options.store,
      signal: options.signal,
      http: () => this.http(),
      onProgress: options.onProgress,
      turns: new Turns(transfersAtOnce),
    }
    this.#archives = new ArchiveReader(this.#downloads, (label, sha256) => this.#served(label, sha256))
  }

  /** Returns the connections of this session, for questions to upstreams too. */
  http(): Http {
    return (this.#http ??= openHttp(this.#options.env))
  }

  get report(): FetchReport {
    return this.#report.build()
  }

  /** Whether nobody is asked for anything. */
  get isOffline(): boolean {
    return this.#options.offline
  }

  /** Returns the verified bytes of a blob that `ensure` has brought in. */
  read(sha256: Sha256): Buffer | undefined {
    return this.store.read(sha256, (corrupt) =>
      this.#options.onProgress({type: 'store-corrupt', sha256: corrupt}),
    )
  }

  /**
   * Brings every needed blob into the store; `locate` is asked where those that it lacks may be had, and
   * `onStored` is told of each that is there, while others are still on their way: what it throws ends the
   * fetching. Throws DIGEST_MISMATCH (and ARCHIVE_*) as soon as a location gives other bytes, OFFLINE_MISSING, or
   * UNREACHABLE with the cause at each location.
   */
  async ensure<T extends Needed>(
    needed: readonly T[],
    locate: (lacking: readonly T[]) => Promise<readonly Want[]>,
    onStored: (one: T) => void = () => undefined,
  ): Promise<void> {
    const lacking = this.#lacking(needed)
    this.#countStored(needed, lacking)
    const missing = new Map(lacking.map(({sha256}): [Sha256, T[]] => [sha256, []]))
    for (const one of needed) missing.get(one.sha256)?.push(one)
    if (missing.size > 0) {
      this.#options.onProgress({type: 'planned', files: missing.size})
      const wants = (await locate(lacking)).map((want) => this.#mirroredWant(want))
      await this.#fetch(wants, (sha256) => missing.get(sha256)?.forEach(onStored))
    }
    needed.filter(({sha256}) => !missing.has(sha256)).forEach(onStored)
  }

  /** Collects what a release without known digests holds, from the first location that answers. */
  async contents(name: string, locations: readonly Location[]): Promise<ReleaseContents> {
    const attempt = new Attempt()
    const placed = locations.map((location) => this.#placed(location)).filter(isListable)
    if (placed.length === 0) throw digestUnknown(name)
    for (const location of placed) {
      const known = location.type === 'archive' ? this.#trees.read(location) : undefined
      if (known !== undefined) return known
    }
    for (;;) {
      this.#nextRound()
      for (const [index, location] of placed.entries()) {
        if (!this.#allowed(location)) continue
        const found = await this.#attempt({location, name}, attempt, () =>
          this.#contentsOf(location, {
            downloads: this.#downloads,
            archives: this.#archives,
            onServed: (sha256) => this.#served(location.label, sha256),
            patience: attempt.patience(index === placed.length - 1),
          }),
        )
        if (found !== undefined) return found
      }
      if (this.#options.offline) throw offlineMissing([{name}])
      if (attempt.exhausted) throw unreachable([{name}], this.report)
      await attempt.nextRound(this.#options.signal)
    }
  }

  /**
   * Collects what a release without known digests holds, file by file: where its publisher lists its files and gives no
   * archive. Throws UNREACHABLE.
   */
  async contentsOfFiles(
    name: string,
    location: FilesLocation,
    listed: readonly ListedPath[],
  ): Promise<ReleaseContents> {
    const attempt = new Attempt()
    const placed = this.#placed(location)
    if (placed.type !== 'files') throw digestUnknown(name)
    for (;;) {
      this.#nextRound()
      const found = await this.#attempt({location: placed, name}, attempt, () =>
        contentsOfFiles(placed, listed, {
          downloads: this.#downloads,
          onServed: (sha256) => this.#served(placed.label, sha256),
          patience: 'patient',
        }),
      )
      if (found !== undefined) return found
      if (attempt.exhausted) throw unreachable([{name}], this.report)
      await attempt.nextRound(this.#options.signal)
    }
  }

  /** Ends the session: its connections, and its hold on the store. */
  async close(): Promise<void> {
    this.store.release()
    await this.#http?.close()
  }

  async #contentsOf(location: ListableLocation, options: ContentsOptions): Promise<ReleaseContents> {
    if (location.type === 'skipped') return contentsOfLocation(location, options)
    const place = location.type === 'folder' ? location.path : `${location.url}\0${location.root}`
    return this.#listed.run(place, async () => {
      const contents = await contentsOfLocation(location, options)
      if (location.type === 'archive') await this.#trees.keep(location, contents)
      return contents
    })
  }

  #served(label: string, sha256: Sha256): void {
    this.#seen.add(sha256)
    this.#given.add(sha256)
    this.#report.serve(label, 1)
  }

  /** Offline, what is on this machine may still be read: folders, and archives in the store. */
  #allowed(location: Location): boolean {
    if (!this.#options.offline || location.type === 'folder') return true
    return location.type === 'archive' && this.#archives.inStore(location)
  }

  /** What the store lacks, each digest once. */
  #lacking<T extends Needed>(needed: readonly T[]): T[] {
    const bySha = new Map(needed.map((one) => [one.sha256, one]))
    return [...bySha.values()].filter(({sha256}) => this.read(sha256) === undefined)
  }

  async #fetch(wants: readonly Want[], onStored: (sha256: Sha256) => void): Promise<void> {
    let missing = wants
    this.#archives.expect(missing)
    const attempt = new Attempt()
    for (;;) {
      this.#nextRound()
      await forEachLimited(missing, {limit: parallel, signal: this.#options.signal}, async (want, isOver) => {
        await this.#tryLocations(want, attempt, isOver)
        if (this.store.has(want.sha256)) onStored(want.sha256)
      })
      missing = missing.filter((want) => !this.store.has(want.sha256))
      if (missing.length === 0) return
      if (this.#options.offline) throw offlineMissing(missing)
      if (attempt.exhausted) throw unreachable(missing, this.report)
      await attempt.nextRound(this.#options.signal)
    }
  }

  /** With the locations as the mirrors have them. */
  #mirroredWant(want: Want): Want {
    const candidates = want.candidates.map(({location, path}) => ({location: this.#placed(location), path}))
    return {...want, candidates}
  }

  #placed(location: Location): Location {
    const known = this.#mirrored.get(location)
    if (known !== undefined) return known
    const placed = mirrored(location, (url) => this.#options.rewrite(url))
    this.#mirrored.set(location, placed)
    return placed
  }

  #countStored(needed: readonly Needed[], lacking: readonly Needed[]): void {
    const fetched = new Set(lacking.map(({sha256}) => sha256))
    for (const {sha256} of needed) {
      if (!fetched.has(sha256) && !this.#seen.has(sha256)) this.#report.fromStore += 1
      this.#seen.add(sha256)
    }
  }

  #nextRound(): void {
    this.#http?.nextRound()
    this.#archives.nextRound()
    this.#listed.nextRound()
  }

  async #tryLocations(want: Want, attempt: Attempt, isOver: () => boolean): Promise<void> {
    for (const [index, {location, path}] of want.candidates.entries()) {
      if (this.store.has(want.sha256)) return
      if (!this.#allowed(location)) continue
      const patience = attempt.patience(index === want.candidates.length - 1)
      await this.#attempt({location, name: want.name}, attempt, async () => {
        switch (location.type) {
          case 'files':
            await fetchRawFile({want, url: location.url(path), patience, isOver}, this.#downloads)
            break
          case 'archive':
            await this.#archives.extract(location, patience)
            break
          case 'folder':
            await copyFromFolder(want, {location, path}, this.store)
            break
          case 'skipped':
            throw new TransferError(location.reason)
        }
        if (!this.store.has(want.sha256)) throw this.#lacks(want, {location, path})
        if (location.type !== 'archive') this.#report.serve(location.label, 1)
      })
    }
  }

  /** A location may have given the file, and another process removed it, where the store can't hold it for us. */
  #lacks({sha256}: Want, {location, path}: Want['candidates'][number]): TransferError {
    const isArchive = location.type === 'archive'
    if (isArchive && !this.#given.has(sha256)) {
      const what = location.unproved === true ? `these bytes of ${path}` : path
      return new TransferError(`it does not hold ${what}`)
    }
    if (isArchive) this.#archives.again(location)
    return new TransferError('another process has removed it from the store', {retryable: true})
  }

  /** Runs one try at a location; a TransferError is reported and gives undefined. */
  async #attempt<T>(
    at: {readonly location: Location; readonly name: string},
    attempt: Attempt,
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    if (attempt.isFinal(at)) return undefined
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof TransferError)) throw error
      this.#report.fail(at.location.label, error.message)
      attempt.failed(at, error)
      return undefined
    }
  }
}

function isListable(location: Location): location is ListableLocation {
  return location.type !== 'files'
}
