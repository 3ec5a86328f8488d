import {resolve} from 'node:path'
import {splitKey, type ModuleKey} from '../../module-key.ts'
import type {ManifestChange} from '../../project/manifest-edit.ts'
import {ProsodyModsError} from '../../errors.ts'
import {findProject} from '../../project/project.ts'
import {readSpec} from '../../resolve/address/recognise.ts'
import {addressWorld} from '../../resolve/address/world.ts'
import type {Thing} from '../../recipe/follow/thing.ts'
import type {Environment} from '../../workbench/environment.ts'
import {failuresOf} from '../../workbench/fetch-failures.ts'
import {Failures} from '../../workbench/failures.ts'
import {add, type AddResult} from '../add/add.ts'
import {isInProject} from '../add/in-new-project.ts'
import type {NewProjectFlags} from '../init/new-project.ts'
import type {Gathered, GatheredSpec} from './gather.ts'
import type {ImportedEdits} from './edits.ts'
import {lackingNotes, type Lacking} from './lacking.ts'
import type {KeptPaths} from './plugin-paths.ts'
import type {ImportRequest} from './request.ts'

/** What is to go into the project. */
export interface Importing {
  readonly gathered: Gathered
  readonly patches: Readonly<Record<string, readonly string[]>>
  /** Folders that Prosody is to search besides the project's. */
  readonly paths: KeptPaths
  /** What makes patches of edits. */
  readonly edits?: ImportedEdits
  readonly request: Pick<ImportRequest, 'offline' | 'dryRun' | 'force'>
  readonly project: NewProjectFlags
  /** The user that the image runs as; undefined where the input does not say its number. */
  readonly uid: number | undefined
}

/** What a spec has become. */
export interface Became {
  readonly key: string
  readonly version: string
}

/** What went into the project. */
export interface Addition {
  /** Absolute. */
  readonly folder: string
  readonly added: AddResult | null
  /** By spec, without version: what it has become. */
  readonly versions: ReadonlyMap<string, Became>
  /** Specs of which nothing could be added, without versions. */
  readonly failedSpecs: ReadonlyMap<string, ProsodyModsError>
  /** Things of which something that was asked for could not be added: why, once for each of it. */
  readonly failed: ReadonlyMap<Thing, readonly ProsodyModsError[]>
  /** Patches that are there, as the manifest has them. */
  readonly patches: Importing['patches']
  readonly notes: readonly string[]
}

/** Exit codes of what is wrong with one module, and no reason to leave the others: it is not known, or can't be so. */
const ofOne: readonly number[] = [2, 3]

/**
 * Adds what an input brings to the project of the folder, or to a new one. Modules that do not exist so are left out, and told.
 * Throws what else adding throws; a dry run that lacks nothing but bytes tells what it would add all the same.
 */
export async function addImported(importing: Importing, environment: Environment): Promise<Addition> {
  const isNew = !isInProject(environment)
  const folder = isNew ? resolve(environment.cwd) : findProject(environment)
  const failed = new Map<Thing, ProsodyModsError[]>()
  const failedSpecs = new Map<string, ProsodyModsError>()
  const lacking: Lacking = new Map()
  const notes: string[] = []
  let specs = importing.gathered.specs
  let {patches} = importing
  let isWarned = false
  const idle = new Set<string>()
  while (specs.length > 0) {
    const failures = new Failures()
    try {
      const added = await add(
        requestOf({...importing, patches}, specs, {isNew, isWarned, idle}),
        environment,
        failures,
      )
      return {
        folder,
        added,
        versions: versionsOf(specs, added, environment),
        failed,
        failedSpecs,
        patches: importing.edits?.withOwn(patches) ?? patches,
        notes: [...notes, ...lackingNotes(lacking)],
      }
    } catch (error) {
      if (importing.edits?.giveUp(error) === true) continue
      const fewer = withoutMissing(patches, error)
      if (fewer !== undefined) {
        patches = fewer
        continue
      }
      const except = idleExcept(error)
      if (except !== undefined && !idle.has(except)) {
        idle.add(except)
        continue
      }
      const noted = {failed, failedSpecs, lacking, notes}
      const left = withoutRefused(specs, error, noted) ?? withoutFailed(specs, failures, noted)
      if (left === undefined && isRefused(error) && isNew && !isWarned) {
        // It came in since another module needs it, which has run with it before.
        isWarned = true
        notes.push(
          `${error.message.split('\n')[0]?.replace(/:$/, '') ?? ''}, and others need it: the manifest says "lint": {"policy": "warn"}`,
        )
        continue
      }
      if (left === undefined) {
        if (!importing.request.dryRun || !isOfNetwork(error)) throw error
        notes.push(`not all of it could be had for this dry run: ${headlineOf(error as Error)}`)
        const told = [...notes, ...lackingNotes(lacking)]
        return {folder, added: null, versions: asked(specs), failed, failedSpecs, patches, notes: told}
      }
      specs = left
    }
  }
  // Of a repository that is taken whole, nothing can be had.
  for (const [{things}, error] of lacking) for (const thing of things) failed.set(thing, [error])
  return {folder, added: null, versions: new Map(), failed, failedSpecs, patches, notes}
}

