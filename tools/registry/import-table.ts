import {readFileSync} from 'node:fs'
import type {Sha256} from '../../src/digest.ts'
import {messageOf, ProsodyModsError} from '../../src/errors.ts'
import type {DigestBasis, RegistrySource} from '../../src/registry/types.ts'
import {modulesRoot} from './import-deb.ts'
import type {IncomingRelease} from './releases.ts'
import {proveShape} from './schemas.ts'

/** One line of a digest table (docs/reference/registry.md, "Digest tables"). */
interface TableRow {
  readonly release?: string | number
  /** YYYY-MM-DD; the version of a release that is a snapshot, and its date. */
  readonly snapshot?: string
  readonly tag?: string
  readonly commit?: string
  readonly revision?: string
  readonly date?: string
  readonly aliases?: readonly string[]
  readonly evidence?: string
  readonly symlinks?: Readonly<Record<string, string>>
  readonly debian?: {
    readonly package: string
    readonly version: string
    readonly path: string
    readonly sha256: Sha256
    readonly size: number
  }
  readonly files: Readonly<
    Record<
      string,
      {
        readonly sha256: Sha256
        readonly size: number
        readonly seen?: 'upstream' | 'upstream-elsewhere' | 'fork'
      }
    >
  >
}

const text = {type: 'string'}
const sha256 = {type: 'string', pattern: '^[0-9a-f]{64}$'}
const size = {type: 'integer'}
const rowSchema = {
  type: 'object',
  required: ['files'],
  oneOf: [{required: ['release', 'date']}, {required: ['snapshot']}],
  anyOf: [{required: ['commit']}, {required: ['revision']}],
  properties: {
    release: {type: ['string', 'number']},
    snapshot: text,
    tag: text,
    commit: text,
    revision: text,
    date: text,
    aliases: {type: 'array', items: text},
    evidence: text,
    symlinks: {type: 'object', additionalProperties: text},
    debian: {
      type: 'object',
      required: ['package', 'version', 'path', 'sha256', 'size'],
      properties: {package: text, version: text, path: text, sha256, size},
      additionalProperties: false,
    },
    files: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['sha256', 'size'],
        properties: {sha256, size, seen: {enum: ['upstream', 'upstream-elsewhere', 'fork']}},
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
}

/** Reads a digest table: one JSON object a line, one release each. */
export function readTable(path: string, source: RegistrySource): IncomingRelease[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line, index) => ({line, label: `${path}:${index + 1}`}))
    .filter(({line}) => line.trim() !== '')
    .map(({line, label}) =>
      toRelease(proveShape(rowSchema, parseLine(line, label), label) as TableRow, source),
    )
}

function parseLine(line: string, label: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw new ProsodyModsError('USAGE', `${label} is not valid JSON: ${messageOf(error)}`, {cause: error})
  }
}

function toRelease(row: TableRow, source: RegistrySource): IncomingRelease {
  // A Git repository is the publisher's own; what Debian ships was compared with it file by file.
  const basisOf = (seen: string | undefined): DigestBasis => {
    if (seen === 'fork') return 'fork'
    return source.kind === 'github' || seen !== undefined ? 'upstream' : 'debian'
  }
  const files = Object.entries(row.files).map(([path, {sha256, size, seen}]) => [
    path,
    {sha256, size, basis: basisOf(seen)} as const,
  ])
  return {
    version: String(row.release ?? row.snapshot),
    revision: row.commit ?? row.revision ?? '',
    date: row.date ?? row.snapshot ?? '',
    ...(row.tag === undefined ? {} : {tag: row.tag}),
    ...(row.aliases === undefined ? {} : {aliases: row.aliases}),
    ...(row.evidence === undefined ? {} : {evidence: row.evidence}),
    ...(row.debian === undefined ? {} : {deb: {...row.debian, root: modulesRoot}}),
    ...(row.symlinks === undefined ? {} : {links: row.symlinks}),
    files: Object.fromEntries(files) as IncomingRelease['files'],
  }
}
