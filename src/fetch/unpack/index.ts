import {collect} from './collect.ts'
import {debData} from './deb.ts'
import {gunzip} from '../../compression/gunzip.ts'
import {untilAborted} from './interrupt.ts'
import {defaultLimits, Meter} from './limits.ts'
import {tarEntries} from './tar.ts'
import type {ArchiveFormat, UnpackRequest, UnpackResult} from './types.ts'
import {unxz} from '../../compression/unxz.ts'
import {unzstd} from '../../compression/unzstd.ts'

export {formatOfPath} from '../../sources/archive-format.ts'
export {defaultLimits} from './limits.ts'

/** From packed bytes to the tar stream inside. */
const tarStreams = {
  deb: debData,
  tar: (source) => source,
  'tar.gz': gunzip,
  'tar.xz': unxz,
  'tar.zst': unzstd,
} satisfies Record<ArchiveFormat, (source: AsyncGenerator<Buffer>, label: string) => AsyncGenerator<Buffer>>

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
  const tarStream = meter.unpacked(tarStreams[request.format](meter.packed(input), label))
  const stop = () => {
    input.destroy()
    tarStream.return(undefined).catch(() => undefined)
  }
  // an input that fails while nobody reads it is told to whoever reads next
  input.on('error', () => undefined)
  try {
    return await untilAborted(
      () => collect(tarEntries(tarStream, {label, limits, commit, onCommit}), request, meter),
      request,
    )
  } finally {
    stop()
  }
}