/** Leaves a patch out that the release does not have; undefined where that is not what went wrong. */
function withoutMissing(patches: Importing['patches'], error: unknown): Importing['patches'] | undefined {
  if (!(error instanceof ProsodyModsError) || error.code !== 'PATH_NOT_FOUND') return undefined
  const {path} = error.details
  const isThere = Object.values(patches).some((all) => all.some((one) => one === path))
  if (!isThere) return undefined
  return Object.fromEntries(
    Object.entries(patches).flatMap(([key, all]) => {
      const left = all.filter((one) => one !== path)
      return left.length === 0 ? [] : [[key, left]]
    }),
  )
}

/** How many of several things are told that went wrong. */
const fewItems = 4

/** What went wrong, without what explains it; of several things each. */
function headlineOf({message}: Error): string {
  const [first = '', ...rest] = message.split('\n')
  const items = rest.flatMap((line) => /^\s*- (.*)$/.exec(line)?.[1] ?? [])
  const more = items.length - fewItems
  const told = [...items.slice(0, fewItems), ...(more > 0 ? [`and ${more} more`] : [])]
  return items.length === 0 ? first : told.join('; ')
}

function isOfNetwork(error: unknown): boolean {
  return error instanceof ProsodyModsError && error.exitCode === 5
}

/** Names a module that was taken out of the input's tree, and that the release does not have anyway; undefined for other errors. */
function idleExcept(error: unknown): string | undefined {
  if (!(error instanceof ProsodyModsError) || error.code !== 'MODULE_UNKNOWN') return undefined
  const {except} = error.details
  return typeof except === 'string' ? except : undefined
}

/** What has changed since the first try. */
interface Trying {
  readonly isNew: boolean
  /** Whether modules that can't work are taken, and warned of. */
  readonly isWarned: boolean
  /** Modules that need not be left out: there is none of that name. */
  readonly idle: ReadonlySet<string>
}

function requestOf(
  {gathered, patches, paths, edits, request, project, uid}: Importing,
  specs: readonly GatheredSpec[],
  {isNew, isWarned, idle}: Trying,
): Parameters<typeof add>[0] {
  const ids = new Set(specs.flatMap(({declares}) => declares?.id ?? []))
  const except = specs.flatMap((one) => one.except).filter((name) => !idle.has(name))
  const changes: ManifestChange[] = [
    ...Object.entries(gathered.sources).flatMap(([id, value]) =>
      ids.has(id) ? [{path: ['sources', id], value}] : [],
    ),
    ...Object.entries(patches).map(([key, value]) => ({path: ['patches', key], value})),
    ...(isWarned ? [{path: ['lint'], value: {policy: 'warn'}}] : []),
    ...(isNew && paths.before.length > 0 ? [{path: ['pluginPaths', 'before'], value: paths.before}] : []),
    ...(isNew && paths.after.length > 0 ? [{path: ['pluginPaths', 'after'], value: paths.after}] : []),
    ...(uid !== undefined && uid > 0 && isNew ? [{path: ['image', 'uid'], value: uid}] : []),
  ]
  return {
    ...request,
    specs: specs.map(({text}) => text),
    latest: false,
    allowShadow: true,
    init: isNew,
    project,
    changes,
    ...(edits === undefined ? {} : {patching: edits.maker(specs)}),
    ...(except.length === 0 ? {} : {except}),
  }
}

/** What is not there is not there tomorrow either. */
function isOfOne(error: ProsodyModsError): boolean {
  return ofOne.includes(error.exitCode) || isGone(error)
}

/** Whether Prosody could not load the module. */
function isBroken({code}: ProsodyModsError): boolean {
  return code === 'LUA_INVALID'
}

function isOneOfAll(spec: GatheredSpec): boolean {
  return spec.isOneOfAll === true
}

function isGone(error: ProsodyModsError): boolean {
  const failures = failuresOf(error)
  return failures.length > 0 && failures.every(({reason}) => /^HTTP 4(?:04|10)/.test(reason))
}

function gone(error: ProsodyModsError): ProsodyModsError {
  const [first] = failuresOf(error)
  return error.with({
    message: `what it fetches is not there any more: ${first?.label ?? ''} says ${first?.reason ?? ''}`,
    hint: 'save the file out of an image that has it, and add that: prosody-mods add ./mod_<name>.lua',
  })
}

/** Where what failed is noted. */
interface Failed {
  readonly failed: Map<Thing, ProsodyModsError[]>
  readonly failedSpecs: Map<string, ProsodyModsError>
  readonly lacking: Lacking
  readonly notes: string[]
}

