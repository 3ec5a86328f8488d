import {readFileSync} from 'node:fs'
import {basename} from 'node:path'
import type {Sha256} from '../../src/digest.ts'
import {messageOf, ProsodyModsError} from '../../src/errors.ts'
import type {ProsodyFiles, ProsodyPackage} from '../../src/registry/types.ts'
import {proveShape} from './schemas.ts'

/** The Lua files of one package of Prosody. */
export interface Shipped {
  readonly release: ProsodyPackage
  /** Path below the package's folder of Prosody → digest and size. */
  readonly files: ReadonlyMap<string, {readonly sha256: Sha256; readonly size: number}>
}

/** One line of a table of Prosody's files (docs/reference/registry.md). */
interface TableRow {
  readonly version: string
  readonly debian: {
    /** Place in the pool. */
    readonly path: string
    readonly sha256: Sha256
    /** Suites that have the package, with commas between them. */
    readonly suites?: string
  }
  readonly files: Readonly<Record<string, Sha256>>
}

const text = {type: 'string'}
const sha256 = {type: 'string', pattern: '^[0-9a-f]{64}$'}
const rowShape = {
  type: 'object',
  required: ['version', 'debian', 'root', 'files'],
  properties: {
    version: text,
    debian: {
      type: 'object',
      required: ['path', 'sha256'],
      properties: {path: text, sha256, suites: text},
    },
    root: {const: '/usr/lib/prosody'},
    files: {type: 'object', minProperties: 1, additionalProperties: sha256},
  },
}

/**
 * Reads a table of Prosody's files, one JSON object a line. It has no sizes: those of digests that are known are taken,
 * and USAGE is thrown for a package with others.
 */
export function readProsodyTable(file: string, known: ProsodyFiles): readonly Shipped[] {
  const sizes = sizesOf(known)
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return []
    const label = `${file}:${index + 1}`
    return [toShipped(proveShape(rowShape, parse(line, label), label) as TableRow, label, sizes)]
  })
}

/** Returns the version of Prosody by the name of its package. Throws USAGE for any other name. */
export function versionIn(name: string): string {
  const version = /^prosody_(\d+(?:\.\d+)+)-[^_]+_[a-z0-9]+\.deb$/.exec(name)?.[1]
  if (version !== undefined) return version
  throw new ProsodyModsError(
    'USAGE',
    `${name}: expected a package of Prosody, prosody_<version>-<revision>_<architecture>.deb`,
    {hint: "keep the name that Debian's pool gives the file"},
  )
}

function sizesOf({files}: ProsodyFiles): ReadonlyMap<Sha256, number> {
  return new Map(
    Object.values(files).flatMap((contents) =>
      contents.map((one): [Sha256, number] => [one.sha256, one.size]),
    ),
  )
}

function parse(line: string, label: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw new ProsodyModsError('USAGE', `${label}: ${messageOf(error)}`, {cause: error})
  }
}

function toShipped(
  {version, debian, files}: TableRow,
  label: string,
  sizes: ReadonlyMap<Sha256, number>,
): Shipped {
  const name = basename(debian.path)
  if (versionIn(name) !== version)
    throw new ProsodyModsError('USAGE', `${label}: ${name} is no package of Prosody ${version}`)
  const unsized = Object.entries(files).filter(([, digest]) => !sizes.has(digest))
  if (unsized.length > 0)
    throw new ProsodyModsError(
      'USAGE',
      `${label}: the sizes of ${unsized.length} files are not known: ${unsized[0]?.[0] ?? ''} …`,
      {hint: `give the package itself: ${name}`},
    )
  const suites = debian.suites?.split(/,\s*/)
  return {
    release: {version, package: name, sha256: debian.sha256, ...(suites === undefined ? {} : {suites})},
    files: new Map(
      Object.entries(files).map(([path, digest]) => [path, {sha256: digest, size: sizes.get(digest) ?? 0}]),
    ),
  }
}
