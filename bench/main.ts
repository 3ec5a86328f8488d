import {existsSync} from 'node:fs'
import {mkdir, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {coldInstall} from './cold-install.ts'
import {jitsi} from './jitsi.ts'
import {lint} from './lint.ts'
import {memory} from './memory.ts'
import {nothingToDo} from './nothing-to-do.ts'
import {resolve} from './resolve.ts'
import {startUp} from './start-up.ts'
import {versions} from './versions.ts'
import {openWorkspace, type Workspace} from './workspace.ts'

/** By name: what is measured, and in how many rounds. */
const benches: Readonly<
  Record<string, {run(workspace: Workspace, rounds: number): Promise<void>; rounds: number}>
> = {
  'start-up': {run: startUp, rounds: 21},
  'nothing-to-do': {run: nothingToDo, rounds: 11},
  'cold-install': {run: coldInstall, rounds: 11},
  jitsi: {run: jitsi, rounds: 7},
  memory: {run: memory, rounds: 3},
  lint: {run: lint, rounds: 11},
  resolve: {run: resolve, rounds: 5},
}

process.exitCode = await main(process.argv.slice(2))

/** Measures what is named, or everything. Times never fail it: only a run that fails or gives a wrong result. */
async function main(args: readonly string[]): Promise<number> {
  const names = args.length === 0 ? Object.keys(benches) : [...new Set(args)]
  const unknown = names.filter((name) => !Object.hasOwn(benches, name))
  if (unknown.length > 0) return usage(`unknown: ${unknown.join(', ')}`)
  if (!existsSync(new URL('../dist/main.js', import.meta.url))) return usage('build first: npm run build')
  for (const line of await versions()) process.stdout.write(`${line}\n`)
  const workspace = await openWorkspace()
  try {
    for (const name of names) {
      const bench = benches[name]
      process.stdout.write(`\n## ${name}, ${bench?.rounds ?? 0} rounds\n\n`)
      const folder = join(workspace.folder, name)
      await mkdir(folder)
      await bench?.run({...workspace, folder}, bench.rounds)
    }
    return 0
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return 1
  } finally {
    await rm(workspace.folder, {recursive: true, force: true})
  }
}

function usage(problem: string): number {
  process.stderr.write(`${problem}\nusage: npm run bench [-- ${Object.keys(benches).join(' | ')}]…\n`)
  return 2
}
