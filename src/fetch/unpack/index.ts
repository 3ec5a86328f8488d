import {collect} from './collect.ts'
import {debData} from './deb.ts'
import {gunzip} from '../../compression/gunzip.ts'
import type {Entry, EntryContext} from './entry.ts'
import {untilAborted} from './interrupt.ts'
import {defaultLimits, Meter} from './limits.ts'
import {tarEntries} from './tar.ts'
import type {ArchiveFormat, UnpackRequest, UnpackResult} from './types.ts'
import {prepareXz, unxz} from '../../compression/unxz.ts'
import {unzstd} from '../../compression/unzstd.ts'

export {formatOfPath} from '../../sources/archive-format.ts'
export {defaultLimits} from './limits.ts'

/** Reads the entries of an archive; `unpacked` counts bytes as they come out of the packing, and refuses too many. */
type EntryReader = (
  packed: AsyncGenerator<Buffer>,
  context: EntryContext,
  unpacked: Meter['unpacked'],
) => Entries

/** What is read until it is stopped. */
interface Entries {
  readonly entries: AsyncIterable<Entry>
  stop(): void
}

const readers = {
  deb: packedTar(debData),
  tar: packedTar((source) => source),
  'tar.gz': packedTar(gunzip),
  'tar.xz': packedTar(unxz),
  'tar.zst': packedTar(unzstd),
} satisfies Record<ArchiveFormat, EntryReader>

/** Of formats that are a tar stream in some packing. */
function packedTar(
  unpack: (source: AsyncGenerator<Buffer>, label: string) => AsyncGenerator<Buffer>,
): EntryReader {
  return (packed, context, unpacked) => {
    const stream = unpacked(unpack(packed, context.label))
    return {
      entries: tarEntries(stream, context),
      stop: () => void stream.return(undefined).catch(() => undefined),
    }
  }
}

/** Loads what reading an archive of a format takes, so that it is there when the archive is. Never fails. */
export async function prepareFor(format: ArchiveFormat): Promise<void> {
  try {
    // Of those in a .deb, xz is what Debian's have.
    if (format === 'deb' || format === 'tar.xz') prepareXz()
    await import('tar')
  } catch {
    // Whoever reads the archive is told.
  }
}

/**
 * Reads an archive as a stream and hands its files out; nothing is written here. Memory stays bounded whatever the
 * archive says, and a slow sink slows the input down.
 *
 * Files reach their sinks before the archive's end is known to be sound: what they took counts only when this resolves.
 * When it rejects, no sink is called any more (one that is open is left without `end`), and the input is destroyed.
 * A root that the archive does not have gives an empty result.
 * @throws ARCHIVE_* (compression/failures.ts lists them), INTERRUPTED when the signal says so; errors of the input and of the
 * sinks pass unchanged
 */
export async function unpack(request: UnpackRequest): Promise<UnpackResult> {
  const {input, label, commit, onCommit} = request
  const limits = {...defaultLimits, ...request.limits}
  const meter = new Meter(label, limits)
  const context = {label, limits, commit, onCommit}
  const reading = readers[request.format](meter.packed(input), context, (source) => meter.unpacked(source))
  // an input that fails while nobody reads it is told to whoever reads next
  input.on('error', () => undefined)
  try {
    return await untilAborted(() => collect(reading.entries, request, meter), request)
  } finally {
    input.destroy()
    reading.stop()
  }
}
