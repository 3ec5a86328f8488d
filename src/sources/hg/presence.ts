import {prefixed} from '../../module-name.ts'
import type {Upstream} from '../../net/upstream.ts'
import {mainPaths} from '../main-paths.ts'
import {changesetsOfFiles, filelogOf, type Changeset} from './changesets.ts'
import {entriesOf} from './manifest.ts'

/** A module that a repository has, or had. */
export interface ModuleAt {
  readonly repository: string
  readonly module: string
}

/**
 * What a revision has of a module: its main file; libraries that others load, without a main file; a folder with
 * neither; nothing.
 */
export type Presence =
  | {readonly has: 'module'; /** Of the main file. */ readonly path: string}
  | {readonly has: 'library' | 'remains' | 'nothing'}

/** Finds out what a revision has of a module. Throws what asking throws. */
export async function presenceAt(
  {repository, module}: ModuleAt,
  node: string,
  upstream: Upstream,
): Promise<Presence> {
  const folder = prefixed(module)
  const [outer = '', inner = ''] = mainPaths(module)
  const entries = await entriesOf(repository, {node, folder}, upstream)
  if (entries === undefined) return {has: 'nothing'}
  const has = ({files}: NonNullable<typeof entries>): boolean =>
    files.some(({name}) => name === `${folder}.lua`)
  if (has(entries)) return {has: 'module', path: outer}
  if (entries.folders.includes(module)) {
    const nested = await entriesOf(repository, {node, folder: `${folder}/${module}`}, upstream)
    if (nested !== undefined && has(nested)) return {has: 'module', path: inner}
  }
  const hasLibrary = entries.files.some(({name}) => name.endsWith('.lib.lua'))
  return {has: hasLibrary ? 'library' : 'remains'}
}

/**
 * Finds, of changesets that touched a module's folder, newest first, those that left it without a main file. The state
 * is asked for only where it may change: a folder's main file comes and goes with changesets that touch it.
 */
export async function withoutMain(
  at: ModuleAt,
  touching: readonly Changeset[],
  upstream: Upstream,
): Promise<ReadonlySet<Changeset>> {
  const [newest] = touching
  if (newest === undefined) return new Set()
  const [now, ofMain] = await Promise.all([
    presenceAt(at, newest.node, upstream),
    changesetsOfFiles(at.repository, mainPaths(at.module), upstream),
  ])
  if (now.has === 'library') return new Set()
  const without = await removals(at, {now, ofMain}, upstream)
  const states = new Map(ofMain.map(({node}) => [node, !without.has(node)]))
  const found = new Set<Changeset>()
  let hasMain = false
  for (const changeset of [...touching].reverse()) {
    hasMain = states.get(changeset.node) ?? hasMain
    if (!hasMain) found.add(changeset)
  }
  return found
}

interface History {
  /** What is there of the module at the newest changeset. */
  readonly now: Presence
  /** The changesets that touched the main file, newest first. */
  readonly ofMain: readonly Changeset[]
}

/** Finds the nodes of changesets that took the main file away, or moved it to where nothing finds it. */
async function removals(at: ModuleAt, {now, ofMain}: History, upstream: Upstream): Promise<Set<string>> {
  const without = new Set<string>()
  let kept: ReadonlySet<string> | undefined
  for (const [index, {node}] of ofMain.entries()) {
    if (kept?.has(node) === true) continue
    // Nothing touched it since.
    const presence = index === 0 ? now : await presenceAt(at, node, upstream)
    if (presence.has !== 'module') {
      without.add(node)
      continue
    }
    kept ??= new Set(
      (await filelogOf(at.repository, {node, path: presence.path}, upstream)).map((one) => one.node),
    )
  }
  return without
}
