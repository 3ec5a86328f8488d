import {basename, dirname} from 'node:path'
import {baseImageOf, contentsOf, type BaseImage} from '../../image/dockerfile.ts'
import {isJitsiImage, jitsiTagOf} from '../../image/jitsi-image.ts'
import type {Manifest} from '../../project/manifest.ts'
import type {Followed} from '../../recipe/follow/types.ts'
import type {Environment} from '../../workbench/environment.ts'
import {jitsiProject, newestJitsiTag} from '../init/docker-jitsi-meet.ts'
import type {NewProjectFlags} from '../init/new-project.ts'
import type {Recipe} from '../../recipe/types.ts'
import type {ImportRequest} from './request.ts'
import {installedLine} from './installed-line.ts'
import {askedTarget, targetManifest} from './target-line.ts'

/** A Dockerfile or script that is to be taken over. */
export interface RecipeInput {
  readonly request: ImportRequest
  /** Of the folder that the project is, or is to be, in. */
  readonly environment: Environment
  /** Absolute. */
  readonly path: string
  readonly recipe: Recipe
}

/** Says what a new project is for, where `init` would not find it out, and the manifest that the project has or begins with. */
export async function recipeTarget(
  {recipe, environment, path, request}: RecipeInput,
  followed: Followed,
): Promise<RecipeTarget> {
  const base = baseOf(recipe, followed, environment)
  // `init` looks at the last stage of such a file by itself.
  const isBeside = dirname(path) === environment.cwd && /^(?:Dockerfile|Containerfile)$/.test(basename(path))
  const isFound = isBeside && followed.image.isLast
  const installed = installedLine(recipe.text, followed, environment.registry)
  const asked = askedTarget(request)
  const found = flagsFor(base, {isFound, environment})
  // Of another Debian, what this one's Prosody is says nothing.
  const own = asked.debian !== undefined && found.debian !== undefined ? withoutTarget(found) : found
  const name = basename(path)
  const reasons = [
    ...(asked.prosody === undefined ? [] : ['as --prosody says']),
    ...(asked.debian === undefined ? [] : ['as --debian says']),
    ...(installed === undefined || asked.prosody !== undefined ? [] : [`${name} ${installed.because}`]),
    ...(base === undefined || isNone(own)
      ? []
      : [`${name} has FROM ${base.image}${standsFor(base.image, environment)}`]),
  ]
  const stated = {...own, ...(installed === undefined ? {} : {prosody: installed.line})}
  const flags = {...stated, ...(isNone(stated) ? {} : {because: reasons.join('; ')}), ...asked}
  return {flags, manifest: await targetManifest(flags, environment)}
}

/** A tag that moves, or that nobody knows, says nothing of what is in the image. */
function standsFor(image: string, {registry}: Environment): string {
  if (!isJitsiImage(image) || jitsiTagOf(image) !== undefined) return ''
  return `, for which ${newestJitsiTag(registry)} stands, the newest that is known`
}

function withoutTarget(flags: NewProjectFlags): NewProjectFlags {
  const others = Object.entries(flags).filter(([name]) => name !== 'prosody' && name !== 'debian')
  return Object.fromEntries(others)
}

function isNone({prosody, debian}: NewProjectFlags): boolean {
  return prosody === undefined && debian === undefined
}

function baseOf(
  {kind, text}: Recipe,
  {image: {from, isLast}}: Followed,
  {registry: {suites}}: Environment,
): BaseImage | undefined {
  if (kind !== 'dockerfile') return undefined
  if (isLast || from === undefined) return baseImageOf(text, suites)
  return {image: from, ...contentsOf(from, suites)}
}

function flagsFor(
  base: BaseImage | undefined,
  {isFound, environment}: {readonly isFound: boolean; readonly environment: Environment},
): NewProjectFlags {
  if (base === undefined) return {}
  const {registry, cwd} = environment
  if (jitsiTagOf(base.image) !== undefined) return jitsiProject(base.image, {}, {folder: cwd, registry}).flags
  // Whatever its release, it has folders of its own.
  if (isJitsiImage(base.image))
    return {...jitsiProject(newestJitsiTag(registry), {}, {folder: cwd, registry}).flags, base: base.image}
  if (isFound) return {}
  const {prosody, debian} = base
  return {...(prosody === undefined ? {} : {prosody}), ...(debian === undefined ? {} : {debian})}
}

/** What a project is for that a recipe goes into. */
export interface RecipeTarget {
  /** Of a new one, where `init` would not find it out. */
  readonly flags: NewProjectFlags
  readonly manifest: Manifest
}
