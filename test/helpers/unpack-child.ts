/**
 * A process of its own that unpacks what a server on loopback sends: `FORMAT ROOT PORT`. Prints a `ChildReport` and ends when
 * nothing keeps it alive any more; it never calls exit.
 */
import {createHash} from 'node:crypto'
import {connect} from 'node:net'

import {ProsodyModsError} from '../../src/errors.ts'
import {unpack} from '../../src/fetch/unpack/index.ts'
import {archiveFormats} from '../../src/sources/archive-format.ts'

export interface ChildReport {
  readonly code: string
  /** Of all files' bytes, one after the other. */
  readonly sha256: string
  /** Of files. */
  readonly bytes: number
  /** Most memory that the process ever had, KiB. */
  readonly maxRss: number
}

const [, , format, root = '', port] = process.argv
const hash = createHash('sha256')
let bytes = 0
const code = await unpack({
  input: connect(Number(port), '127.0.0.1'),
  format: archiveFormats.find((known) => known === format) ?? 'tar',
  label: 'hello.archive',
  root,
  strip: 0,
  onFile: () => ({
    write: (chunk) => {
      hash.update(chunk)
      bytes += chunk.length
    },
    end: () => undefined,
  }),
}).then(
  () => 'none',
  (error: unknown) => (error instanceof ProsodyModsError ? error.code : String(error)),
)
const report: ChildReport = {code, bytes, sha256: hash.digest('hex'), maxRss: process.resourceUsage().maxRSS}
process.stdout.write(JSON.stringify(report))
