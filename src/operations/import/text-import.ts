import {basename, dirname, join} from 'node:path'
import {bareName, isPrefixed} from '../../module-name.ts'
import {defaultDebian, defaultProsody} from '../../project/manifest.ts'
import {findReferences} from '../../recipe/any/find-references.ts'
import type {FoundReference} from '../../recipe/any/found.ts'
import type {Mount} from '../../recipe/follow/files.ts'
import type {Thing} from '../../recipe/follow/thing.ts'
import type {Environment} from '../../workbench/environment.ts'
import {isInProject} from '../add/in-new-project.ts'
import {evidenceFor} from '../init/evidence.ts'
import {jitsiProject} from '../init/docker-jitsi-meet.ts'
import type {NewProjectFlags} from '../init/new-project.ts'
import {addImported} from './add-imported.ts'
import {envOrigins, type EnvOrigin} from './env.ts'
import {readEnvModules} from './env-modules.ts'
import {gatherWanted, type Gathered} from './gather.ts'
import type {Judging} from './judging.ts'
import {meaningOf, ownNote} from './meaning.ts'
import {gatheredSources} from './gathered-sources.ts'
import {lineCount} from './line-count.ts'
import {modulesOf} from './modules-of.ts'
import {namedModule} from './named-module.ts'
import {namesIn, textOf} from './quiet-files.ts'
import type {ImportRequest} from './request.ts'
import {askedTarget, targetManifest} from './target-line.ts'
import type {ReadPlace, ReadText} from './read-text.ts'
import type {ImportLine, ImportResult} from './types.ts'
import {shellWord} from '../../text/shell-word.ts'
import {specText} from './wanted.ts'
import {verifyImported} from './verify.ts'

/** A text in which modules are named, and what it is. */
export interface TextInput {
  readonly text: string
  /** Absolute. */
  readonly path: string
  readonly kind: 'env' | 'text'
}

/** Takes over the modules that a text names by addresses, or by the lists of docker-jitsi-meet's .env. Throws what adding throws. */
export async function importText(
  input: TextInput,
  request: ImportRequest,
  environment: Environment,
): Promise<ImportResult> {
  const {registry} = environment
  const asked = askedTarget(request)
  const project =
    input.kind === 'env' ? {...envProject(input, environment), ...asked} : textProject(environment, asked)
  const {prosody = defaultProsody} = await targetManifest(project, environment)
  const judging: Judging = {
    registry,
    names: new Set(request.take.map((name) => bareName(name))),
    isConfigured: false,
    isLoose: input.kind === 'text',
    pluginPaths: [],
    line: prosody,
  }
  const read = input.kind === 'env' ? readEnvModules(input.text, judging) : readAny(input, judging)
  const gathered = gatherWanted(
    new Map(),
    read.places.flatMap(({found}) => found),
    gatheredSources(registry),
  )
  const addition = await addImported(
    {gathered, patches: {}, paths: {before: [], after: []}, request, project, uid: undefined},
    environment,
  )
  const modules = modulesOf(gathered, addition)
  return {
    input: {path: request.file, kind: input.kind, lines: lineCount(input.text)},
    folder: addition.folder,
    dryRun: request.dryRun,
    lines: read.places.map((place) => lineOfPlace(place, addition, gathered)),
    modules,
    libraries: read.places.flatMap(({library}) =>
      library === undefined ? [] : [{...library, neededBy: []}],
    ),
    image: null,
    enabled: [],
    pluginPaths: null,
    patches: {},
    missing: read.missing,
    notes: [...read.notes, ...gathered.notes, ...addition.notes],
    dockerfile: null,
    added: addition.added,
    verified: request.verify
      ? await verifyImported(gathered, addition, {offline: request.offline, environment})
      : null,
  }
}

/** A project for the .env of docker-jitsi-meet is one for its image. */
function envProject({path}: TextInput, environment: Environment): NewProjectFlags {
  if (isInProject(environment)) return {}
  return jitsiProject(undefined, {}, {folder: dirname(path), registry: environment.registry}).flags
}

