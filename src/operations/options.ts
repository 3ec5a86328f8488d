import {mainOf} from '../module-name.ts'
import {toSha256} from '../digest.ts'
import type {Placement} from '../facts/placement.ts'
import {readReadme, type FrontMatter} from '../facts/readme.ts'
import {splitKey, type ModuleKey} from '../module-key.ts'
import type {LockedModule} from '../project/lockfile.ts'
import {parseSpec} from '../resolve/spec.ts'
import {entriesFor} from '../locking/entries.ts'
import type {Environment} from '../workbench/environment.ts'
import type {LockResult} from '../locking/lock-module.ts'
import {lockedOrNewest} from '../locking/locked-or-newest.ts'
import {moduleFacts, optionsIn, placementIn, type ModuleOption} from '../facts/module-facts.ts'
import {projectOrNone} from '../workbench/open-project.ts'
import {readLua} from '../workbench/read-lua.ts'
import {withWorkbench, type Workbench} from '../workbench/workbench.ts'
import {revisionOf} from '../sources/revision.ts'

/** What `options` is asked for. */
export interface OptionsRequest {
  /** Specs as for `add`; without a version, what the project has locked comes before the newest. */
  readonly specs: readonly string[]
  readonly offline: boolean
}

/** The options that a module reads. */
export interface ModuleOptions {
  /** source/name */
  readonly module: ModuleKey
  readonly version: string
  readonly revision: string | null
  /** Where it is enabled; null for a whole tree. */
  readonly placement: Placement | null
  readonly options: readonly ModuleOption[]
  /** What its README says of itself, where it came along. */
  readonly readme: FrontMatter | null
  readonly warnings: readonly string[]
}

/** What `options` gives; the shape is part of --json (docs/reference/json.md). */
export interface OptionsResult {
  readonly modules: readonly ModuleOptions[]
}

/**
 * Lists the options of Prosody's configuration that modules read. Fetches them into the store, verified as `add` does;
 * no project is touched or needed. Throws what `add` throws before it writes.
 */
export async function options(request: OptionsRequest, environment: Environment): Promise<OptionsResult> {
  const parsed = request.specs.map((text) => parseSpec(text))
  const near = await projectOrNone(environment)
  return withWorkbench(environment, {...near, offline: request.offline}, async (bench) => {
    const wanted = await entriesFor(near, {parsed}, bench)
    const modules: ModuleOptions[] = []
    for (const entry of wanted.entries) {
      const found = await lockedOrNewest(entry, {...near, manifest: wanted.manifest}, bench)
      modules.push({
        ...optionsOf(entry.key, found.locked, bench),
        ...(await readmeIn(entry.key, found, bench)),
      })
    }
    return {modules}
  })
}

async function readmeIn(
  key: ModuleKey,
  {readme}: Pick<LockResult, 'readme'>,
  {session, analyses}: Workbench,
): Promise<Pick<ModuleOptions, 'readme' | 'warnings'>> {
  if (readme === undefined) return {readme: null, warnings: []}
  const bytes = session.read(readme)
  const said = bytes === undefined ? analyses.readme(readme) : await readReadme(bytes.toString('utf8'))
  const {frontMatter = null, warning} = said ?? {}
  return {readme: frontMatter, warnings: warning === undefined ? [] : [`${key}: README: ${warning}`]}
}

/** Of a module whose files lie in the store. Throws LUA_INVALID, STORE_CORRUPT. */
function optionsOf(
  key: ModuleKey,
  {version, resolved, files}: LockedModule,
  bench: Workbench,
): Omit<ModuleOptions, 'readme' | 'warnings'> {
  const name = splitKey(key)[1]
  const lua = Object.entries(files).filter(([path]) => path.endsWith('.lua'))
  // A module's own options before those of its libraries, which it may share with others.
  const analysed = lua
    .sort(([a], [b]) => Number(mainOf(b) === name) - Number(mainOf(a) === name))
    .map(([path, digest]) => {
      const sha256 = toSha256(digest)
      return {path, facts: readLua({module: key, path, sha256}, bench)}
    })
  return {
    module: key,
    version,
    revision: revisionOf({resolved}) ?? null,
    placement: placementIn(name, analysed),
    options: optionsIn(moduleFacts(analysed)),
  }
}
