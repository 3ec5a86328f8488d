import {readFileSync} from 'node:fs'
import {messageOf, ProsodyModsError} from '../../src/errors.ts'
import type {ProsodyLine, RegistryName, RegistryReleases} from '../../src/registry/types.ts'
import {packageAlias} from '../../src/versioning/build.ts'
import {inFileOrder, withNames} from './releases.ts'
import {proveShape} from './schemas.ts'

const text = {type: 'string'}
const texts = {type: 'array', items: text}

interface NamesTable {
  readonly modules: Readonly<Record<string, RegistryName>>
}

const namesShape = {
  type: 'object',
  required: ['modules'],
  properties: {
    modules: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        properties: {stage: text, supersededBy: text, labels: texts, dependencies: texts},
      },
    },
  },
}

/** Adds module names with what is known of them; for a name that is known already the input wins. */
export function importNames(table: RegistryReleases, file: string): RegistryReleases {
  const {modules} = proveShape(namesShape, readJson(file), file) as NamesTable
  const known = Object.entries(modules).map(([name, facts]) => [bare(name), toName(facts)] as const)
  return {...table, names: withNames({...table.names, ...Object.fromEntries(known)}, [])}
}

function toName({stage, labels, supersededBy, dependencies}: RegistryName): RegistryName {
  return {
    ...(stage === undefined ? {} : {stage}),
    ...(labels === undefined ? {} : {labels}),
    ...(supersededBy === undefined ? {} : {supersededBy: bare(supersededBy)}),
    ...(dependencies === undefined ? {} : {dependencies: dependencies.map(bare)}),
  }
}

function bare(name: string): string {
  return name.replace(/^mod_/, '')
}

interface PackageRow {
  readonly stable: number
  readonly prosodyDeb: string
}

const packagesShape = {
  type: 'array',
  items: {
    type: 'object',
    required: ['stable', 'prosodyDeb'],
    properties: {stable: {type: 'integer'}, prosodyDeb: text},
  },
}

/** Gives releases their package numbers; returns the releases of the map that the table lacks, too. */
export function importAliases(
  table: RegistryReleases,
  file: string,
): {table: RegistryReleases; unknown: string[]} {
  const rows = proveShape(packagesShape, readJson(file), file) as readonly PackageRow[]
  const aliases = new Map(rows.map((row) => [String(row.stable), aliasOf(row, file)]))
  const versions = new Set(table.releases.map(({version}) => version))
  const releases = table.releases.map((release) => {
    const all = new Set(
      [...(release.aliases ?? []), aliases.get(release.version)].filter((alias) => alias !== undefined),
    )
    return inFileOrder({...release, aliases: [...all].sort()})
  })
  return {
    table: {...table, releases},
    unknown: [...aliases.keys()].filter((version) => !versions.has(version)),
  }
}

function aliasOf({stable, prosodyDeb}: PackageRow, file: string): string {
  const alias = packageAlias(prosodyDeb)
  if (alias !== undefined) return alias
  throw new ProsodyModsError(
    'USAGE',
    `${file}: release ${stable} has "${prosodyDeb}", expected 1.0.<number>-1`,
  )
}

const lineShape = {
  type: 'object',
  required: ['version', 'coreModules'],
  properties: {version: {type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$'}},
}

/** What one Prosody release line ships; the line is the version's first two numbers. */
export function readProsodyLine(file: string): ProsodyLine {
  const facts = proveShape(lineShape, readJson(file), file) as Omit<ProsodyLine, 'line'>
  return {line: facts.version.split('.').slice(0, 2).join('.'), ...facts}
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new ProsodyModsError('USAGE', `${file} can't be read as JSON: ${messageOf(error)}`, {cause: error})
  }
}
