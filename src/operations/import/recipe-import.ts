import {ProsodyModsError} from '../../errors.ts'
import {bareName} from '../../module-name.ts'
import {existsSync} from 'node:fs'
import {basename, dirname, join, relative} from 'node:path'
import {defaultModulesPath, defaultProsody, type Manifest} from '../../project/manifest.ts'
import type {BuildContext} from '../../recipe/follow/files.ts'
import {follow} from '../../recipe/follow/follow.ts'
import type {Followed} from '../../recipe/follow/types.ts'
import type {Thing} from '../../recipe/follow/thing.ts'
import type {Recipe} from '../../recipe/types.ts'
import {accountFor, linesOf, type Accounting} from './account.ts'
import {addImported, type Addition} from './add-imported.ts'
import {contextConfiguration, contextTree, type ContextConfiguration} from './context-configuration.ts'
import {neededBy, readInstalls, withOutcome} from './installs.ts'
import type {Judging} from './judging.ts'
import {bringsOthers, meaningOf} from './meaning.ts'
import {readPatches, withoutMissing} from './patches.ts'
import {planDockerfile, refuseNumberedStages, writeDockerfile} from './dockerfile-change.ts'
import type {Lined} from '../../context/own-lines.ts'
import {ensureBeside, ensureIgnore} from '../init/files-beside.ts'
import type {NewProjectFlags} from '../init/new-project.ts'
import {ImportedEdits} from './edits.ts'
import {foreignScriptNotes} from './foreign-scripts.ts'
import {gatheredSources} from './gathered-sources.ts'
import {lineCount} from './line-count.ts'
import {modulesOf} from './modules-of.ts'
import {textOf} from './quiet-files.ts'
import {oldPlaceNotes} from './old-places.ts'
import {ownModuleNotes} from './own-modules.ts'
import {recipeTarget, type RecipeInput, type RecipeTarget} from './recipe-target.ts'
import {keptPaths, type KeptPaths} from './plugin-paths.ts'
import type {ImportedAddition, ImportedLibrary, ImportResult} from './types.ts'
import {verifyImported} from './verify.ts'
import {gatherWanted, type Gathered} from './gather.ts'
import type {Meaning} from './wanted.ts'

/** Takes over what a Dockerfile or a script brings in. Throws what adding throws. */
export async function importRecipe(input: RecipeInput): Promise<ImportResult> {
  const followed = follow(input.recipe, contextIn(input.environment.cwd))
  const target = await recipeTarget(input, followed)
  return new Import({...input, followed}, target).run()
}

class Import {
  readonly #input: RecipeInput & {readonly followed: Followed}
  readonly #target: NewProjectFlags
  readonly #manifest: Manifest
  readonly #followed: Followed
  readonly #configuration: ContextConfiguration
  readonly #judging: Judging
  readonly #meanings: ReadonlyMap<Thing, Meaning>

