import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {messageOf, ProsodyModsError, systemCode} from '../../src/errors.ts'
import {layoutJson} from './layout.ts'
import {schemaErrors, type SchemaName} from './schemas.ts'

/** The registry that ships with the project. */
export const embeddedFolder = fileURLToPath(new URL('../../registry', import.meta.url))

export interface FileKind {
  readonly schema: SchemaName
  /** Path of the schema as the file's own `$schema` names it. */
  readonly schemaPath: string
  /** What stands on one line (layout.ts). */
  readonly inline: readonly string[]
}

const fileKinds: readonly {readonly path: RegExp; readonly kind: FileKind}[] = [
  {
    path: /^index\.json$/,
    kind: kindOf('index', './schema', ['sources', 'withDebs', 'names/*']),
  },
  {
    path: /^advisories\/[^/]+\.json$/,
    kind: kindOf('advisory', '../schema', [
      'aliases',
      'references/*',
      'affected/*/package',
      'affected/*/ranges/*/events',
      'affected/*/ecosystem_specific/modules',
    ]),
  },
  {path: /^moves\.json$/, kind: kindOf('moves', './schema', [])},
  {
    path: /^prosody-files\.json$/,
    kind: kindOf('prosody-files', './schema', ['releases/*', 'files/*']),
  },
  {path: /^terms\.json$/, kind: kindOf('terms', './schema', ['terms/*/*'])},
  {path: /^archives\.json$/, kind: kindOf('archives', './schema', ['archives/*/suites', 'archives/*/keys'])},
  {path: /^packages\/[^/]+\.json$/, kind: kindOf('packages', '../schema', ['packages/*'])},
  {path: /^summaries\.json$/, kind: kindOf('summaries', './schema', ['summaries/*/*'])},
  {path: /^suites\.json$/, kind: kindOf('suites', './schema', ['suites/*'])},
  {path: /^deprecations\.json$/, kind: kindOf('deprecations', './schema', ['deprecations/*'])},
  {path: /^runtime\/[^/]+\.json$/, kind: kindOf('runtime', '../schema', ['globals', 'moduleFunctions'])},
  {path: /^members\/[^/]+\.json$/, kind: kindOf('members', '../schema', ['read/*', 'run/*', 'moduleLibs/*'])},
  {
    path: /^libraries\.json$/,
    kind: kindOf('libraries', './schema', [
      'packages/*/*',
      'copies/*/lua',
      'copies/*/suites',
      'rocks/*/lua',
      'rocks/*/headers',
      'rocks/*/source/needs',
      'rocks/*/source/files/*',
    ]),
  },
  {path: /^sources\/[^/]+\.json$/, kind: kindOf('source', '../schema', [])},
  {path: /^prosody\/[^/]+\.json$/, kind: kindOf('prosody-line', '../schema', [])},
  {
    path: /^history\/[^/]+\/[^/]+\.json$/,
    kind: kindOf('history', '../../schema', ['digests/*', 'changes/*']),
  },
  {
    path: /^releases\/[^/]+\.json$/,
    kind: kindOf('releases', '../schema', [
      'history',
      'digests/*',
      'releases/*/aliases',
      'releases/*/deb',
      'names/*',
    ]),
  },
]

function kindOf(schema: SchemaName, folder: string, inline: readonly string[]): FileKind {
  return {schema, schemaPath: `${folder}/${schema}.schema.json`, inline}
}

/** @param path relative to the registry's folder; throws REGISTRY_BROKEN where no file of that name belongs */
export function fileKind(path: string): FileKind {
  const found = fileKinds.find((entry) => entry.path.test(path))
  if (found === undefined)
    throw new ProsodyModsError('REGISTRY_BROKEN', `${path}: no file of that name belongs here`)
  return found.kind
}

/** The registry's data files, relative to its folder, sorted; the schemas are not among them. */
export function listRegistry(folder: string): string[] {
  return readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.json') && !path.startsWith('schema/'))
    .sort()
}

/** The parsed file, or undefined where there is none. Its shape is what its schema says: see `check`. */
export function readRegistry(folder: string, path: string): unknown {
  try {
    const text = currentText(folder, path)
    return text === undefined ? undefined : JSON.parse(text)
  } catch (error) {
    throw new ProsodyModsError('REGISTRY_BROKEN', `${path} can't be read: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

/** The parsed files of one folder of the registry, by name. */
export function readFolder(
  folder: string,
  kind: 'advisories' | 'sources' | 'releases' | 'packages' | 'prosody' | 'runtime' | 'members',
): unknown[] {
  return listRegistry(folder)
    .filter((path) => path.startsWith(`${kind}/`))
    .map((path) => readRegistry(folder, path))
}

/** Lays a value out as its file stands on disk, `$schema` first. */
export function registryText(path: string, value: object): string {
  const {schemaPath, inline} = fileKind(path)
  return layoutJson({$schema: schemaPath, ...withoutSchema(value)}, inline)
}

/**
 * Validates and writes one registry file; a file that has these bytes already is left alone.
 * @returns whether the file changed
 */
export function writeRegistry(folder: string, path: string, value: object): boolean {
  const text = registryText(path, value)
  const errors = schemaErrors(fileKind(path).schema, JSON.parse(text))
  if (errors.length > 0) {
    throw new ProsodyModsError('REGISTRY_BROKEN', `${path} would not be valid:\n  ${errors.join('\n  ')}`, {
      hint: "the input has something that the registry can't hold; nothing was written",
    })
  }
  return writeBytes(folder, path, Buffer.from(text))
}

/**
 * Writes a file of the registry; one that has these bytes already is left alone.
 * @returns whether the file changed
 */
export function writeBytes(folder: string, path: string, bytes: Buffer): boolean {
  const place = join(folder, path)
  if (bytesAt(place)?.equals(bytes) === true) return false
  mkdirSync(dirname(place), {recursive: true})
  writeFileSync(place, bytes)
  return true
}

function withoutSchema(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== '$schema'))
}

/** The file as it stands, or undefined where there is none. */
export function currentText(folder: string, path: string): string | undefined {
  return bytesAt(join(folder, path))?.toString('utf8')
}

function bytesAt(place: string): Buffer | undefined {
  try {
    return readFileSync(place)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}
