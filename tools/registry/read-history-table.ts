import {readFileSync} from 'node:fs'
import type {Sha256} from '../../src/digest.ts'
import {messageOf, ProsodyModsError} from '../../src/errors.ts'
import type {IncomingChange, IncomingHistory} from './history.ts'
import {proveShape} from './schemas.ts'

/** One line of a table of changes (docs/reference/registry.md, "Tables of changes"). */
interface ChangeRow {
  readonly module: string
  readonly revision: string
  /** Place in the repository. */
  readonly number: number
  readonly date: string
  readonly files: Readonly<Record<string, readonly [sha256: Sha256, size: number]>>
}

const rowSchema = {
  type: 'object',
  required: ['module', 'revision', 'number', 'date', 'files'],
  properties: {
    module: {type: 'string', pattern: '^(?!mod_)[a-z0-9][a-z0-9_-]*$'},
    revision: {type: 'string', pattern: '^[0-9a-f]{40}$'},
    number: {type: 'integer', minimum: 0},
    date: {type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$'},
    merge: {type: 'boolean'},
    files: {
      type: 'object',
      additionalProperties: {
        type: 'array',
        prefixItems: [{type: 'string', pattern: '^[0-9a-f]{64}$'}, {type: 'integer'}],
        items: false,
        minItems: 2,
      },
    },
  },
  additionalProperties: false,
}

/** Reads a table of changes: one JSON object a line, for one module at one changeset each. Throws USAGE. */
export function readHistoryTable(path: string): IncomingHistory {
  const rows = readFileSync(path, 'utf8')
    .split('\n')
    .map((line, index) => ({line, label: `${path}:${index + 1}`}))
    .filter(({line}) => line.trim() !== '')
    .map(({line, label}) => parseLine(line, label))
    .filter(({label, value}) => proveShape(rowSchema, value, label) !== undefined)
    .map(({value}) => value as ChangeRow)
    .sort((a, b) => a.number - b.number)
  const newest = rows.at(-1)
  if (newest === undefined) throw new ProsodyModsError('USAGE', `${path} has no changes`)
  const modules = new Map<string, IncomingChange[]>()
  for (const {module, revision, date, files} of rows) {
    const changes = modules.get(module) ?? []
    modules.set(module, changes)
    const entries = Object.entries(files).map(([name, [sha256, size]]) => [name, {sha256, size}] as const)
    changes.push({revision, date, files: new Map(entries)})
  }
  return {until: {revision: newest.revision, date: newest.date}, modules}
}

function parseLine(line: string, label: string): {readonly label: string; readonly value: unknown} {
  try {
    return {label, value: JSON.parse(line)}
  } catch (error) {
    throw new ProsodyModsError('USAGE', `${label} is not valid JSON: ${messageOf(error)}`, {cause: error})
  }
}
