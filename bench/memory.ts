import {randomBytes} from 'node:crypto'
import {mkdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileDigest} from '../test/helpers/digest.ts'
import {peakReporter, takePeak} from '../test/helpers/peak-memory.ts'
import {mustRun} from '../test/helpers/program.ts'
import {openCorpus} from './corpus.ts'
import {megabytes, printTable} from './print.ts'
import {spreadOf} from './race.ts'
import {withServer, type BenchServer} from './server.ts'
import {serveTwenty} from './twenty.ts'
import {holdsAll, nodeAlone, program, writeProject, type Workspace} from './workspace.ts'

const budget = 'under 150 MB'
const archiveSize = 100_000_000

interface Case {
  readonly name: string
  readonly budget: string
  /** Arguments of node. */
  readonly command: readonly string[]
  prepare(): Promise<void>
  check(): Promise<void>
}

/** The peak resident memory of installs, and of taking a module out of archives of 100 MB. */
export async function memory(workspace: Workspace, rounds: number): Promise<void> {
  await withServer((server) => measure(workspace, rounds, server))
}

async function measure(workspace: Workspace, rounds: number, server: BenchServer): Promise<void> {
  const cases = [
    {name: 'node -e 0', budget: '', command: nodeAlone.slice(1), prepare: nothing, check: nothing},
    ...(await coldInstalls(workspace, server)),
    ...(await bigArchives(workspace, server)),
  ]
  const rows: string[][] = []
  for (const one of cases) {
    const peaks: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      await one.prepare()
      peaks.push(await peakOf(one.command, workspace))
      await one.check()
    }
    const {median, min, max} = spreadOf(peaks)
    rows.push([one.name, megabytes(median), megabytes(min), megabytes(max), one.budget])
  }
  printTable(['peak memory', 'median', 'min', 'max', 'budget'], rows)
}

async function coldInstalls(workspace: Workspace, server: BenchServer): Promise<Case[]> {
  const twenty = await serveTwenty(workspace, server)
  const {project, store} = places(workspace)
  const origins = [
    ['cold install of 20 modules, file by file', twenty.files],
    ['cold install of 20 modules, one .deb', twenty.deb],
  ] as const
  return origins.map(([name, origin]) => ({
    name,
    budget: '',
    command: [...program.slice(1), 'install', '-C', project],
    prepare: () => twenty.emptyProject({project, store}, origin),
    check: () => holdsAll(project, twenty.digests),
  }))
}

/** Archives of which one small file is wanted; their bytes are random, so packed and unpacked are of one size. */
async function bigArchives(workspace: Workspace, server: BenchServer): Promise<Case[]> {
  const {project, store} = places(workspace)
  const source = join(workspace.folder, 'big')
  const lua = join(source, 'mod_bench_small/mod_bench_small.lua')
  await mkdir(join(lua, '..'), {recursive: true})
  await mkdir(join(source, 'other'))
  await writeFile(lua, 'module:log("info", "a small module in a large archive")\n')
  for (let file = 0; file < 100; file += 1) {
    await writeFile(join(source, `other/${file}.bin`), randomBytes(archiveSize / 100))
  }
  const digests = new Set([await fileDigest(lua)])
  const cases: Case[] = []
  for (const ending of ['tar.gz', 'tar.xz']) {
    const file = `${source}.${ending}`
    // As little work as xz can do with the dictionary of its default, which is what unpacking must hold.
    const env = {...workspace.env, XZ_OPT: '--lzma2=preset=0,dict=8MiB,mf=hc3,nice=3,depth=1'}
    await mustRun(['tar', '-caf', file, '-C', workspace.folder, 'big'], {env, timeout: 300_000})
    await server.serve(`/big.${ending}`, file)
    const url = `${server.url}/big.${ending}#sha256=${await fileDigest(file)}`
    cases.push({
      name: `add <url> of a 100 MB .${ending}`,
      budget,
      command: [...program.slice(1), 'add', url, '-C', project],
      async prepare() {
        for (const folder of [project, store]) await rm(folder, {recursive: true, force: true})
        await writeProject(project, {version: openCorpus().version, modules: [], mirrors: {}})
      },
      check: () => holdsAll(project, digests),
    })
  }
  return cases
}

function places({folder}: Workspace): {readonly project: string; readonly store: string} {
  return {project: join(folder, 'memory'), store: join(folder, 'memory-store')}
}

/** Runs node and gives its peak in bytes. */
async function peakOf(command: readonly string[], workspace: Workspace): Promise<number> {
  const file = join(workspace.folder, 'peak-memory')
  const env = {
    ...workspace.env,
    PROSODY_MODS_CACHE: places(workspace).store,
    PEAK_MEMORY_FILE: file,
  }
  await mustRun([process.execPath, '--import', peakReporter, ...command], {env, timeout: 300_000})
  return takePeak(file)
}

function nothing(): Promise<void> {
  return Promise.resolve()
}
