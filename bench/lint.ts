import {readdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {cachedDeb} from '../test/helpers/debs.ts'
import {peakReporter, takePeak} from '../test/helpers/peak-memory.ts'
import {mustRun, runProgram} from '../test/helpers/program.ts'
import {runLuacheck} from '../test/helpers/luacheck.ts'
import {openCorpus} from './corpus.ts'
import {megabytes, printRace, printTable} from './print.ts'
import {race, spreadOf, type Contestant} from './race.ts'
import {program, type Workspace} from './workspace.ts'

/** Prosody's own sources, as its package installs them. */
const prosody = '/usr/lib/prosody'
const findings = 1
const exitCode = 6

/** How long lint takes over Prosody and Debian's prosody-modules, against luacheck over the same files; and its memory. */
export async function lint(workspace: Workspace, rounds: number): Promise<void> {
  const folders = [prosody, await communityModules(workspace)]
  const expected = (await runLuacheck([...luacheckFlags, ...folders])).stdout
  const files = await Promise.all(folders.map((folder) => readdir(folder, {recursive: true})))
  const count = files.flat().filter((name) => name.endsWith('.lua')).length
  process.stdout.write(`${count} files, ${expected.split('\n').length - 1} rows\n\n`)
  let rows = ''
  const check = (): Promise<void> =>
    rows === expected ? Promise.resolve() : Promise.reject(new Error('the rows are not those of luacheck'))
  const ours = (name: string, prepare: () => Promise<void>): Contestant => ({
    name,
    prepare,
    async run() {
      const {stdout, code} = await runProgram([...program, ...flags, ...folders], {env: workspace.env})
      rows = code === exitCode ? stdout : ''
    },
    check,
  })
  const series = await race(
    [
      {
        name: 'luacheck',
        async run() {
          const {stdout, code} = await runLuacheck([...luacheckFlags, ...folders])
          rows = code === findings ? stdout : ''
        },
        check,
      },
      ours('lint, nothing kept', () => rm(workspace.store, {recursive: true, force: true})),
      ours('lint, nothing changed', () => Promise.resolve()),
    ],
    rounds,
  )
  const [luacheck, cold, warm] = series
  if (luacheck === undefined || cold === undefined || warm === undefined) return
  printRace(series, [
    {over: luacheck, under: cold, budget: 'over 5×'},
    {over: luacheck, under: warm, budget: 'over 20×'},
  ])
  await memory(workspace, folders)
}

const luacheckFlags = ['--no-config', '--codes', '--ranges', '--formatter', 'plain']
const flags = ['lint', '--no-config', '--rules', 'luacheck', '--format', 'luacheck']

/** Unpacks the package of Debian that the registry knows; the folder with the modules. */
async function communityModules({folder}: Workspace): Promise<string> {
  const {deb} = openCorpus()
  const unpacked = join(folder, 'community')
  await mustRun(['dpkg-deb', '--extract', await cachedDeb(deb), unpacked])
  return join(unpacked, deb.root)
}

/** The peak of all threads together, with nothing kept. */
async function memory({folder, env, store}: Workspace, folders: readonly string[]): Promise<void> {
  const peaks: number[] = []
  const file = join(folder, 'peak-memory')
  for (let round = 0; round < 3; round += 1) {
    await rm(store, {recursive: true, force: true})
    await writeFile(file, '')
    const command = [process.execPath, '--import', peakReporter, ...program.slice(1), ...flags, ...folders]
    const {code} = await runProgram(command, {env: {...env, PEAK_MEMORY_FILE: file}})
    if (code !== exitCode) throw new Error(`lint ended with ${code}`)
    peaks.push(await takePeak(file))
  }
  const {median, min, max} = spreadOf(peaks)
  printTable(
    ['peak memory', 'median', 'min', 'max', 'budget'],
    [['lint, nothing kept', megabytes(median), megabytes(min), megabytes(max), 'under 300 MB']],
  )
}
