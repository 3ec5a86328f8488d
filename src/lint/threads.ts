import {availableParallelism} from 'node:os'
import type {Worker} from 'node:worker_threads'
import type {ThreadProgram} from '../package-files.ts'
import {pause, withoutPauseFor} from '../pauses.ts'
import type {FileResult} from './finding.ts'
import {lintAlone, type FileToLint} from './index.ts'
import {OptionCache} from './options/option-cache.ts'
import {othersTook, shareOf, takeFile, type SharedResult} from './share.ts'
import type {Standard} from './options/standards.ts'

/** Bytes of Lua for which starting one more thread pays: it starts in the time that some hundred files take. */
const bytesPerThread = 400_000

/** More threads would each hold the linter once more, and gain little. */
const mostThreads = 4

/** Files that are to be linted, and by how many threads. */
export interface ThreadedLint {
  readonly files: readonly FileToLint[]
  readonly standards: ReadonlyMap<string, Standard>
  /** What a thread runs; undefined where there is none, as before a build. */
  readonly worker: ThreadProgram | undefined
  /** Ends the work; looked at between two files. */
  readonly signal: AbortSignal
  /** How many threads take part, in place of what the machine's processors suggest. */
  readonly threads?: number
}

/**
 * Lints files in several threads; gives what each comes to by itself, in the order given. Rejects with CONFIG_INVALID
 * for options that make no sense.
 */
export async function lintInThreads(request: ThreadedLint): Promise<FileResult[]> {
  const {files, standards, worker, signal, threads = threadsFor(files)} = request
  const options = new OptionCache(standards)
  // Here, where it can be told: a thread's errors are no more than text.
  for (const {layers} of files) if (layers !== undefined) options.of(layers)
  const lintOne = async (file: FileToLint): Promise<FileResult> => {
    await pause(signal)
    return withoutPauseFor(file.bytes, () => lintAlone(file, options))
  }
  if (worker === undefined || threads < 2) {
    const results: FileResult[] = []
    for (const file of files) results.push(await lintOne(file))
    return results
  }
  // Most runs are on too few files for it.
  const {Worker} = await import('node:worker_threads')
  const share = shareOf(files, standards)
  const others = Array.from({length: threads - 1}, () =>
    startThread(
      new Worker(worker.program, {
        eval: worker.isText,
        workerData: share,
        resourceLimits: limits,
        stdin: false,
      }),
    ),
  )
  const results: (FileResult | undefined)[] = files.map(() => undefined)
  for (let next = takeFile(share); next !== undefined; next = takeFile(share))
    results[next.index] = await lintOne(next.file)
  if (othersTook(share))
    for (const one of others) for (const [index, result] of await one.results) results[index] = result
  for (const one of others) one.stop()
  // Of a thread that failed, be it for want of memory, the files are left.
  return results.map((result, index) => result ?? lintLeft(files[index], options))
}

/** One processor is left to what Node.js does besides: compiling and collecting garbage (docs/performance.md). */
function threadsFor(files: readonly FileToLint[]): number {
  const size = files.reduce((sum, {bytes}) => sum + bytes.length, 0)
  return Math.min(availableParallelism() - 1, mostThreads, Math.floor(size / bytesPerThread))
}

function lintLeft(file: FileToLint | undefined, options: OptionCache): FileResult {
  if (file === undefined) throw new Error('a result without a file')
  return lintAlone(file, options)
}

interface Thread {
  /** None where the thread fails. */
  readonly results: Promise<readonly SharedResult[]>
  stop(): void
}

function startThread(worker: Worker): Thread {
  const results = new Promise<readonly SharedResult[]>((resolve) => {
    worker.once('message', (message: readonly SharedResult[]) => resolve(message))
    worker.once('error', () => resolve([]))
    worker.once('exit', () => resolve([]))
  })
  return {results, stop: () => void worker.terminate()}
}

const limits = {
  // As much as the main thread has, lest it depend on the thread how deeply code may be nested.
  stackSizeMb: 1.15,
}
