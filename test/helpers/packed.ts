import {join} from 'node:path'
import {mustRun} from './program.ts'

const root = join(import.meta.dirname, '../..')

/** Every path that `npm pack` would put into the package; what `prepack` would build is built. */
export async function packedPaths(): Promise<ReadonlySet<string>> {
  const report = await mustRun(['npm', 'pack', '--dry-run', '--json', '--ignore-scripts'], {cwd: root})
  const [{files}] = JSON.parse(report) as [{readonly files: readonly {readonly path: string}[]}]
  return new Set(files.map(({path}) => path))
}

/** Packs the built package into a folder; gives the path of the file. */
export async function packInto(folder: string): Promise<string> {
  const command = ['npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder]
  return join(folder, (await mustRun(command, {cwd: root})).trim())
}
