import {join} from 'node:path'
import {openCorpus} from './corpus.ts'
import {printRace} from './print.ts'
import {race} from './race.ts'
import {luarocks, moduleByModule, rocksPath, serveRocks, writeBundle} from './rocks.ts'
import {withServer, type BenchServer} from './server.ts'
import {holdsAll, installFromDebian, nodeAlone, program, runQuietly, type Workspace} from './workspace.ts'

/** How long it takes to find that all modules of Debian's package are as they shall be. */
export async function nothingToDo(workspace: Workspace, rounds: number): Promise<void> {
  await withServer((server) => compare(workspace, rounds, server))
}

async function compare(workspace: Workspace, rounds: number, server: BenchServer): Promise<void> {
  const {version, names, digestsOf} = openCorpus()
  const modules = names
  const digests = digestsOf(modules)
  const project = join(workspace.folder, 'all')
  const tree = join(workspace.folder, 'all-tree')
  await installFromDebian(workspace, project, {version, modules})
  await serveRocks({folder: join(project, 'prosody-modules/community'), names: modules}, server, workspace)
  const install = [...luarocks, 'install', `--tree=${tree}`, `--only-server=${server.url}${rocksPath}`]
  const bundle = await writeBundle(workspace.folder, modules)
  const each = moduleByModule([...install, '--deps-mode', 'none'], modules)
  const quiet = (command: readonly string[]): Promise<void> => runQuietly(command, workspace.env)
  await quiet(each)

  const ours = [...program, 'install', '-C', project]
  const check = () => holdsAll(project, digests)
  const checkTree = () => holdsAll(tree, digests)
  const [node, plain, frozen, once, rocks] = await race(
    [
      {name: 'node -e 0', run: () => quiet(nodeAlone)},
      {name: 'prosody-mods install', run: () => quiet(ours), check},
      {name: 'prosody-mods install --frozen', run: () => quiet([...ours, '--frozen']), check},
      {
        name: 'luarocks install --only-deps bundle',
        run: () => quiet([...install, '--only-deps', bundle]),
        check: checkTree,
      },
      {name: `luarocks install, ${modules.length} times`, run: () => quiet(each), check: checkTree},
    ],
    rounds,
  )
  if (!node || !plain || !frozen || !once || !rocks) return
  printRace(
    [node, plain, frozen, once, rocks],
    [
      {over: plain, under: node, budget: 'under 4×'},
      {over: frozen, under: node, budget: 'under 4×'},
      {over: rocks, under: plain, budget: 'over 30×'},
      {over: once, under: plain, budget: ''},
    ],
  )
}
