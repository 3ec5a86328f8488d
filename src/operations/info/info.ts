import {mainOf} from '../../module-name.ts'
import type {Compatibility} from '../../facts/compatibility.ts'
import {sourceDefinition} from '../../project/manifest.ts'
import {modulePage, type ModulePlace} from '../../sources/module-page.ts'
import {selectModule} from '../../resolve/layout.ts'
import {movesOf, unknownModule} from '../../resolve/owners.ts'
import {releaseFlaws, type ToldFlaw} from '../../resolve/advisories.ts'
import {parseSpec, type ModuleSpec} from '../../resolve/spec.ts'
import {chooseRelease, newestFirst} from '../../resolve/choose.ts'
import {listed} from '../../resolve/gone.ts'
import {schemes} from '../../versioning/index.ts'
import {ProsodyModsError} from '../../errors.ts'
import {listReleases} from '../../sources/index.ts'
import type {SourceDefinition} from '../../sources/kinds.ts'
import type {ReleaseRef, SourceContext} from '../../sources/types.ts'
import {noFolders} from '../../sources/types.ts'
import {Analyses} from '../../workbench/analyses.ts'
import {knownCompatibility} from '../../workbench/known-compatibility.ts'
import {ownValue} from '../../own-value.ts'
import {unknownSource} from '../../workbench/definition-for.ts'
import type {Environment} from '../../workbench/environment.ts'
import {codeOf} from '../../workbench/stored-code.ts'
import {projectOrNone, type NearProject} from '../../workbench/open-project.ts'
import {revisionOf, tagOf} from '../../sources/revision.ts'
import {moduleKey} from '../../module-key.ts'
import {declaredInfo, declaredKeys, lockedAs} from './declared.ts'
import {sourceInfo, type SourceInfo} from './source.ts'
import type {InfoRelease, InfoResult, InfoSource} from './types.ts'

/**
 * Tells what is known of a module, or of a source: `source`, `source/*`; with a version, of that release alone. In a
 * project its sources and what it has locked count. Throws MODULE_UNKNOWN, SOURCE_UNKNOWN, SPEC_INVALID, and
 * VERSION_UNSATISFIABLE, VERSION_AMBIGUOUS or VERSION_INVALID as `add` does.
 */
export async function info(text: string, environment: Environment): Promise<InfoResult> {
  const {registry} = environment
  const spec = parseSpec(text)
  if (spec.kind !== 'module') {
    throw new ProsodyModsError('SPEC_INVALID', `${text}: only modules of known sources can be looked up`, {
      hint: 'write a module name: prosody-mods info muc_moderation',
    })
  }
  const project = await projectOrNone(environment)
  const {name, source} = spec
  if (source !== undefined && sourceDefinition(source, project.manifest, registry) === undefined)
    throw unknownSource(moduleKey(source, name), project.manifest, registry)
  const publishers = registry.publishers(name)
  const wanted = publishers.filter((id) => source === undefined || source === id)
  const own = declaredKeys(spec, project, registry)
  const core = coreLines(name, environment)
  const isModule = wanted.length + own.length + core.length > 0
  const whole = wholeSource(spec, project, environment)
  if (!isModule && whole === undefined) throw unknownModule(name, registry)
  if (wanted.length + own.length === 0 && spec.versionText !== undefined) throw coreVersion(text, name)
  return {
    name,
    source: whole ?? null,
    sources: [
      ...(await sourcesOf(wanted, spec, {environment, project})),
      ...(await Promise.all(own.map((key) => declaredInfo(key, project, environment)))),
    ],
    core,
    moves: movesOf(name, source, registry),
  }
}

function wholeSource(
  {name, source, versionText}: ModuleSpec,
  project: NearProject,
  environment: Environment,
): SourceInfo | undefined {
  if (source !== undefined && name !== '*') return undefined
  const id = source ?? name
  const found = sourceInfo(id, project, environment)
  if (found === undefined || versionText === undefined) return found
  if (environment.registry.publishers(name).length > 0) return undefined
  throw new ProsodyModsError('SPEC_INVALID', `${id} is a source, which is looked up without a version`, {
    hint: `prosody-mods info ${id}/<module>@${versionText} tells of a module in that release, "prosody-mods versions ${id}" lists them`,
    details: {source: id, version: versionText},
  })
}

/** With a version, of those sources that have it. Throws what the first one says where none has. */
async function sourcesOf(ids: readonly string[], spec: ModuleSpec, world: World): Promise<InfoSource[]> {
  const told = await Promise.allSettled(ids.map((id) => publishedInfo(id, spec, world)))
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

interface World {
  readonly environment: Environment
  readonly project: NearProject
}

async function publishedInfo(
  id: string,
  {name, versionText}: ModuleSpec,
  {environment, project}: World,
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
  const [newest] = releases
  const ref = newest && refs.find((one) => isRelease(newest, one))
  const path = Object.keys(newest?.files ?? {}).find((one) => mainOf(one) === name)
  const module = moduleKey(id, name)
  return {
    module,
    title: definition.title,
    homepage: definition.homepage,
    licence: definition.licence,
    kind: definition.kind,
    page: modulePage(
      definition,
      name,
      ref === undefined || path === undefined ? undefined : placeOf(ref, path),
    ),
    locked: lockedAs(module, project.lock),
    facts: ownValue(registry.releases(id).names, name) ?? {},
    summary: told?.summary ?? null,
    xeps: told?.xeps ?? [],
    releases,
    advisories: [...flaws.values()].filter((flaw) =>
      releases.some((one) => one.advisories.includes(flaw.id)),
    ),
    compatibility: compatibilityOf(releases, refs, {definition, name, environment}),
    ...(await codeOf(name, newest?.files ?? {}, environment)),
  }
}

function placeOf(ref: ReleaseRef, path: string): ModulePlace {
  const tag = tagOf(ref)
  return {path, release: {revision: revisionOf(ref) ?? '', ...(tag === undefined ? {} : {tag})}}
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
  const selection = contents && selectModule(contents, layout, name)
  if (contents === undefined || selection === undefined) return undefined
  return Object.fromEntries(
    [...selection.values()].sort().flatMap((path) => {
      const file = contents.files.get(path)
      return file === undefined
        ? []
        : [[path, {sha256: file.sha256, size: file.size, basis: file.basis ?? null}]]
    }),
  )
}

function coreLines(name: string, {registry}: Environment): string[] {
  return registry.prosodyLines.filter((line) => registry.prosodyLine(line)?.coreModules.includes(name))
}
