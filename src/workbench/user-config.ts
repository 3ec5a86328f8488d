import {homedir} from 'node:os'
import {dirname, join, resolve} from 'node:path'
import envPaths from 'env-paths'
import {docsPage} from '../docs-page.ts'
import {readRegular} from '../regular-file.ts'
import {ProsodyModsError, messageOf, systemCode} from '../errors.ts'
import {parseJson, type JsonKind} from '../project/json-text.ts'
import {mostTelling, type Manifest} from '../project/manifest.ts'
import type {Registry} from '../registry/registry.ts'
import {rootedIn, foldersOf, urlsOf, type DeclaredSource} from '../sources/kinds.ts'

/** config.json of the user, for all projects. */
export interface UserConfig {
  readonly path: string
  readonly mirrors: Readonly<Record<string, string>>
  /** Places in them are absolute. */
  readonly sources: Readonly<Record<string, DeclaredSource>>
  /** Absolute folders in which path sources of any project may lie; those of the user's own sources are among them. */
  readonly allowPaths: readonly string[]
}

/**
 * Reads config.json in PROSODY_MODS_CONFIG or the user's configuration folder. Throws CONFIG_INVALID with line and
 * column.
 */
export async function readUserConfig(env: NodeJS.ProcessEnv): Promise<UserConfig> {
  const path = configPath(env)
  const isChosen = (env['PROSODY_MODS_CONFIG'] ?? '') !== ''
  const text = readIfThere(path, isChosen)
  if (text === undefined) return {path, mirrors: {}, sources: {}, allowPaths: []}
  const {validateConfig} = await import('#validators')
  const kind: JsonKind = {
    code: 'CONFIG_INVALID',
    hint: `${docsPage('docs/reference/configuration.md')} describes the configuration`,
    schema: 'config.schema.json',
    problem: (data) => (validateConfig(data) ? undefined : mostTelling(validateConfig.errors ?? [])),
  }
  const {
    mirrors = {},
    sources = {},
    allowPaths = [],
  } = (await parseJson(text, path, kind)) as Partial<UserConfig>
  for (const [id, source] of Object.entries(sources)) {
    const wrong = unreadableUrl(source)
    if (wrong === undefined) continue
    throw new ProsodyModsError(
      'CONFIG_INVALID',
      `${path}: sources → ${id} → ${wrong.key}: ${JSON.stringify(wrong.url)} can't be read as a URL`,
      {hint: kind.hint},
    )
  }
  const placed = Object.entries(sources).map(([id, source]) => [id, rootedIn(dirname(path), source)] as const)
  return {
    path,
    mirrors,
    sources: Object.fromEntries(placed),
    allowPaths: [
      ...allowPaths.map((folder) => resolve(dirname(path), atHome(folder))),
      ...placed.flatMap(([, source]) => foldersOf(source)),
    ],
  }
}

/** Returns where the user's config.json lies, or would lie: in PROSODY_MODS_CONFIG or the user's configuration folder. */
export function configPath(env: NodeJS.ProcessEnv): string {
  const chosen = env['PROSODY_MODS_CONFIG'] ?? ''
  return join(chosen === '' ? envPaths('prosody-mods', {suffix: ''}).config : chosen, 'config.json')
}

/**
 * Returns the manifest with the user's sources behind its own. Throws CONFIG_INVALID for one that has the id of a
 * source of the registry.
 */
export function withUserSources(
  manifest: Manifest,
  {path, sources}: UserConfig,
  {index}: Registry,
): Manifest {
  const taken = Object.keys(sources).find((id) => index.sources.includes(id))
  if (taken !== undefined) {
    throw new ProsodyModsError(
      'CONFIG_INVALID',
      `${path}: sources → ${taken}: the registry has a source of that id`,
      {
        hint: 'choose another id: nothing may stand in for a publisher without being named as itself',
      },
    )
  }
  return Object.keys(sources).length === 0
    ? manifest
    : {...manifest, sources: {...sources, ...manifest.sources}}
}

/** Finds the URL of a source that only looks like one: the schema's pattern admits more than there are. */
export function unreadableUrl(
  source: DeclaredSource,
): {readonly key: string; readonly url: string} | undefined {
  const wrong = Object.entries(urlsOf(source)).find(([, url]) => !URL.canParse(url))
  return wrong && {key: wrong[0], url: wrong[1]}
}

/** @param isChosen whether its folder was named: the usual one may be another user's, or none */
function readIfThere(path: string, isChosen: boolean): string | undefined {
  try {
    return readRegular(path, 'configuration').toString('utf8')
  } catch (error) {
    const code = systemCode(error) ?? ''
    if (code === 'ENOENT' || (!isChosen && ['ENOTDIR', 'EACCES', 'EPERM'].includes(code))) return undefined
    if (code === 'ENOTDIR') {
      throw new ProsodyModsError('CONFIG_INVALID', `PROSODY_MODS_CONFIG: ${dirname(path)} is not a folder`, {
        hint: 'it names the folder that holds config.json',
        cause: error,
      })
    }
    throw new ProsodyModsError('CONFIG_INVALID', `${path}: ${messageOf(error)}`, {
      hint: `${docsPage('docs/reference/configuration.md')} describes the configuration`,
      cause: error,
    })
  }
}

/** `~/` is for a shell to expand; here it would be the name of a folder that nobody means. */
function atHome(folder: string): string {
  return folder === '~' || folder.startsWith('~/') ? join(homedir(), folder.slice(1)) : folder
}