  constructor(input: RecipeInput & {readonly followed: Followed}, {flags, manifest}: RecipeTarget) {
    this.#input = input
    this.#target = flags
    this.#manifest = manifest
    const {environment, request} = input
    this.#followed = input.followed
    this.#configuration = contextConfiguration(environment.cwd, this.#followed)
    this.#judging = {
      registry: environment.registry,
      names: new Set([...this.#configuration.names, ...request.take.map((name) => bareName(name))]),
      isConfigured: this.#configuration.files.length > 0,
      isAsked: request.take.length > 0,
      thinned: thinnedThings(this.#followed),
      beside: this.#configuration.beside,
      pluginPaths: this.#configuration.pluginPaths ?? [],
      line: manifest.prosody ?? defaultProsody,
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
    if (request.run === true) refuseIdleRun(recipe)
    const installs = readInstalls(followed, this.#judging)
    const gathered = gatherWanted(this.#meanings, installs.wanted, gatheredSources(environment.registry))
    const patches = readPatches(followed, gathered, this.#judging)
    const edits = new ImportedEdits(followed, basename(this.#input.path))
    const addition = await addImported(
      {
        gathered,
        patches: patches.entries,
        edits,
        paths: this.#paths(gathered),
        request,
        project: this.#target,
        uid: uidOf(followed),
      },
      environment,
    )
    const accounting: Accounting = {
      followed,
      meanings: withFailures(this.#meanings, addition),
      taken: takenTexts(gathered, addition),
      mixed: this.#mixed(),
      left: gathered.left,
      installs: withOutcome(installs, addition),
      patches: withoutMissing(patches, addition.patches),
      edits: edits.judgements(),
    }
    const steps = accountFor(accounting)
    const change = planDockerfile({
      recipe,
      steps,
      followed,
      addition,
      manifest: this.#manifest,
      folder: environment.cwd,
      path: this.#input.path,
      run: request.run === true,
      patchCopies: patches.copies.filter(({patch}) => addition.patches['prosody']?.includes(patch) === true),
    })
    const beside = this.#filesBeside(addition, change.fresh)
    if (change.fresh !== undefined && !request.dryRun)
      await writeDockerfile(this.#input.path, {before: recipe.text, after: change.fresh})
    return {
      input: {path: request.file, kind: recipe.kind, lines: lineCount(recipe.text)},
      folder: addition.folder,
      dryRun: request.dryRun,
      lines: linesOf(change.steps, recipe),
      modules: modulesOf(gathered, addition),
      libraries: this.#libraries(installs.libraries, addition.added),
      image: imageOf(recipe, followed),
      enabled: [...this.#judging.names].filter((name) => name !== '*').sort(),
      pluginPaths: this.#configuration.pluginPaths ?? null,
      patches: addition.patches,
      missing: recipe.missing,
      notes: [
        ...gathered.notes,
        ...installs.notes,
        ...addition.notes,
        ...this.#takeNotes(gathered),
        ...change.notes,
        ...beside.notes,
        ...scriptNotes(recipe, addition),
        ...foreignScriptNotes(followed),
        ...ownModuleNotes(followed, contextTree(environment.cwd)),
        ...this.#pathNotes(addition),
        ...this.#placeNotes(gathered, addition),
      ],
      dockerfile: change.dockerfile,
      added: withChanges(addition.added, beside.changes),
      verified: request.verify
        ? await verifyImported(gathered, addition, {offline: request.offline, environment})
        : null,
    }
  }

  #paths({specs}: Gathered): KeptPaths {
    const taken = new Set(specs.flatMap(({things}) => things))
    return keptPaths(this.#configuration.pluginPaths, this.#followed, (thing) => taken.has(thing))
  }

  #mixed(): ReadonlySet<Thing> {
    const {things, placed} = this.#followed
    return new Set(
      things.filter((thing) => {
        const mounts = placed.filter(({piece}) => piece.thing === thing)
        return bringsOthers(thing, mounts, this.#judging.registry)
      }),
    )
  }

  /** Of what was asked for and is in nothing that the input fetches whole. */
  #takeNotes({specs}: Gathered): string[] {
    const found = new Set(specs.flatMap(({name}) => name ?? []))
    const missing = this.#input.request.take.filter((name) => name !== '*' && !found.has(bareName(name)))
    return missing.map((name) => `--take ${name}: nothing that is taken here has a module of that name`)
  }

  /** plugin_paths that are set elsewhere win over those that are written here, or lose, by the order of files. */
  #pathNotes({versions}: Addition): string[] {
    const {pathsFiles} = this.#configuration
    if (pathsFiles.length === 0 || versions.size === 0) return []
    const verb = pathsFiles.length === 1 ? 'sets' : 'set'
    return [
      `${pathsFiles.join(', ')} ${verb} plugin_paths, which conf.d/prosody-mods.cfg.lua does now: take it out there, and see that this file is read (Include "conf.d/*.cfg.lua")`,
    ]
  }

  /** What lets the modules through to the builder: a project that is made has it, another one gets it with its lines. */
  #filesBeside({added, folder}: Addition, fresh: string | undefined): Lined {
    const {recipe, path, request} = this.#input
    if (fresh === undefined || recipe.kind !== 'dockerfile') return {notes: [], changes: []}
    if (added?.made === undefined) return ensureBeside(folder, request.dryRun)
    if (dirname(path) === folder) return {notes: [], changes: []}
    return ensureIgnore(folder, {name: relative(folder, path), text: fresh}, request.dryRun)
  }

  #placeNotes({specs}: Gathered, {versions}: Addition): string[] {
    const {recipe, environment} = this.#input
    if (recipe.kind !== 'dockerfile') return []
    const taken = specs.flatMap(({spec, things}) => (versions.has(spec) ? things : []))
    const modulesPath = this.#manifest.image?.modulesPath ?? defaultModulesPath
    return oldPlaceNotes(this.#followed, new Set(taken), {folder: environment.cwd, modulesPath})
  }

  #libraries(
    found: readonly Omit<ImportedLibrary, 'neededBy'>[],
    added: ImportedAddition | null,
  ): ImportedLibrary[] {
    const needs = (added?.added ?? []).map(({module, needs: own}) => ({
      module,
      servers: Object.keys(own.libraries ?? {}),
    }))
    return found.map((one) => ({...one, neededBy: neededBy(one, needs, this.#input.environment.registry)}))
  }
}

/** Things that a line takes parts away from by what is not followed: a pipe, a loop, a program that runs others. */
function thinnedThings({steps}: Followed): ReadonlySet<Thing> {
  const found = steps.flatMap(({text, deed: {things}}) => {
    const isRemoval = /\b(?:rm|rmdir|unlink|xargs)\b|\bfind\b.*-(?:delete|exec)\b/.test(text)
    return isRemoval && !/^(?:sudo )?(?:rm|rmdir|unlink)\b[^|;&`$]*$/.test(text) ? things : []
  })
  return new Set(found)
}

function withChanges(
  added: ImportedAddition | null,
  changes: ImportedAddition['changes'],
): ImportedAddition | null {
  return added === null ? null : {...added, changes: [...changes, ...added.changes]}
}

/** Throws USAGE. */
function refuseIdleRun(recipe: Recipe): void {
  if (recipe.kind === 'dockerfile') refuseNumberedStages(recipe)
  else
    throw new ProsodyModsError('USAGE', '--run is about a Dockerfile, and this is a script', {
      hint: 'leave it out',
    })
}

function scriptNotes({kind}: Recipe, {versions}: Addition): string[] {
  if (kind !== 'script' || versions.size === 0) return []
  return [
    'the script stays as it is: in place of what is taken or not needed any more, "prosody-mods install --frozen" writes the modules, with --destdir / to where Prosody of this machine finds them',
  ]
}

function takenTexts({specs}: Gathered, {versions}: Addition): ReadonlyMap<Thing, string> {
  const texts = new Map<Thing, string[]>()
  for (const {spec, things} of specs) {
    const found = versions.get(spec)
    if (found === undefined) continue
    for (const thing of things)
      texts.set(thing, [...(texts.get(thing) ?? []), `${found.key} ${found.version}`])
  }
  return new Map([...texts].map(([thing, all]) => [thing, shortList(all)]))
}

function shortList(all: readonly string[]): string {
  const shown = all.slice(0, 4).join(', ')
  return all.length <= 4 ? shown : `${shown} and ${all.length - 4} more`
}

/** Of what could not be added, even if the rest of the same thing could, nothing may be cut out. */
function withFailures(
  meanings: ReadonlyMap<Thing, Meaning>,
  {failed}: Addition,
): ReadonlyMap<Thing, Meaning> {
  return new Map(
    [...meanings].map(([thing, meaning]) => {
      const [error, ...others] = failed.get(thing) ?? []
      if (error === undefined) return [thing, meaning]
      const hint = error.hint ?? 'see whether the module has another name: prosody-mods search <word>'
      const whys = [error, ...others].map(({message}) => message.split('\n')[0] ?? message)
      return [thing, {kind: 'open', why: [...new Set(whys)].join('; '), hint}]
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
      return place === undefined ? undefined : textOf(place)
    },
  }
}
