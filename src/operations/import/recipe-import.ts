import {existsSync} from 'node:fs'
import {basename, join} from 'node:path'
import {readRegular} from '../../regular-file.ts'
import {baseImageOf} from '../../image/dockerfile.ts'
import type {BuildContext} from '../../recipe/follow/files.ts'
import {follow} from '../../recipe/follow/follow.ts'
import type {Followed} from '../../recipe/follow/types.ts'
import type {Thing} from '../../recipe/follow/thing.ts'
import type {Recipe} from '../../recipe/types.ts'
import type {AddResult} from '../add/add.ts'
import type {Environment} from '../../workbench/environment.ts'
import {accountFor, linesOf, type Accounting} from './account.ts'
import {addImported, type Addition} from './add-imported.ts'
import {contextConfiguration, type ContextConfiguration} from './context-configuration.ts'
import {neededBy, readInstalls} from './installs.ts'
import {meaningOf, type Judging} from './meaning.ts'
import {readPatches, withoutMissing} from './patches.ts'
import {planDockerfile, writeDockerfile} from './dockerfile-change.ts'
import type {NewProjectFlags} from '../init/new-project.ts'
import type {ImportRequest} from './request.ts'
import {lineOf} from './target-line.ts'
import type {ImportedLibrary, ImportedModule, ImportResult} from './types.ts'
import {gatherWanted, type Gathered} from './gather.ts'
import type {Meaning} from './wanted.ts'

/** A Dockerfile or script that is to be taken over. */
export interface RecipeInput {
  readonly request: ImportRequest
  /** Of the folder that the project is, or is to be, in. */
  readonly environment: Environment
  /** Absolute. */
  readonly path: string
  readonly recipe: Recipe
}

/** Takes over what a Dockerfile or a script brings in. Throws what adding throws. */
export async function importRecipe(input: RecipeInput): Promise<ImportResult> {
  const target = await targetOf(input)
  return new Import(input, target).run()
}

/** What a new project is for, where the name of the file keeps `init` from finding it; and the line of Prosody. */
async function targetOf({recipe, environment, path}: RecipeInput): Promise<Target> {
  const isFound = recipe.kind !== 'dockerfile' || /^(?:Dockerfile|Containerfile)$/.test(basename(path))
  const base = isFound ? undefined : baseImageOf(recipe.text, environment.registry.suites)
  const {prosody, debian} = {...base}
  const flags = {...(prosody === undefined ? {} : {prosody}), ...(debian === undefined ? {} : {debian})}
  return {flags, line: await lineOf(flags, environment)}
}

interface Target {
  readonly flags: NewProjectFlags
  readonly line: string
}

class Import {
  readonly #input: RecipeInput
  readonly #target: NewProjectFlags
  readonly #followed: Followed
  readonly #configuration: ContextConfiguration
  readonly #judging: Judging
  readonly #meanings: ReadonlyMap<Thing, Meaning>

  constructor(input: RecipeInput, {flags, line}: Target) {
    this.#input = input
    this.#target = flags
    const {environment, recipe, request} = input
    this.#followed = follow(recipe, contextIn(environment.cwd))
    this.#configuration = contextConfiguration(environment.cwd, this.#followed)
    this.#judging = {
      registry: environment.registry,
      names: new Set([...this.#configuration.names, ...request.take.map((name) => name.replace(/^mod_/, ''))]),
      isConfigured: this.#configuration.files.length > 0,
      pluginPaths: this.#configuration.pluginPaths ?? [],
      line,
    }
    this.#meanings = new Map(
      this.#followed.things.map((thing) => {
        const mounts = this.#followed.placed.filter(({piece}) => piece.thing === thing)
        return [thing, meaningOf(thing, mounts, this.#judging)] as const
      }),
    )
  }

