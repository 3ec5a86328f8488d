import {randomUUID} from 'node:crypto'
import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import type {InstallResult} from '../src/operations/install/types.ts'
import {mustRun} from '../test/helpers/program.ts'
import {twentyModules} from './corpus.ts'
import {printRace, printTable} from './print.ts'
import {race, type Contestant} from './race.ts'
import {luarocks, moduleByModule, rocksPath, serveRocks, writeBundle} from './rocks.ts'
import {withServer, type BenchServer, type Counts} from './server.ts'
import {serveTwenty, type Origin, type Twenty} from './twenty.ts'
import {holdsAll, nodeAlone, program, runQuietly, type Workspace} from './workspace.ts'

interface Stage {
  readonly workspace: Workspace
  readonly server: BenchServer
  readonly twenty: Twenty
  /** Contestant → what its last run sent and received. */
  readonly traffic: Map<string, Counts>
}

/** How long 20 modules take from an empty store, or an empty tree, over loopback. */
export async function coldInstall(workspace: Workspace, rounds: number): Promise<void> {
  await withServer((server) => compare(workspace, rounds, server))
}

async function compare(workspace: Workspace, rounds: number, server: BenchServer): Promise<void> {
  const twenty = await serveTwenty(workspace, server)
  await serveRocks({folder: twenty.modules, names: twentyModules}, server, workspace)
  const bundle = await writeBundle(workspace.folder, twentyModules)
  const stage = {workspace, server, twenty, traffic: new Map<string, Counts>()}
  const {files, deb} = twenty
  const stored = join(workspace.folder, 'full-store')
  await fill(stored, stage)
  const [node, cold, package_, warm, anew, rocks, once] = await race(
    [
      {name: 'node -e 0', run: () => runQuietly(nodeAlone, workspace.env)},
      ours('prosody-mods install --frozen, file by file', {origin: files, args: ['--frozen']}, stage),
      ours('prosody-mods install --frozen, one .deb', {origin: deb, args: ['--frozen']}, stage),
      ours('prosody-mods install --frozen, all stored', {origin: files, args: ['--frozen'], stored}, stage),
      ours('prosody-mods install, no lockfile, all stored', {origin: files, args: [], stored}, stage),
      theirs('luarocks install, 20 times', stage, (install) =>
        moduleByModule([...install, '--deps-mode', 'none'], twentyModules),
      ),
      theirs('luarocks install --only-deps bundle', stage, (install) => [...install, '--only-deps', bundle]),
    ],
    rounds,
  )
  if (!node || !cold || !package_ || !warm || !anew || !rocks || !once) return
  printRace(
    [node, cold, package_, warm, anew, rocks, once],
    [
      {over: rocks, under: cold, budget: 'over 10×'},
      {over: once, under: cold, budget: 'over 2×'},
      {over: rocks, under: package_, budget: 'over 6×'},
      {over: cold, under: node, budget: 'under 5×'},
      {over: warm, under: node, budget: 'under 3.5×'},
      {over: anew, under: node, budget: 'under 4×'},
      {over: package_, under: node, budget: ''},
    ],
  )
  printTable(
    ['traffic, headers included', 'requests', 'bytes'],
    [...stage.traffic].map(([name, {requests, bytes}]) => [name, String(requests), String(bytes)]),
  )
}

/** Puts all files into a store. */
async function fill(store: string, {workspace, twenty}: Stage): Promise<void> {
  const project = join(workspace.folder, 'filling')
  await twenty.emptyProject({project, store}, twenty.files)
  await runQuietly([...program, 'install', '--frozen', '-C', project], environmentOf(workspace, store))
}

function environmentOf({env}: Workspace, store: string): NodeJS.ProcessEnv {
  return {...env, PROSODY_MODS_CACHE: store}
}

/**
 * Gives each run a folder that nobody used before, and nothing is removed until the end: ext4 looks longer for room for a
 * file as long as others were removed in the minute before, up to 0.4 ms in place of 0.02, which is no part of a first
 * installation.
 */
function folders({folder}: Workspace, name: string): () => string {
  const parent = join(folder, `${name}-${randomUUID()}`)
  let count = 0
  return () => join(parent, String((count += 1)))
}

interface Run {
  readonly origin: Origin
  /** Without --frozen there is no lockfile. */
  readonly args: readonly string[]
  /** A store that has everything; without it an empty one is used. */
  readonly stored?: string
}

function ours(
  name: string,
  {origin, args, stored}: Run,
  {workspace, server, twenty, traffic}: Stage,
): Contestant {
  const nextFolder = folders(workspace, 'cold')
  let project = ''
  let env: NodeJS.ProcessEnv = {}
  let printed = ''
  return {
    name,
    async prepare() {
      const folder = nextFolder()
      project = join(folder, 'project')
      const store = join(folder, 'store')
      env = environmentOf(workspace, stored ?? store)
      await twenty.emptyProject({project, store}, origin)
      if (args.length === 0) await rm(join(project, 'prosody-mods.lock.json'))
      await server.takeCounts()
    },
    async run() {
      printed = await mustRun([...program, 'install', ...args, '--json', '-C', project], {env})
    },
    async check() {
      traffic.set(name, await server.takeCounts())
      await holdsAll(project, twenty.digests)
      const {served, fromStore: taken} = (JSON.parse(printed) as InstallResult).fetch
      const counts = Object.entries(served).map(([label, files]) => (origin.label.test(label) ? files : 0))
      const came = stored === undefined ? counts : [...counts, taken]
      if (came.length === 1 && came[0] === twenty.digests.size) return
      throw new Error(
        `${name}: expected all ${twenty.digests.size} files from there, got ${JSON.stringify({served, taken})}`,
      )
    },
  }
}

function theirs(
  name: string,
  {workspace, server, twenty, traffic}: Stage,
  commandFor: (install: readonly string[]) => readonly string[],
): Contestant {
  const nextFolder = folders(workspace, 'tree')
  let tree = ''
  let home = ''
  return {
    name,
    async prepare() {
      // luarocks keeps what it has seen of a server in the home folder.
      const folder = nextFolder()
      tree = join(folder, 'tree')
      home = join(folder, 'home')
      await server.takeCounts()
    },
    async run() {
      const install = [...luarocks, 'install', `--tree=${tree}`, `--only-server=${server.url}${rocksPath}`]
      await runQuietly(commandFor(install), {...workspace.env, HOME: home})
    },
    async check() {
      traffic.set(name, await server.takeCounts())
      await holdsAll(tree, twenty.digests)
    },
  }
}
