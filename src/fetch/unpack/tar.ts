import {corrupt} from '../../compression/failures.ts'
import type {Entry, EntryContext} from './entry.ts'
import {TarReader} from './tar-reader.ts'

/**
 * Yields the entries of a tar stream, which is read to its end. tar's parser decides what a header means; this keeps it
 * from what it tolerates even when strict: a stream without its end mark or cut in a header, entries after a zero block
 * or after the end, packed data inside (it would unpack that by itself), extended headers that it skips or half
 * understands.
 * @throws ARCHIVE_CORRUPT, ARCHIVE_TOO_LARGE, ARCHIVE_PATH_INVALID, ARCHIVE_LINK_BROKEN, and what readPax throws
 */
export async function* tarEntries(
  source: AsyncIterable<Buffer>,
  context: EntryContext,
): AsyncGenerator<Entry> {
  const {Parser} = await import('tar')
  const tar = new TarReader(source, new Parser({strict: true, brotli: false, zstd: false}), context)
  let count = 0
  for (let entry = await tar.next(); entry; entry = await tar.next()) {
    count += 1
    yield entry
  }
  if (count === 0) throw corrupt(context.label, 'tar', {expected: 'at least one entry', got: 'none'})
}
