import {existsSync, lstatSync} from 'node:fs'
import {dirname, join, relative, resolve} from 'node:path'
import {manifestName} from '../../project/manifest.ts'
import type {Recipe} from '../../recipe/types.ts'
import {composeFiles} from '../init/evidence.ts'
import {textOf} from './quiet-files.ts'

/** The folder that an image is built from, and how that is known; undefined where it is the Dockerfile's own. */
export interface ContextAbove {
  /** Absolute. */
  readonly folder: string
  readonly note: string
}

/** Folders above a Dockerfile that may be what its image is built from. */
const mostAbove = 6

/**
 * Finds the build context of a Dockerfile that lies below it: a Compose file says so, or what it copies is there only.
 * Undefined where the Dockerfile's own folder will do, or has a project.
 */
export function contextAbove(path: string, recipe: Recipe): ContextAbove | undefined {
  const own = dirname(path)
  if (existsSync(join(own, manifestName))) return undefined
  const folders = foldersAbove(own)
  const composed = folders.flatMap((folder) => composedBy(folder, path) ?? [])[0]
  if (composed !== undefined)
    return composed.folder === own ? undefined : {folder: composed.folder, note: noteOf(path, composed)}
  const copied = copiedPaths(recipe)
  const missing = copied.filter((one) => !isThere(own, one))
  if (missing.length === 0) return undefined
  const folder = folders.slice(1).find((one) => copied.every((copy) => isThere(one, copy)))
  const why = `it copies ${missing[0] ?? ''}`
  return folder === undefined ? undefined : {folder, note: noteOf(path, {folder, why})}
}

function noteOf(path: string, {folder, why}: {readonly folder: string; readonly why: string}): string {
  return `${relative(folder, path)} is built from ${folder} (${why}), so the project is there`
}

/** The folder itself first; none above the one that version control starts in. */
function foldersAbove(own: string): string[] {
  const folders = [own]
  for (let at = own; folders.length <= mostAbove && !isRoot(at) && dirname(at) !== at; at = dirname(at))
    folders.push(dirname(at))
  return folders
}

function isRoot(folder: string): boolean {
  return ['.git', '.hg'].some((name) => existsSync(join(folder, name)))
}

/** The context that a Compose file of a folder names for a Dockerfile. */
function composedBy(
  folder: string,
  path: string,
): {readonly folder: string; readonly why: string} | undefined {
  for (const name of composeFiles) {
    const text = textOf(join(folder, name)) ?? ''
    const contexts = [...valuesOf('context', text), ...valuesOf('build', text)]
    const dockerfiles = [...valuesOf('dockerfile', text), 'Dockerfile']
    const found = contexts.find((context) =>
      dockerfiles.some((file) => resolve(folder, context, file) === path),
    )
    if (found !== undefined) return {folder: resolve(folder, found), why: `${name} says so`}
  }
  return undefined
}

function valuesOf(key: string, text: string): string[] {
  const values = text.matchAll(
    new RegExp(`^[ \\t-]*${key}:[ \\t]+["']?([^"'#\\s]+)["']?[ \\t]*(?:#.*)?$`, 'gm'),
  )
  return [...values].flatMap(([, value = '']) =>
    value.includes('$') || value.includes('://') ? [] : [value],
  )
}

/** What instructions copy out of the build context by a plain path. */
function copiedPaths({instructions}: Recipe): string[] {
  return instructions.flatMap(({keyword, flags, words}) => {
    if ((keyword !== 'COPY' && keyword !== 'ADD') || flags['from'] !== undefined) return []
    return words.slice(0, -1).flatMap(({text}) => {
      const plain = text.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '')
      return plain === '' || plain === '.' || /[$*?[\]<>]|:\/\/|^git@/.test(plain) ? [] : [plain]
    })
  })
}

/** A link counts as there, wherever it leads: the builder sends it as it is. */
function isThere(folder: string, path: string): boolean {
  const full = resolve(folder, path)
  return full.startsWith(`${folder}/`) && lstatSync(full, {throwIfNoEntry: false}) !== undefined
}