/**
 * A text is about another machine than this one: what is installed here says nothing of it. Of what is asked for one part,
 * the other is the one that goes with it.
 */
function textProject({cwd, env, registry}: Environment, asked: NewProjectFlags): NewProjectFlags {
  const {prosody, debian} = asked
  if (prosody !== undefined && debian !== undefined) return asked
  if (debian !== undefined) return {...asked, because: 'as --debian says'}
  if (prosody !== undefined) {
    const suite = registry.suites.findLast((one) => one.prosody === prosody)?.name ?? defaultDebian
    return {prosody, debian: suite, because: 'as --prosody says'}
  }
  const isSaid = evidenceFor(cwd, env, registry).some(({from}) => from === 'folder')
  const because = 'the newest that is known, since nothing says which'
  return isSaid ? {} : {prosody: defaultProsody, debian: defaultDebian, because}
}

function lineOfPlace(
  {line, lastLine, text, found, said}: ReadPlace,
  {versions, failedSpecs}: Awaited<ReturnType<typeof addImported>>,
  gathered: Gathered,
): ImportLine {
  const at = {line, lastLine, text}
  if (said !== undefined) return {...at, ...said}
  const left = found.flatMap(({thing}) => (thing === undefined ? [] : (gathered.left.get(thing) ?? [])))[0]
  if (left !== undefined) return {...at, state: 'not-understood', what: left.why, hint: left.hint}
  const became = found.flatMap(({wanted}) => versions.get(wanted.spec) ?? [])
  if (became.length > 0)
    return {
      ...at,
      state: 'taken',
      what: became.map(({key, version}) => `${key} ${version}`).join(', '),
      hint: null,
    }
  const error = found.flatMap(({wanted}) => failedSpecs.get(wanted.spec) ?? [])[0]
  return {
    ...at,
    state: 'not-understood',
    what: error?.message.split('\n')[0] ?? 'another line brings a module of that name',
    hint: error?.hint ?? null,
  }
}

function readAny({text, path}: TextInput, judging: Judging): ReadText {
  const {references, missing} = findReferences(text, textsBeside(path))
  const notes = new Set<string>()
  const named = references.flatMap(({origin}) => (origin.kind === 'module' ? origin.name : []))
  const all = {...judging, names: new Set([...judging.names, ...named])}
  const isJitsi = /\b(?:XMPP_(?:\w+_)?MODULES|GLOBAL_MODULES)\b|\bjitsi\/prosody\b/.test(text)
  const modules = named.map((name) => ({name, variable: '', line: 0}))
  const inImage = isJitsi
    ? envOrigins({modules}, {tag: undefined, prosody: judging.line}, judging.registry)
    : new Map<string, EnvOrigin>()
  const noting = {judging: all, notes, inImage}
  const places = references.flatMap((reference, index) =>
    reference.isComment === true
      ? commentedOut(reference, index, {...noting, notes: new Set()})
      : placeOf(reference, index, noting),
  )
  return {places: once(places), missing, notes: [...notes]}
}

/** A module that an address brings needs no other place that names it. */
function once(places: readonly ReadPlace[]): ReadPlace[] {
  const brought = new Map<string, number>()
  for (const {found, line} of places)
    for (const {wanted, thing} of found)
      if (wanted.name !== undefined && thing !== undefined && !brought.has(wanted.name))
        brought.set(wanted.name, line)
  return places.map((place) => {
    const line = brought.get(place.named ?? '')
    if (line === undefined) return place
    return {...place, found: [], said: {state: 'taken', what: `line ${line} brings it`, hint: null}}
  })
}

interface Noting {
  /** Modules that the image of docker-jitsi-meet has; empty for a text that is about another. */
  readonly inImage: ReadonlyMap<string, EnvOrigin>
  readonly judging: Judging
  readonly notes: Set<string>
}

