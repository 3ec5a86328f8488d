import {join} from 'node:path'
import {mustRun} from './program.ts'

const root = join(import.meta.dirname, '../..')

interface PackReport {
  /** Bytes of the packed file. */
  readonly size: number
  readonly files: readonly {readonly path: string}[]
}

/** What `npm pack` says that it would make; what `prepack` would build is built. */
export async function packReport(): Promise<PackReport> {
  const report = await mustRun(['npm', 'pack', '--dry-run', '--json', '--ignore-scripts'], {cwd: root})
  const [packed] = JSON.parse(report) as [PackReport]
  return packed
}

/** Every path that `npm pack` would put into the package. */
export async function packedPaths(): Promise<ReadonlySet<string>> {
  return new Set((await packReport()).files.map(({path}) => path))
}

/** Packs the built package into a folder; gives the path of the file. */
export async function packInto(folder: string): Promise<string> {
  const command = ['npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder]
  return join(folder, (await mustRun(command, {cwd: root})).trim())
}
