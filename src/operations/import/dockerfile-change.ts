import {rmSync} from 'node:fs'
import {dirname, join, relative} from 'node:path'
import {defaultModulesPath, type Manifest} from '../../project/manifest.ts'
import {contextFolder, patchPlace, upstreamPatch} from '../../project/lockfile.ts'
import type {Followed} from '../../recipe/follow/types.ts'
import type {Recipe} from '../../recipe/types.ts'
import {unifiedDiff} from '../../text/unified-diff.ts'
import {replaceFiles, stagedName} from '../lint/replace-files.ts'
import {ProsodyModsError} from '../../errors.ts'
import type {AccountedStep} from './account.ts'
import type {PatchCopy} from './patches.ts'
import type {Addition} from './add-imported.ts'
import {namesIn, textOf} from './quiet-files.ts'
import {rewriteDockerfile} from './rewrite.ts'
import type {ImportResult} from './types.ts'

/** What a change of a Dockerfile is planned from. */
export interface Planning {
  readonly recipe: Recipe
  readonly steps: readonly AccountedStep[]
  readonly followed: Followed
  readonly addition: Addition
  readonly manifest: Manifest
  readonly folder: string
  readonly path: string
  readonly patchCopies: readonly PatchCopy[]
  /** Whether a stage of the image installs the modules. */
  readonly run: boolean
}

/** How a Dockerfile is to be. */
export interface DockerfileChange {
  /** The text; undefined where nothing changes. */
  readonly fresh: string | undefined
  readonly dockerfile: ImportResult['dockerfile']
  readonly steps: readonly AccountedStep[]
  readonly notes: readonly string[]
}

/** Plans a Dockerfile without what the project brings now. */
export function planDockerfile(planning: Planning): DockerfileChange {
  const {recipe, steps, followed, addition, path} = planning
  const nothing = {fresh: undefined, dockerfile: null, steps, notes: []}
  if (recipe.kind !== 'dockerfile' || addition.versions.size === 0) return nothing
  const places = new Set(followed.visited)
  const isThere = hasContext(recipe, planning.manifest)
  const copies = isThere
    ? []
    : planning.run
      ? [`COPY --from=${stageName} /out/ /`]
      : copyLines(planning.manifest)
  const {text, idle, stuck} = rewriteDockerfile({
    recipe,
    steps,
    copies,
    places,
    images: imagesOf(planning),
    stage: planning.run ? stageLines(addition) : [],
    inserts: patchLines(planning),
    scripts: followed.scripts,
  })
  const marked = steps.map((one, at): AccountedStep => {
    const why = stuck.get(at)
    if (why !== undefined)
      return {
        step: one.step,
        judgement: {
          state: 'not-understood',
          what: `${one.judgement.what}, and what stands with it ${why}, so it was not cut out`,
          hint: 'take it out by hand',
        },
      }
    return idle.has(at)
      ? {step: one.step, judgement: {state: 'not-needed', what: 'nothing is left for it to do', isCut: true}}
      : one
  })
  if (text === recipe.text) return {...nothing, steps: marked}
  const shown = relative(planning.folder, path)
  return {
    fresh: text,
    dockerfile: {path: shown, diff: unifiedDiff(shown, recipe.text, text)},
    steps: marked,
    notes: planning.run && copies.length > 0 ? [runNote] : [],
  }
}