function placeOf(reference: FoundReference, id: number, {judging, notes, inImage}: Noting): ReadPlace {
  const {line, lastLine, origin, text, sha256, unknown} = reference
  const at = {line, lastLine, text}
  if (origin.kind === 'module') {
    const there = inImage.get(origin.name)
    if (there?.from === 'image')
      return {
        ...at,
        named: origin.name,
        found: [],
        said: {state: 'not-needed', what: `docker-jitsi-meet's image has it: ${there.of ?? ''}`, hint: null},
      }
    return {...at, named: origin.name, ...namedModule(origin.name, line, judging)}
  }
  if (origin.kind === 'rock') {
    if (isPrefixed(origin.name)) return {...at, ...namedModule(bareName(origin.name), line, judging)}
    const version = origin.version ?? null
    return {
      ...at,
      found: [],
      said: {
        state: 'stays',
        what: `a library: ${origin.name}${version === null ? '' : ` ${version}`}`,
        hint: null,
      },
      library: {by: 'luarocks', name: origin.name, version, line},
    }
  }
  const thing: Thing = {
    id,
    kind: origin.kind === 'member' ? 'url' : origin.kind,
    from: origin.kind === 'member' ? origin.archive : origin.kind === 'package' ? origin.name : origin.url,
    vcs: origin.kind === 'repository' ? origin.vcs : undefined,
    ref: origin.kind === 'repository' ? origin.ref : origin.kind === 'package' ? origin.version : undefined,
    sha256: origin.kind === 'url' ? (origin.sha256 ?? sha256) : undefined,
    line,
    unknown,
    condition: undefined,
  }
  const path = origin.kind === 'url' ? '' : origin.path
  const name = basename(path === '' ? thing.from.replace(/[?#].*/, '') : path)
  const piece = {
    thing,
    ref: thing.ref,
    path,
    stripped: origin.kind === 'member' ? 1 : undefined,
    pattern: undefined,
  }
  const mount: Mount = {at: `/modules/${name}`, piece, isFile: /\.\w+$/.test(name), line, without: []}
  const meaning = meaningOf(thing, [mount], judging)
  switch (meaning.kind) {
    case 'modules':
      for (const note of meaning.notes) notes.add(note)
      return {...at, found: meaning.wanted.map((wanted) => ({wanted, line, thing}))}
    case 'core':
      return {
        ...at,
        found: [],
        said: {state: 'not-needed', what: ownNote(meaning.names, judging), hint: null},
      }
    case 'open':
      return {...at, found: [], said: {state: 'not-understood', what: meaning.why, hint: meaning.hint}}
    case 'unused':
    case 'unrelated':
      return {...at, found: [], said: {state: 'stays', what: 'not about modules', hint: null}}
  }
}

/** What is commented out is offered, and not taken. */
function commentedOut(reference: FoundReference, id: number, noting: Noting): ReadPlace[] {
  const {line, lastLine, text, found} = placeOf(reference, id, noting)
  const specs = found.map(({wanted}) => specText(wanted))
  if (specs.length === 0 || specs.length > 5) return []
  const what = `commented out, so it is not taken: ${specs.join(', ')}`
  const hint = `to take it: prosody-mods add ${specs.map((spec) => shellWord(spec)).join(' ')}`
  return [{line, lastLine, text, found: [], said: {state: 'stays', what, hint}}]
}

/** How many files beside a text are looked at for values of its variables. */
const mostBeside = 30

/** Roles and packs keep values of variables in other files than those that use them. */
function textsBeside(path: string): string[] {
  const folder = dirname(path)
  const up = dirname(folder)
  const folders = [folder, join(up, 'defaults'), join(up, 'vars'), join(up, 'group_vars')]
  return folders
    .flatMap((one) => namesIn(one).map((name) => join(one, name)))
    .filter((one) => one !== path && /\.(?:ya?ml|hcl|nomad|toml|tfvars)$/.test(one))
    .slice(0, mostBeside)
    .flatMap((one) => textOf(one) ?? [])
}
