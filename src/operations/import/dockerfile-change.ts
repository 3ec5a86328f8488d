import {relative} from 'node:path'
import {defaultModulesPath, type Manifest} from '../../project/manifest.ts'
import type {Followed} from '../../recipe/follow/types.ts'
import type {Recipe} from '../../recipe/types.ts'
import {unifiedDiff} from '../../text/unified-diff.ts'
import {replaceFiles} from '../lint/replace-files.ts'
import {ProsodyModsError} from '../../errors.ts'
import type {AccountedStep} from './account.ts'
import type {Addition} from './add-imported.ts'
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
  const has = /^\s*COPY\s.*\bprosody-modules\/?\s/im.test(recipe.text)
  const places = new Set(followed.visited)
  const copies = has ? [] : copyLines(planning.manifest)
  const {text, idle, stuck} = rewriteDockerfile({recipe, steps, copies, places})
  const marked = steps.map((one, at): AccountedStep => {
    if (stuck.has(at))
      return {
        step: one.step,
        judgement: {
          state: 'not-understood',
          what: `${one.judgement.what}, and what stands with it does other things, so it was not cut out`,
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
    notes: [],
  }
}

/** What brings the build context of a project into an image. */
function copyLines({image = {}}: Manifest): string[] {
  const {modulesPath = defaultModulesPath, layout} = image
  const modules = `COPY prosody-modules/ ${modulesPath}/`
  // Of an image that searches the folder anyway.
  if (layout === 'modules') return [modules]
  return ['COPY conf.d/prosody-mods.cfg.lua /etc/prosody/conf.d/', modules]
}

/** Replaces the Dockerfile in one step. Throws WRITE_FAILED, and OWNED_FILE_CHANGED where somebody has changed it meanwhile. */
export async function writeDockerfile(
  path: string,
  {before, after}: {readonly before: string; readonly after: string},
): Promise<void> {
  const changed = await replaceFiles([{path, before: Buffer.from(before), after: Buffer.from(after)}])
  if (changed.length === 0) return
  throw new ProsodyModsError('OWNED_FILE_CHANGED', `${path} was changed meanwhile, and stays as it is now`, {
    hint: 'run the command again: what it has added is there already',
  })
}