/** Tells whether a Dockerfile copies the project's modules already, to where the manifest has them. */
function hasContext({instructions}: Recipe, {image = {}}: Manifest): boolean {
  const {modulesPath = defaultModulesPath} = image
  const plain = (path: string | undefined): string => (path ?? '').replace(/^\.\//, '').replace(/\/+$/, '')
  return instructions.some(
    ({keyword, words}) =>
      keyword === 'COPY' &&
      plain(words[0]?.text) === contextFolder &&
      plain(words.at(-1)?.text) === plain(modulesPath),
  )
}

/** What brings patches out of releases to where lines that stay look for them, by the instruction that they are for. */
function patchLines({steps, patchCopies}: Planning): ReadonlyMap<number, readonly string[]> {
  const lines = new Map<number, readonly string[]>()
  for (const {step, patch, to} of patchCopies) {
    const {instruction} = steps[step]?.step ?? {}
    if (instruction === undefined) continue
    const line = `COPY ${patchPlace(patch)} ${to}`
    lines.set(instruction, [...new Set([...(lines.get(instruction) ?? []), line])])
  }
  return lines
}

/** The images that have modules which come with the build context now. */
function imagesOf({recipe, steps, followed}: Planning): (readonly number[])[] {
  const cut = steps.filter(({judgement}) => judgement.state === 'taken' && judgement.isCut === true)
  const things = new Set(cut.flatMap(({step}) => [...step.deed.things]))
  const installing = new Set(
    cut.flatMap(({step}) =>
      step.deed.kind === 'install' ? (recipe.instructions[step.instruction]?.stage ?? []) : [],
    ),
  )
  const having = followed.targets.filter(
    ({stages, placed}) =>
      placed.some(({piece}) => things.has(piece.thing)) || stages.some((stage) => installing.has(stage)),
  )
  const covered = new Set(having.flatMap(({stages}) => stages))
  // What another stage copies something else from is an image of its own, where modules are installed in it.
  const others = [...installing].filter((stage) => !covered.has(stage) && !isCopiedFrom(stage, recipe))
  if (having.length + others.length === 0) return followed.targets.slice(-1).map(({stages}) => stages)
  return [...having.map(({stages}) => stages), ...others.map((stage) => [stage])]
}

/** Tells whether modules, or all that a package manager installs, may be copied out of a stage. */
function isCopiedFrom(stage: number, {instructions}: Recipe): boolean {
  const from = instructions.find((one) => one.keyword === 'FROM' && one.stage === stage)
  const names = [from?.words[2]?.text.toLowerCase(), String(stage)]
  return instructions.some(
    ({keyword, flags, words}) =>
      keyword === 'COPY' &&
      names.includes(flags['from']?.text.toLowerCase()) &&
      words.slice(0, -1).some(({text}) => !/\/etc\/|\.(?:crt|key|pem|conf)$/.test(text)),
  )
}

/** What brings the build context of a project into an image. */
function copyLines({image = {}}: Manifest): string[] {
  const {modulesPath = defaultModulesPath, layout} = image
  const modules = `COPY prosody-modules/ ${modulesPath}/`
  // Of an image that searches the folder anyway.
  if (layout === 'modules') return [modules]
  return ['COPY conf.d/prosody-mods.cfg.lua /etc/prosody/conf.d/', modules]
}

const stageName = 'prosody-mods'

const runNote =
  'put prosody-mods.mjs of a release and prosody-mods.mjs.sha256 beside the Dockerfile, and let them, prosody-mods.json and prosody-mods.lock.json through where there is a .dockerignore (docs/guide/docker.md, RUN)'

/** A stage that installs what the lockfile says, as docs/guide/docker.md has it. */
function stageLines({patches}: Addition): string[] {
  const folders = Object.values(patches)
    .flat()
    .filter((path) => upstreamPatch(path) === undefined)
    .map((path) => (path.includes('/') ? `${path.slice(0, path.indexOf('/'))}/` : path))
  return [
    `FROM docker.io/library/debian:trixie-slim AS ${stageName}`,
    'RUN apt-get update \\',
    ' && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends ca-certificates nodejs \\',
    ' && rm --recursive --force /var/lib/apt/lists/*',
    'WORKDIR /project',
    'COPY prosody-mods.mjs prosody-mods.mjs.sha256 ./',
    'RUN sha256sum --check prosody-mods.mjs.sha256',
    'COPY prosody-mods.json prosody-mods.lock.json ./',
    ...[...new Set(folders)].map((path) => `COPY ${path} ./${path}`),
    'RUN node prosody-mods.mjs install --frozen --destdir /out',
  ]
}

/** Refuses a stage in front where lines go by numbers of stages, which it would move. Throws USAGE. */
export function refuseNumberedStages({instructions}: Recipe): void {
  const numbered = instructions.find(({flags}) => /^\d+$/.test(flags['from']?.text ?? ''))
  if (numbered === undefined) return
  throw new ProsodyModsError(
    'USAGE',
    `--run puts a stage in front of others, and line ${numbered.line} names one by its number`,
    {hint: 'name the stage (FROM … AS name) and say --from=name there, or leave --run out'},
  )
}

/** Replaces the Dockerfile in one step. Throws WRITE_FAILED, and OWNED_FILE_CHANGED where somebody has changed it meanwhile. */
export async function writeDockerfile(
  path: string,
  {before, after}: {readonly before: string; readonly after: string},
): Promise<void> {
  const changed = await replaceFiles([{path, before: Buffer.from(before), after: Buffer.from(after)}])
  removeLeftOver(dirname(path), after)
  if (changed.length === 0) return
  throw new ProsodyModsError('OWNED_FILE_CHANGED', `${path} was changed meanwhile, and stays as it is now`, {
    hint: 'run the command again: what it has added is there already',
  })
}

/** Takes away what runs of this that were killed have left of the same text. */
function removeLeftOver(folder: string, after: string): void {
  for (const name of namesIn(folder)) {
    const path = join(folder, name)
    const text = stagedName.test(name) ? textOf(path) : undefined
    if (text !== undefined && after.startsWith(text)) rmSync(path, {force: true})
  }
}
