import {archiveError} from '../../compression/failures.ts'
import {checkSignal, type Interruptible} from './interrupt.ts'
import {resolveLinks} from './links.ts'
import type {Meter} from './limits.ts'
import {entryPath} from './paths.ts'
import type {Entry} from './entry.ts'
import {NameTree, type NewNode} from './tree.ts'
import type {ArchiveFile, FileSink, UnpackRequest, UnpackResult} from './types.ts'

/** A request to unpack as it was asked, without the bytes of the archive. */
export type CollectRequest = Pick<UnpackRequest, 'isDone' | 'label' | 'onFile' | 'root' | 'signal' | 'strip'>

/**
 * Judges every entry and hands the files below the root to their sinks.
 *
 * Paths are judged wherever they are. Names that collide, and links, only below the root and on the way to it: a Debian
 * package may have absolute links elsewhere. With `strip`, names must be unique with and without what is dropped.
 */
export async function collect(
  entries: AsyncIterable<Entry>,
  request: CollectRequest,
  meter: Meter,
): Promise<UnpackResult> {
  const collector = new Collector(request, meter)
  for await (const entry of entries) {
    meter.addEntry()
    await collector.take(entry)
    if (request.isDone?.() === true) return collector.finishEarly()
  }
  return collector.finish()
}

class Collector {
  readonly #request: CollectRequest
  readonly #root: readonly string[]
  readonly #limits: {readonly label: string; readonly entries: number; readonly pathLength: number}
  readonly #whole: NameTree
  readonly #stripped: NameTree
  readonly #files: ArchiveFile[] = []

  constructor(request: CollectRequest, meter: Meter) {
    this.#request = request
    this.#root = request.root === '' ? [] : request.root.split('/')
    this.#limits = {label: request.label, ...meter.limits}
    this.#stripped = new NameTree(this.#limits)
    this.#whole = request.strip === 0 ? this.#stripped : new NameTree(this.#limits)
  }

  async take(entry: Entry): Promise<void> {
    const path = entryPath(entry.path, entry.kind === 'folder', this.#limits)
    const node = this.#asNode(entry)
    const stripped = path.slice(this.#request.strip)
    if (path.length === 0 || !this.#isOnTheWay(stripped)) return
    this.#whole.add(path, node)
    if (this.#whole !== this.#stripped) this.#stripped.add(stripped, node)
    if (entry.kind === 'file' && stripped.length > this.#root.length) {
      await this.#hand(entry, stripped.slice(this.#root.length).join('/'))
    }
  }

  finish(): UnpackResult {
    const trees = {whole: this.#whole, stripped: this.#stripped, strip: this.#request.strip}
    return {files: this.#files, ...resolveLinks(trees, {...this.#limits, root: this.#root})}
  }

  finishEarly(): UnpackResult {
    return {files: this.#files, links: new Map(), barred: new Map()}
  }

  /** Whether a path is below the root, is the root, or is one of the folders that it is in. */
  #isOnTheWay(path: readonly string[]): boolean {
    return this.#root.every((name, index) => index >= path.length || path[index] === name)
  }

  #asNode(entry: Entry): NewNode {
    const to = entry.linkTo
    switch (entry.kind) {
      case 'special': {
        const refusal = {
          entry: entry.path,
          expected: 'a file, a folder or a link',
          got: 'a device, a pipe or another type',
        }
        throw archiveError('ARCHIVE_SPECIAL_FILE', this.#limits.label, refusal)
      }
      case 'hardlink':
        return {kind: 'file', link: {kind: 'hard', to}}
      case 'symlink':
        return {kind: 'symlink', link: {kind: 'symbolic', to}}
      case 'file':
      case 'folder':
        return {kind: entry.kind, link: undefined}
    }
  }

  async #hand(entry: Entry, path: string): Promise<void> {
    const file = {path, size: entry.size}
    checkSignal(this.#request)
    this.#files.push(file)
    const sink = this.#request.onFile(file)
    if (sink) await pour(entry.body, sink, this.#request)
  }
}

async function pour(body: AsyncIterable<Buffer>, sink: FileSink, task: Interruptible): Promise<void> {
  for await (const chunk of body) await sink.write(chunk)
  checkSignal(task)
  await sink.end()
}