/** Takes out what can't work with the target's Prosody; undefined where that is not what went wrong. */
function withoutRefused(
  specs: readonly GatheredSpec[],
  error: unknown,
  noted: Failed,
): readonly GatheredSpec[] | undefined {
  if (!isRefused(error)) return undefined
  const [refused, works] = [namesIn(error.details['modules']), namesIn(error.details['works'])]
  const bad = specs.filter(({spec}) => refused.some((key) => key === spec || key === `${spec}/*`))
  if (bad.length === 0) return withoutNeeding(specs, error, noted)
  const hint = 'if the image has another Prosody, say so: --prosody <line>; else take another version of it'
  return specs.flatMap((one) => {
    if (!bad.includes(one)) return [one]
    const version = works.find((text) => text.startsWith(`${one.spec}@`))?.slice(one.spec.length + 1)
    if (version === undefined || one.version !== undefined) {
      note(one, error.with({message: refusal(one, error), hint}), noted)
      return []
    }
    noted.notes.push(`${one.spec} ${version} is the newest that works with this Prosody, so it is taken`)
    return [{...one, version, text: `${one.spec}@${version}`}]
  })
}

/** Takes out what nobody named and what needs something that can't work; undefined where that is not what went wrong. */
function withoutNeeding(
  specs: readonly GatheredSpec[],
  error: ProsodyModsError,
  noted: Failed,
): readonly GatheredSpec[] | undefined {
  const [refused, neededBy] = [namesIn(error.details['modules']), namesIn(error.details['neededBy'])]
  const bad = specs.filter((one) => isOneOfAll(one) && neededBy.includes(one.spec))
  if (bad.length === 0) return undefined
  const [why = "can't work here"] = /can't work with [^:\n]*/.exec(error.message) ?? []
  const message = `it needs ${refused.join(' and ')}, which ${why}`
  for (const one of bad) note(one, error.with({message}), noted)
  return specs.filter((one) => !bad.includes(one))
}

function isRefused(error: unknown): error is ProsodyModsError {
  return error instanceof ProsodyModsError && error.code === 'LINT_ERRORS'
}

/** What is wrong with one of the modules that are refused together. */
function refusal({spec}: GatheredSpec, {message}: ProsodyModsError): string {
  const [first = '', ...findings] = message.split('\n')
  const own = findings.find(
    (line) => line.includes(`/${spec}/`) || line.includes(`/${spec.replace('/', '/mod_')}/`),
  )
  const [, why] = /: can't work with .*|(can't work with .*?):?$/.exec(first) ?? []
  return `${spec} ${why ?? "can't work here"}${own === undefined ? '' : `: ${own.trim()}`}`
}

function namesIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

function note(one: GatheredSpec, failure: ProsodyModsError, {failed, failedSpecs, lacking}: Failed): void {
  const error = isGone(failure) ? gone(failure) : failure
  failedSpecs.set(one.spec, error)
  if (isOneOfAll(one)) lacking.set(one, error)
  else for (const thing of one.things) failed.set(thing, [...(failed.get(thing) ?? []), error])
}

/** Takes out what failed by itself; undefined where that is not what went wrong. */
function withoutFailed(
  specs: readonly GatheredSpec[],
  {found}: Failures,
  noted: Failed,
): readonly GatheredSpec[] | undefined {
  const bad = new Map<GatheredSpec, ProsodyModsError>()
  for (const {subject, error} of found) {
    const failing = specs.filter(
      ({text, spec}) => text === subject || spec === subject || `${spec}/*` === subject,
    )
    if (!isOfOne(error) && !(isBroken(error) && failing.length > 0 && failing.every(isOneOfAll)))
      return undefined
    for (const one of failing) bad.set(one, error)
  }
  if (bad.size === 0) return undefined
  for (const [one, error] of bad) note(one, error, noted)
  return specs.filter((one) => !bad.has(one))
}

/** What each of the specs has become. */
function versionsOf(
  specs: readonly GatheredSpec[],
  {added}: AddResult,
  {registry}: Environment,
): Addition['versions'] {
  const byKey = new Map(added.map(({module, version}) => [module as string, version]))
  const world = addressWorld(registry)
  return new Map(
    specs.flatMap(({text, name, spec}) => {
      const asked = readSpec(text, world)
      const key =
        asked.kind === 'module'
          ? [`${asked.source ?? asked.name}/${asked.source === undefined ? '*' : asked.name}`, spec].find(
              (one) => byKey.has(one),
            )
          : [...byKey.keys()].find((one) => splitKey(one as ModuleKey)[1] === name || name === undefined)
      const version = key === undefined ? undefined : byKey.get(key)
      return key === undefined || version === undefined ? [] : [[spec, {key, version}] as const]
    }),
  )
}

/** What was asked for, where it could not be tried. */
function asked(specs: readonly GatheredSpec[]): Addition['versions'] {
  return new Map(
    specs.map(({spec, version}) => [spec, {key: spec, version: version ?? unpinned(spec)}] as const),
  )
}

/** Of what has no version to be asked for. */
function unpinned(spec: string): string {
  if (!/^https?:\/\//.test(spec)) return 'newest'
  return /\/[0-9a-f]{40}\//.test(spec) ? 'as its address names it' : 'as it is there now'
}
