import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {mustRun} from './program.ts'

/**
 * The Node.js that the packed package is tried with besides the one that runs the tests: the newest of each line that
 * npm has for both architectures. They are exact, so that a run of today is that of tomorrow, and moving to a newer one
 * is a change of its own, here.
 */
export const nodeVersions = ['22.23.3', '24.21.0', '26.12.1'] as const

/** Fetches the program of a version by npm into a folder; gives its path. Rejects where it can't be had. */
export async function fetchNode(version: string, folder: string): Promise<string> {
  const name = `node-linux-${process.arch}`
  await mkdir(folder, {recursive: true})
  const flags = ['--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund']
  await mustRun(['npm', 'install', ...flags, `${name}@${version}`], {cwd: folder, timeout: 300_000})
  return join(folder, 'node_modules', name, 'bin/node')
}
