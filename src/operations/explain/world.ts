import {mainOf} from '../../module-name.ts'
import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {sha256Of, toSha256, type Sha256} from '../../digest.ts'
import {readRegular} from '../../regular-file.ts'
import {Store} from '../../store/store.ts'
import type {FileFacts} from '../../facts/fact-types.ts'
import type {LogContents} from '../../prosody/log/reader.ts'
import {SourceLines} from '../../lua/source-lines.ts'
import {diskState} from '../../project/disk.ts'
import {splitKey, type ModuleKey, entriesIn, moduleKey} from '../../module-key.ts'
import {contextFolder, contextPathOf, type LockTarget} from '../../project/lockfile.ts'
import {placeByModule} from '../../project/destination.ts'
import {defaultDebian, defaultProsody, layoutIn, manifestName, modulesPathOf} from '../../project/manifest.ts'
import type {Registry} from '../../registry/registry.ts'
import {compareLines} from '../../registry/lines.ts'
import type {ProsodyLine} from '../../registry/types.ts'
import {namesIn} from '../../resolve/conflicts.ts'
import {lockTargetOf} from '../../resolve/out-of-date.ts'
import {ownValue} from '../../own-value.ts'
import {Analyses} from '../../workbench/analyses.ts'
import type {Environment} from '../../workbench/environment.ts'
import {matchPath} from './match.ts'
import {type PathMatch} from './path-match.ts'
import {listNeeds} from '../../resolve/needs.ts'
import {projectOrNone, type NearProject} from '../../workbench/open-project.ts'
import type {LockedPath} from './locked-path.ts'

/** A module that needs something, and where its code says so. */
export interface Needer {
  readonly key: ModuleKey
  /** The place as `source/path:line`; undefined where the code is not at hand. */
  readonly at: string | undefined
}

/**
 * Where the target is known from; `nearest` is the line of Prosody that comes next to that of the log, of which nothing
 * is known.
 */
export type TargetOrigin = 'log' | 'nearest' | 'project' | 'default'

/** What is known around a log: the project, the registry, and the Prosody that wrote it. */
export class World {
  readonly registry: Registry
  readonly project: NearProject
  readonly isProject: boolean
  readonly target: LockTarget
  readonly from: TargetOrigin
  readonly line: ProsodyLine
  readonly contents: LogContents
  readonly #store: Store
  readonly #analyses: Analyses

  private constructor(environment: Environment, project: NearProject, contents: LogContents) {
    this.registry = environment.registry
    this.project = project
    this.isProject = existsSync(join(project.folder, manifestName))
    this.contents = contents
    this.#store = new Store(environment.storeFolder)
    this.#analyses = new Analyses(environment)
    const {target, from} = this.#targetOf()
    this.target = target
    this.from = from
    const line = this.registry.prosodyLine(target.prosody)
    if (line === undefined) throw new Error(`nothing is known of Prosody ${target.prosody}`)
    this.line = line
  }

  /** Opens the project around a log, or none outside of any, and finds the Prosody that wrote the log. */
  static async open(environment: Environment, contents: LogContents): Promise<World> {
    return new World(environment, await projectOrNone(environment), contents)
  }

  /** What the project is for; undefined outside of any, and for a line that nobody knows. */
  get projectTarget(): LockTarget | undefined {
    if (!this.isProject) return undefined
    return this.project.lock.target ?? lockTargetOf(this.project.manifest, this.registry)
  }

  /** The version that greets in the log, where it is of no line that is known. */
  get unknownVersion(): string | undefined {
    return this.from === 'nearest' ? this.contents.prosody : undefined
  }