  async run(): Promise<ImportResult> {
    const {environment, request, recipe} = this.#input
    const followed = this.#followed
    const installs = readInstalls(followed, this.#judging)
    const gathered = gatherWanted(this.#meanings, installs.wanted)
    const patches = readPatches(followed, gathered)
    const addition = await addImported(
      {gathered, patches: patches.entries, request, project: this.#target, uid: uidOf(followed)},
      environment,
    )
    const accounting: Accounting = {
      followed,
      meanings: withFailures(this.#meanings, addition),
      taken: takenTexts(gathered, addition),
      installs: installs.judgements,
      patches: withoutMissing(patches, addition.patches),
    }
    const steps = accountFor(accounting)
    const change = planDockerfile({recipe, steps, followed, addition, folder: environment.cwd, path: this.#input.path})
    if (change.fresh !== undefined && !request.dryRun)
      await writeDockerfile(this.#input.path, {before: recipe.text, after: change.fresh})
    return {
      input: {path: request.file, kind: recipe.kind, lines: recipe.text.split('\n').length},
      folder: addition.folder,
      dryRun: request.dryRun,
      lines: linesOf(change.steps),
      modules: modulesOf(gathered, addition),
      libraries: this.#libraries(installs.libraries, addition.added),
      image: imageOf(recipe, followed),
      enabled: [...this.#judging.names].sort(),
      pluginPaths: this.#configuration.pluginPaths ?? null,
      patches: addition.patches,
      missing: recipe.missing,
      notes: [...gathered.notes, ...addition.notes, ...change.notes],
      dockerfile: change.dockerfile,
      added: addition.added,
      verified: null,
    }
  }

  #libraries(found: readonly Omit<ImportedLibrary, 'neededBy'>[], added: AddResult | null): ImportedLibrary[] {
    const needs = (added?.added ?? []).map(({module, needs: own}) => ({
      module,
      servers: Object.keys(own.libraries ?? {}),
    }))
    return found.map((one) => ({...one, neededBy: neededBy(one, needs, this.#input.environment.registry)}))
  }
}

function modulesOf({specs}: Gathered, {versions}: Addition): ImportedModule[] {
  return specs.flatMap(({spec, text, lines}) => {
    const found = versions.get(text)
    return found === undefined ? [] : [{module: found.key, spec, version: found.version, lines}]
  })
}

function takenTexts({specs}: Gathered, {versions}: Addition): ReadonlyMap<Thing, string> {
  const texts = new Map<Thing, string[]>()
  for (const {text, things} of specs) {
    const found = versions.get(text)
    if (found === undefined) continue
    for (const thing of things) texts.set(thing, [...(texts.get(thing) ?? []), `${found.key} ${found.version}`])
  }
  return new Map([...texts].map(([thing, all]) => [thing, shortList(all)]))
}

function shortList(all: readonly string[]): string {
  const shown = all.slice(0, 4).join(', ')
  return all.length <= 4 ? shown : `${shown} and ${all.length - 4} more`
}

/** What could not be added was not understood. */
function withFailures(meanings: ReadonlyMap<Thing, Meaning>, {failed}: Addition): ReadonlyMap<Thing, Meaning> {
  return new Map(
    [...meanings].map(([thing, meaning]) => {
      const error = failed.get(thing)
      if (error === undefined) return [thing, meaning]
      const hint = error.hint ?? 'see whether the module has another name: prosody-mods search <word>'
      return [thing, {kind: 'open', why: error.message.split('\n')[0] ?? error.message, hint}]
    }),
  )
}

function imageOf({kind}: Recipe, {image}: Followed): ImportResult['image'] {
  if (kind !== 'dockerfile') return null
  const {from, user, ports, volumes} = image
  return {from: from ?? null, user: user ?? null, ports: [...new Set(ports)], volumes: [...new Set(volumes)]}
}

function uidOf({image: {user, uids}}: Followed): number | undefined {
  const name = user?.split(':')[0]
  if (name === undefined) return undefined
  return /^[1-9]\d*$/.test(name) ? Number(name) : uids[name]
}

/** The folder that an image is built from; nothing outside of it is looked at. */
function contextIn(folder: string): BuildContext {
  const placeOf = (path: string): string | undefined => {
    const whole = join(folder, path)
    return whole === folder || whole.startsWith(`${folder}/`) ? whole : undefined
  }
  return {
    has: (path) => existsSync(placeOf(path) ?? '\0'),
    read(path) {
      const place = placeOf(path)
      try {
        return place === undefined ? undefined : readRegular(place, 'dockerfile').toString('utf8')
      } catch {
        return undefined
      }
    },
  }
}
