import {mainOf} from '../module-name.ts'
import type {Sha256} from '../digest.ts'
import type {Compatibility} from '../facts/compatibility.ts'
import type {factsOf} from '../facts/facts.ts'
import type {Placement} from '../facts/placement.ts'
import {Store} from '../store/store.ts'
import type {RegistryMove, RegistryName} from '../registry/types.ts'
import {releaseFlaws, type ToldFlaw} from '../resolve/advisories.ts'
import {moduleNames, selectModule} from '../resolve/layout.ts'
import {movesOf, unknownModule} from '../resolve/owners.ts'
import {readSpec} from '../resolve/address/recognise.ts'
import type {ModuleSpec} from '../resolve/spec.ts'
import {chooseRelease, newestFirst} from '../resolve/choose.ts'
import {listed} from '../resolve/gone.ts'
import {schemes} from '../versioning/index.ts'
import {ProsodyModsError} from '../errors.ts'
import {listReleases} from '../sources/index.ts'
import type {SourceDefinition} from '../sources/kinds.ts'
import type {ReleaseRef, SourceContext} from '../sources/types.ts'
import {noFolders} from '../sources/types.ts'
import {Analyses} from '../workbench/analyses.ts'
import {knownCompatibility} from '../workbench/known-compatibility.ts'
import {ownValue} from '../own-value.ts'
import {unknownSource} from '../workbench/definition-for.ts'
import type {Environment} from '../workbench/environment.ts'
import {moduleFacts, placementIn, type AnalysedFile, type ModuleFacts} from '../facts/module-facts.ts'
import {revisionOf} from '../sources/revision.ts'
import {moduleKey, type ModuleKey} from '../module-key.ts'

/** A release that has the module. */
export interface InfoRelease {
  readonly version: string
  readonly revision: string | null
  readonly date: string | null
  /** Digest, size and what the digest rests on, for each file by its path in the release. */
  readonly files: Readonly<
    Record<string, {readonly sha256: Sha256; readonly size: number; readonly basis: string | null}>
  >
  /** How the revision is known to be this release; null where the publisher's own tag or package says so. */
  readonly evidence: string | null
  /** Whether every file is the same as in the release before. */
  readonly sameAsPrevious: boolean
  /** Flaws that its files are known to have, by their ids. */
  readonly advisories: readonly string[]
}

/** A source that publishes the module, with its releases. */
export interface InfoSource {
  /** source/name */
  readonly module: ModuleKey
  readonly title: string
  readonly homepage: string
  readonly licence: string
  readonly kind: string
  readonly facts: RegistryName
  /** What it does; null where the registry does not say. */
  readonly summary: string | null
  /** The protocols that it implements or is about. */
  readonly xeps: readonly string[]
  /** The releases, newest first; only those that have the module, and that are asked for. */
  readonly releases: readonly InfoRelease[]
  /** Flaws that some of the releases are known to have. */
  readonly advisories: readonly ToldFlaw[]
  /** What the newest README that is known says that it works with, row by row. */
  readonly compatibility: readonly Compatibility[]
  /** Where to enable the newest release, when its file is known or lies in the store. */
  readonly placement: Placement | null
  /** What the code of the newest release says, when its files are known or lie in the store. */
  readonly analysis: ModuleFacts | null
}

/** What `info` knows of a module; the shape is part of --json (docs/reference/json.md). */
export interface InfoResult {
  readonly name: string
  readonly sources: readonly InfoSource[]
  /** Release lines of Prosody that have a module of this name in their core. */
  readonly core: readonly string[]
  readonly moves: readonly RegistryMove[]
}

/**
 * Tells what the registry knows of a module; with a version, of that release alone. Throws MODULE_UNKNOWN,
 * SOURCE_UNKNOWN, SPEC_INVALID, and VERSION_UNSATISFIABLE, VERSION_AMBIGUOUS or VERSION_INVALID as `add` does.
 */
