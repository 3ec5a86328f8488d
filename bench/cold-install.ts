import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import type {InstallResult} from '../src/operations/install.ts'
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
  const [node, files, deb, rocks, once] = await race(
    [
      {name: 'node -e 0', run: () => runQuietly(nodeAlone, workspace.env)},
      ours('prosody-mods install, file by file', twenty.files, stage),
      ours('prosody-mods install, one .deb', twenty.deb, stage),
      theirs('luarocks install, 20 times', stage, (install) =>
        moduleByModule([...install, '--deps-mode', 'none'], twentyModules),
      ),
      theirs('luarocks install --only-deps bundle', stage, (install) => [...install, '--only-deps', bundle]),
    ],
    rounds,
  )
  if (!node || !files || !deb || !rocks || !once) return
  printRace(
    [node, files, deb, rocks, once],
    [
      {over: rocks, under: files, budget: 'over 10×'},
      {over: rocks, under: deb, budget: 'over 10×'},
      {over: once, under: files, budget: ''},
      {over: files, under: node, budget: ''},
      {over: deb, under: node, budget: ''},
    ],
  )
  printTable(
    ['traffic, headers included', 'requests', 'bytes'],
    [...stage.traffic].map(([name, {requests, bytes}]) => [name, String(requests), String(bytes)]),
  )
}

function ours(name: string, origin: Origin, {workspace, server, twenty, traffic}: Stage): Contestant {
  const project = join(workspace.folder, 'cold')
  const store = join(workspace.folder, 'cold-store')
  const env = {...workspace.env, PROSODY_MODS_CACHE: store}
  let printed = ''
  return {
    name,
    async prepare() {
      await twenty.emptyProject({project, store}, origin)
      await server.takeCounts()
    },
    async run() {
      printed = await mustRun([...program, 'install', '--json', '-C', project], {env})
    },
    async check() {
      traffic.set(name, await server.takeCounts())
      await holdsAll(project, twenty.digests)
      const {served} = (JSON.parse(printed) as InstallResult).fetch
      const counts = Object.entries(served).map(([label, files]) => (origin.label.test(label) ? files : 0))
      if (counts.length === 1 && counts[0] === twenty.digests.size) return
      throw new Error(
        `${name}: expected all ${twenty.digests.size} files from there, got ${JSON.stringify(served)}`,
      )
    },
  }
}

function theirs(
  name: string,
  {workspace, server, twenty, traffic}: Stage,
  commandFor: (install: readonly string[]) => readonly string[],
): Contestant {
  const tree = join(workspace.folder, 'cold-tree')
  const home = join(workspace.folder, 'cold-home')
  const install = [...luarocks, 'install', `--tree=${tree}`, `--only-server=${server.url}${rocksPath}`]
  return {
    name,
    async prepare() {
      // luarocks keeps what it has seen of a server in the home folder.
      for (const folder of [tree, home]) await rm(folder, {recursive: true, force: true})
      await server.takeCounts()
    },
    async run() {
      await runQuietly(commandFor(install), {...workspace.env, HOME: home})
    },
    async check() {
      traffic.set(name, await server.takeCounts())
      await holdsAll(tree, twenty.digests)
    },
  }
}