  #lineOf(wanted: LockTarget | undefined): {readonly prosody: string; readonly from: TargetOrigin} {
    const {prosody: version, olderNames} = this.contents
    const {prosodyLines} = this.registry
    const greeted = /^(\d+\.\d+)/.exec(version ?? '')?.[1]
    if (greeted !== undefined && prosodyLines.includes(greeted)) return {prosody: greeted, from: 'log'}
    const nearest = version === undefined ? undefined : nearestLine(greeted, prosodyLines)
    if (nearest !== undefined) return {prosody: nearest, from: 'nearest'}
    if (wanted !== undefined) return {prosody: wanted.prosody, from: 'project'}
    return olderNames && prosodyLines.includes('0.12')
      ? {prosody: '0.12', from: 'log'}
      : {prosody: defaultProsody, from: 'default'}
  }

  #targetOf(): {readonly target: LockTarget; readonly from: TargetOrigin} {
    const wanted = this.projectTarget
    const {lua} = this.contents
    const {prosody, from} = this.#lineOf(wanted)
    const {suites} = this.registry
    const own = wanted?.prosody === prosody ? wanted : undefined
    const target = {
      prosody,
      lua: lua ?? own?.lua ?? this.registry.prosodyLine(prosody)?.lua ?? '5.4',
      debian: own?.debian ?? suites.find((suite) => suite.prosody === prosody)?.name ?? defaultDebian,
    }
    return {target, from}
  }

  /** Whether the log, or the project, says which Lua runs. */
  get luaIsKnown(): boolean {
    return this.contents.lua !== undefined || this.from === 'project'
  }

  /** Lists the lines of Prosody of which something holds. */
  linesWith(holds: (line: ProsodyLine) => boolean): string[] {
    return this.registry.prosodyLines.filter((id) => {
      const line = this.registry.prosodyLine(id)
      return line !== undefined && holds(line)
    })
  }

  /** Finds the key that brings a module. */
  keyOf(module: string): ModuleKey | undefined {
    return entriesIn(this.project.lock.modules).find(([key, locked]) =>
      namesIn(key, locked).includes(module),
    )?.[0]
  }

  /** Returns what other commands know a module by: its key in the lockfile, or that of its only publisher. */
  specOf(module: string): ModuleKey | undefined {
    const [only, ...more] = this.registry.publishers(module)
    return this.keyOf(module) ?? (only === undefined || more.length > 0 ? undefined : moduleKey(only, module))
  }

  /** Tells where the main file of a locked module lies below its source's folder. */
  mainFile(module: string): LockedPath | undefined {
    for (const [key, {files}] of entriesIn(this.project.lock.modules)) {
      const file = Object.keys(files).find((path) => mainOf(path) === module)
      if (file !== undefined) return {key, file}
    }
    return undefined
  }

  /** Tells where a file of the context lies on the server. */
  installedPath({key, file}: LockedPath): string {
    const {manifest} = this.project
    const inside = layoutIn(manifest) === 'modules' ? placeByModule(key, file) : `${splitKey(key)[0]}/${file}`
    return `${modulesPathOf(manifest)}/${inside}`
  }

  /** Tells what a path that a message names is to the project and to Prosody. */
  match(path: string): PathMatch {
    return matchPath(path, this)
  }

  /** Tells whether the context holds the locked bytes; undefined where there is none to look at. */
  state({key, file}: LockedPath): 'same' | 'changed' | 'absent' | undefined {
    if (!this.isProject) return undefined
    const sha256 = this.#sha256({key, file})
    const state = diskState(this.project.folder, contextPathOf(key, file))
    if (state === 'absent') return 'absent'
    return state !== 'other' && state.sha256 === sha256 ? 'same' : 'changed'
  }

  /** Reads the facts of a locked file, as far as it can be had without the network. */
  async facts({key, file}: LockedPath): Promise<FileFacts | undefined> {
    const sha256 = this.#sha256({key, file})
    if (sha256 === undefined) return undefined
    const known = this.#analyses.facts(sha256, mainOf(file))
    if (known !== undefined) return known
    const bytes = this.#bytes({key, file}, sha256)
    if (bytes === undefined) return undefined
    // Loaded only here: what is kept is told faster than the parser starts.
    const {factsOf} = await import('../../facts/facts.ts')
    return factsOf(bytes, mainOf(file)).facts
  }

  /** Reads the text of a locked file, as far as it can be had without the network. */
  source({key, file}: LockedPath): SourceLines | undefined {
    const sha256 = this.#sha256({key, file})
    const bytes = sha256 === undefined ? undefined : this.#bytes({key, file}, sha256)
    return bytes === undefined ? undefined : new SourceLines(bytes.toString('utf8'))
  }

  /** Undefined for what the lock does not list. */
  #sha256({key, file}: LockedPath): Sha256 | undefined {
    const digest = ownValue(this.project.lock.modules[key]?.files ?? {}, file)
    return digest === undefined ? undefined : toSha256(digest)
  }

  #bytes(path: LockedPath, sha256: Sha256): Buffer | undefined {
    return this.#store.read(sha256) ?? this.#inContext(path, sha256)
  }

  #inContext({key, file}: LockedPath, sha256: Sha256): Buffer | undefined {
    const path = join(this.project.folder, contextFolder, splitKey(key)[0], file)
    if (!existsSync(path)) return undefined
    const bytes = readRegular(path, 'module')
    return sha256Of(bytes) === sha256 ? bytes : undefined
  }

  /** Lists the locked modules whose needs name something. */
  async needers(kind: 'libraries' | 'modules' | 'shared', name: string): Promise<Needer[]> {
    const found: Needer[] = []
    for (const [key, {needs, files}] of entriesIn(this.project.lock.modules)) {
      if (!listNeeds(needs ?? {}).some((need) => need.kind === kind && need.name === name)) continue
      found.push({key, at: await this.#placeOf({key, files: Object.keys(files)}, kind, name)})
    }
    return found
  }

  async #placeOf(
    {key, files}: {readonly key: ModuleKey; readonly files: readonly string[]},
    kind: 'libraries' | 'modules' | 'shared',
    name: string,
  ): Promise<string | undefined> {
    const list = ({libraries: 'requires', modules: 'depends', shared: 'libraries'} as const)[kind]
    for (const file of files.filter((path) => path.endsWith('.lua'))) {
      const facts = await this.facts({key, file})
      const fact = facts?.[list].find((one) => one.name === name)
      if (fact !== undefined) return `${splitKey(key)[0]}/${file}:${fact.line}`
    }
    return undefined
  }
}

/** Finds the first line after that of a version, else the newest: what says no number is a development build. */
function nearestLine(line: string | undefined, lines: readonly string[]): string | undefined {
  const after = line === undefined ? undefined : lines.find((one) => compareLines(one, line) > 0)
  return after ?? lines.at(-1)
}