export async function info(text: string, environment: Environment): Promise<InfoResult> {
  const {registry} = environment
  const spec = readSpec(text, registry)
  if (spec.kind !== 'module') {
    throw new ProsodyModsError('SPEC_INVALID', `${text}: only modules of known sources can be looked up`, {
      hint: 'write a module name: prosody-mods info muc_moderation',
    })
  }
  if (spec.source !== undefined && !registry.index.sources.includes(spec.source))
    throw unknownSource(moduleKey(spec.source, spec.name), {}, registry)
  const publishers = registry.publishers(spec.name)
  const wanted = publishers.filter((id) => spec.source === undefined || spec.source === id)
  const core = coreLines(spec.name, environment)
  if (wanted.length === 0 && core.length === 0) throw unknownModule(spec.name, registry)
  if (wanted.length === 0 && spec.versionText !== undefined) throw coreVersion(text, spec.name)
  return {
    name: spec.name,
    sources: await sourcesOf(wanted, spec, environment),
    core,
    moves: movesOf(spec.name, spec.source, registry),
  }
}

/** With a version, of those sources that have it. Throws what the first one says where none has. */
async function sourcesOf(
  ids: readonly string[],
  spec: ModuleSpec,
  environment: Environment,
): Promise<InfoSource[]> {
  const told = await Promise.allSettled(ids.map((id) => sourceInfo(id, spec, environment)))
  const found = told.filter((one) => one.status === 'fulfilled').map(({value}) => value)
  const failed = told.filter((one) => one.status === 'rejected').map(({reason}) => reason as unknown)
  const isOther = failed.find((error) => !saysNoRelease(error))
  if (isOther !== undefined || (found.length === 0 && failed.length > 0)) throw isOther ?? failed[0]
  return found
}

/** Each source has versions of its own form: what one can't read, another may have. */
function saysNoRelease(error: unknown): boolean {
  const codes = ['VERSION_UNSATISFIABLE', 'VERSION_INVALID', 'MODULE_UNKNOWN']
  return error instanceof ProsodyModsError && codes.includes(error.code)
}

async function sourceInfo(
  id: string,
  {name, versionText}: ModuleSpec,
  environment: Environment,
): Promise<InfoSource> {
  const {registry} = environment
  const definition = registry.source(id)
  if (definition === undefined) throw new Error(`the registry's index names a source ${id} that it lacks`)
  const context: SourceContext = {
    registry,
    projectFolder: environment.cwd,
    allowed: noFolders,
    debianMirrors: () => Promise.resolve({urls: [], reason: 'not asked'}),
  }
  const refs = await listReleases(definition, context, name)
  const chosen = versionText === undefined ? undefined : chooseRelease({definition, name, versionText}, refs)
  const shown = chosen?.foundBy === undefined ? listed(refs) : [chosen]
  const all: InfoRelease[] = []
  let previous = ''
  const flaws = new Map<string, ToldFlaw>()
  for (const {ref} of [...newestFirst(shown, schemes[definition.scheme])].reverse()) {
    const files = filesOf(ref, definition.layout, name)
    if (files === undefined) continue
    const content = JSON.stringify(files)
    const own = releaseFlaws({key: moduleKey(id, name), files, contents: ref.contents}, registry.advisories)
    for (const flaw of own) flaws.set(flaw.id, flaw)
    all.unshift({
      version: ref.version,
      revision: revisionOf(ref) ?? null,
      date: ref.date ?? null,
      files,
      evidence: ref.evidence ?? null,
      sameAsPrevious: content === previous,
      advisories: own.map((flaw) => flaw.id),
    })
    previous = content
  }
  const releases = chosen === undefined ? all : all.filter((one) => isRelease(one, chosen))
  const told = registry.summary(id, name)
  const analysed = await storedFacts(Object.entries(releases[0]?.files ?? {}), environment)
  return {
    module: moduleKey(id, name),
    title: definition.title,
    homepage: definition.homepage,
    licence: definition.licence,
    kind: definition.kind,
    facts: ownValue(registry.releases(id).names, name) ?? {},
    summary: told?.summary ?? null,
    xeps: told?.xeps ?? [],
    releases,
    advisories: [...flaws.values()].filter((flaw) =>
      releases.some((one) => one.advisories.includes(flaw.id)),
    ),
    compatibility: compatibilityOf(releases, refs, {definition, name, environment}),
    placement: placementIn(name, analysed.found),
    analysis: analysed.complete ? moduleFacts(analysed.found) : null,
  }
}

