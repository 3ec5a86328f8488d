import {sha256Of} from '../../src/digest.ts'
import {ProsodyModsError} from '../../src/errors.ts'
import type {HistoryDigest} from '../../src/registry/types.ts'
import type {IncomingChange, IncomingHistory} from './history.ts'
import {openHg, type HgServer} from './hg.ts'

/** The files of a module's folder by their paths in it. */
type Folder = ReadonlyMap<string, HistoryDigest>
/** The folders of a changeset's modules. */
type State = ReadonlyMap<string, Folder>

interface Changeset {
  readonly node: string
  readonly parents: readonly string[]
  /** UTC date, YYYY-MM-DD. */
  readonly date: string
  /** Files that it touched, those that it took away too. */
  readonly touched: readonly string[]
}

/**
 * Reads every change of every module of a clone's branch default, as far as it is public: a draft is nobody's but the
 * clone's. Throws READ_FAILED, and REGISTRY_BROKEN where a module's last change is not what the tip has.
 */
export async function readHgHistory(repository: string): Promise<IncomingHistory> {
  const hg = await openHg(repository)
  try {
    const changesets = await listChangesets(hg)
    const tip = changesets.at(-1)
    if (tip === undefined)
      throw new ProsodyModsError('READ_FAILED', `${repository} has no public changeset on branch default`)
    const {modules, state} = await replay(changesets, hg)
    refuseOtherTip(modules, state, tip)
    return {until: {revision: tip.node, date: tip.date}, modules}
  } finally {
    await hg.close()
  }
}

/** In the order of the repository. */
async function listChangesets(hg: HgServer): Promise<Changeset[]> {
  const template =
    '{node}\\t{p1node} {p2node}\\t{date|hgdate}\\t{join(file_adds % "{file}\\0", "")}{join(file_mods % "{file}\\0", "")}{join(file_dels % "{file}\\0", "")}\\n'
  const output = await hg.run('log', '-r', 'sort(public() and branch(default), rev)', '-T', template)
  return output
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [node = '', parents = '', date = '', touched = ''] = line.split('\t')
      return {
        node,
        parents: parents.split(' ').filter((one) => !/^0+$/.test(one)),
        date: new Date(Number(date.split(' ')[0]) * 1000).toISOString().slice(0, 10),
        touched: touched.split('\0').filter((path) => path !== ''),
      }
    })
}

/** Follows the repository through its changesets. */
async function replay(
  changesets: readonly Changeset[],
  hg: HgServer,
): Promise<{readonly modules: Map<string, IncomingChange[]>; readonly state: State}> {
  const modules = new Map<string, IncomingChange[]>()
  const states = new Map<string, State>()
  let state: State = new Map()
  for (const changeset of changesets) {
    const parents = changeset.parents.map((node) => states.get(node) ?? new Map<string, Folder>())
    state = await stateAfter(changeset, parents, hg)
    states.set(changeset.node, state)
    for (const module of new Set(changeset.touched.map(moduleOf))) {
      if (module === undefined) continue
      const changes = modules.get(module) ?? []
      modules.set(module, changes)
      const {node: revision, date} = changeset
      changes.push({revision, date, files: state.get(module) ?? new Map()})
    }
  }
  return {modules, state}
}

/** A merge touches what differs from both of its parents, and takes the rest from either: that is looked up. */
async function stateAfter(
  {node, touched}: Changeset,
  [first = new Map(), second]: readonly State[],
  hg: HgServer,
): Promise<State> {
  const differing = second === undefined ? [] : differences(first, second)
  const paths = [...new Set([...touched, ...differing])].filter((path) => moduleOf(path) !== undefined)
  const found = await filesAt(node, paths, hg)
  const state = new Map(first)
  for (const module of new Set(paths.map((path) => moduleOf(path) ?? ''))) {
    const folder = new Map(first.get(module))
    for (const path of paths.filter((one) => moduleOf(one) === module)) {
      const file = found.get(path)
      const inner = path.slice(path.indexOf('/') + 1)
      if (file === undefined) folder.delete(inner)
      else folder.set(inner, file)
    }
    if (folder.size === 0) state.delete(module)
    else state.set(module, folder)
  }
  return state
}

function differences(one: State, other: State): string[] {
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((module) => {
    const [a, b] = [one.get(module), other.get(module)]
    if (a === b) return []
    return [...new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])]
      .filter((path) => a?.get(path)?.sha256 !== b?.get(path)?.sha256)
      .map((path) => `mod_${module}/${path}`)
  })
}

const mostAtOnce = 200

/** Those of some paths that a changeset has; its bytes as they are kept, unfiltered. */
async function filesAt(
  node: string,
  paths: readonly string[],
  hg: HgServer,
): Promise<Map<string, HistoryDigest>> {
  const files = new Map<string, HistoryDigest>()
  for (let at = 0; at < paths.length; at += mostAtOnce) {
    const some = paths.slice(at, at + mostAtOnce).map((path) => `path:${path}`)
    const there = await hg.run('files', '-r', node, '-T', '{path}\\0', ...some).catch(() => Buffer.alloc(0))
    const present = there
      .toString()
      .split('\0')
      .filter((path) => path !== '')
    if (present.length === 0) continue
    const wanted = present.map((path) => `path:${path}`)
    const output = await hg.run('cat', '-r', node, '-T', '{path}\\t{data|hex}\\n', ...wanted)
    for (const line of output.toString('latin1').split('\n')) {
      if (line === '') continue
      const end = line.lastIndexOf('\t')
      const bytes = Buffer.from(line.slice(end + 1), 'hex')
      const path = Buffer.from(line.slice(0, end), 'latin1').toString()
      files.set(path, {sha256: sha256Of(bytes), size: bytes.length})
    }
  }
  return files
}

function moduleOf(path: string): string | undefined {
  return /^mod_([a-z0-9][a-z0-9_-]*)\//.exec(path)?.[1]
}

/** What branches had beside each other stands in one row: the last of a module has to be what the merges made of it. */
function refuseOtherTip(
  modules: ReadonlyMap<string, readonly IncomingChange[]>,
  state: State,
  {node}: Changeset,
): void {
  const text = (folder: Folder | undefined): string =>
    [...(folder ?? [])]
      .map(([path, {sha256}]) => `${path} ${sha256}`)
      .sort()
      .join('\n')
  const other = [...modules].filter(
    ([name, changes]) => text(changes.at(-1)?.files) !== text(state.get(name)),
  )
  if (other.length === 0) return
  const names = other.map(([name]) => name).join(', ')
  throw new ProsodyModsError(
    'REGISTRY_BROKEN',
    `${node} has other files than the last change says: ${names}`,
    {
      hint: 'a merge has dropped the changes of one side; nothing was written',
    },
  )
}
