import {symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build} from 'rolldown'
import {peakReporter, takePeak} from '../test/helpers/peak-memory.ts'
import {mustRun} from '../test/helpers/program.ts'
import {megabytes, printRace, printTable, type Ratio} from './print.ts'
import {spreadOf, type Series} from './race.ts'
import {releasesEach} from './synthetic.ts'
import type {Workspace} from './workspace.ts'

const sizes = [1250, 2500, 5000, 10_000]
const budgeted = 5000

/**
 * How long the pure part of resolving takes over a synthetic registry, and its memory, by the number of modules; each
 * time in a process of its own, of the product's own code as rolldown joins it.
 */
export async function resolve(workspace: Workspace, rounds: number): Promise<void> {
  const child = await bundled(workspace)
  const runs = sizes.map((size) => ({
    size,
    times: [] as number[],
    processor: [] as number[],
    peaks: [] as number[],
    needs: 0,
  }))
  for (let round = 0; round < rounds; round += 1) {
    for (const run of runs) {
      const {milliseconds, processor, needs, peak} = await resolveOnce(child, run.size, workspace)
      run.times.push(milliseconds)
      run.processor.push(processor)
      run.peaks.push(peak)
      run.needs = needs
    }
  }
  const series = runs.map(({size, times}): Series => ({name: `${size} modules`, times}))
  const used = runs.map(({size, processor}): Series => ({
    name: `${size} modules, processor time`,
    times: processor,
  }))
  printRace([...series, ...used], [...doublings(series), ...doublings(used)])
  const rows = runs.map(({size, peaks, needs}) => {
    const {median, min, max} = spreadOf(peaks)
    const what = `${size} modules, ${size * releasesEach} releases, ${needs} needs`
    const budget = size === budgeted ? 'under 256 MB' : ''
    return [what, megabytes(median), megabytes(min), megabytes(max), budget]
  })
  printTable(['peak memory', 'median', 'min', 'max', 'budget'], rows)
}

/** Each over the one before, which has half as many modules. */
function doublings(series: readonly Series[]): Ratio[] {
  return series.slice(1).flatMap((over, index) => {
    const under = series[index]
    return under === undefined ? [] : [{over, under, budget: 'about 2×'}]
  })
}

const packageFolder = fileURLToPath(new URL('../', import.meta.url))

/** One file of plain JavaScript: what tsx brings along would be most of the memory. */
async function bundled({folder}: Workspace): Promise<string> {
  const file = join(folder, 'resolve.mjs')
  await build({
    input: fileURLToPath(new URL('resolve-child.ts', import.meta.url)),
    // Packages and, written by the build, #validators.
    external: /^[^./]/,
    platform: 'node',
    transform: {target: 'node20.19'},
    output: {file},
    logLevel: 'warn',
  })
  await symlink(join(packageFolder, 'node_modules'), join(folder, 'node_modules'))
  return file
}

interface Resolution {
  readonly milliseconds: number
  /** Milliseconds of all threads together, which tells more where the machine is busy. */
  readonly processor: number
  readonly peak: number
  /** Modules that modules need. */
  readonly needs: number
}

interface Printed extends Omit<Resolution, 'peak'> {
  readonly modules: number
  readonly broughtIn: number
  readonly problems: number
  /** What differences are left between the manifest and the lock. */
  readonly left: number
}

async function resolveOnce(child: string, size: number, {folder, env}: Workspace): Promise<Resolution> {
  const peakFile = join(folder, 'peak-memory')
  await writeFile(peakFile, '')
  const command = [
    process.execPath,
    '--import',
    peakReporter,
    child,
    String(size),
    join(packageFolder, 'registry/'),
  ]
  const printed = JSON.parse(
    await mustRun(command, {env: {...env, PEAK_MEMORY_FILE: peakFile}, timeout: 300_000}),
  ) as Printed
  const {modules, broughtIn, problems, left, milliseconds, processor, needs} = printed
  if (modules !== size || broughtIn !== Math.floor((size * 3) / 4) || problems !== 0 || left !== 0)
    throw new Error(`not all was resolved: ${JSON.stringify(printed)}`)
  return {milliseconds, processor, needs, peak: await takePeak(peakFile)}
}