/** Of the newest README that the registry knows: packages of Debian come without. */
function compatibilityOf(
  releases: readonly InfoRelease[],
  refs: readonly ReleaseRef[],
  about: {
    readonly definition: SourceDefinition
    readonly name: string
    readonly environment: Environment
  },
): readonly Compatibility[] {
  const {definition, name, environment} = about
  const {layout} = definition
  const facts = new Analyses(environment)
  for (const release of releases) {
    const contents = refs.find((ref) => isRelease(release, ref))?.contents
    const said = contents && knownCompatibility(contents, {layout, name}, facts)
    if (said !== undefined) return said
  }
  return []
}

function isRelease({version, revision}: InfoRelease, ref: ReleaseRef): boolean {
  return version === ref.version && revision === (revisionOf(ref) ?? null)
}

function coreVersion(text: string, name: string): ProsodyModsError {
  return new ProsodyModsError(
    'VERSION_UNSATISFIABLE',
    `${text}: mod_${name} comes with Prosody and has no versions of its own`,
    {hint: `look it up without a version: prosody-mods info ${name}`, details: {name}},
  )
}

function filesOf(
  ref: ReleaseRef,
  layout: 'folders' | 'flat',
  name: string,
): InfoRelease['files'] | undefined {
  const {contents} = ref
  if (contents === undefined || !moduleNames(contents, layout).includes(name)) return undefined
  const selection = selectModule(contents, layout, name)
  if (selection === undefined) return undefined
  return Object.fromEntries(
    [...selection.values()].sort().flatMap((path) => {
      const file = contents.files.get(path)
      return file === undefined
        ? []
        : [[path, {sha256: file.sha256, size: file.size, basis: file.basis ?? null}]]
    }),
  )
}

/** Of the files of one release; complete where all of them could be looked at. */
async function storedFacts(
  files: readonly (readonly [path: string, {readonly sha256: Sha256}])[],
  environment: Environment,
): Promise<{readonly found: readonly AnalysedFile[]; readonly complete: boolean}> {
  const store = new Store(environment.storeFolder)
  const analyses = new Analyses(environment)
  const found: AnalysedFile[] = []
  const lua = files.filter(([path]) => path.endsWith('.lua'))
  for (const [path, {sha256}] of lua) {
    const known = analyses.facts(sha256, mainOf(path))
    const problem = analyses.problem(sha256, mainOf(path))
    const bytes = known === undefined && problem === undefined ? store.read(sha256) : undefined
    if (known !== undefined) found.push({path, facts: known})
    else if (problem !== undefined) found.push({path, problem})
    else if (bytes !== undefined) found.push({path, ...(await analysed(bytes, {path, sha256, analyses}))})
  }
  await analyses.keep()
  return {found, complete: files.length > 0 && found.length === lua.length}
}

async function analysed(
  bytes: Buffer,
  {path, sha256, analyses}: {readonly path: string; readonly sha256: Sha256; readonly analyses: Analyses},
): Promise<ReturnType<typeof factsOf>> {
  // Loaded only here: what is kept is told faster than the parser starts.
  const {factsOf} = await import('../facts/facts.ts')
  const read = factsOf(bytes, mainOf(path))
  if (read.facts !== undefined) analyses.addFacts(sha256, mainOf(path), read.facts)
  return read
}

function coreLines(name: string, {registry}: Environment): string[] {
  return registry.prosodyLines.filter((line) => registry.prosodyLine(line)?.coreModules.includes(name))
}
