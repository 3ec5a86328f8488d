import {readFileSync} from 'node:fs'
import {Ajv2020, type ErrorObject, type ValidateFunction} from 'ajv/dist/2020.js'
import {ProsodyModsError} from '../../src/errors.ts'

export const schemaNames = [
  'source',
  'releases',
  'history',
  'index',
  'prosody-line',
  'runtime',
  'members',
  'libraries',
  'moves',
  'deprecations',
  'suites',
  'prosody-files',
  'archives',
  'packages',
  'facts',
  'summaries',
  'terms',
  'advisory',
] as const
export type SchemaName = (typeof schemaNames)[number]

const ajv = new Ajv2020({allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true})
const compiled = new Map<SchemaName, ValidateFunction>()

/** What is wrong with a registry file, one line a fault: where, and what was expected. Empty when valid. */
export function schemaErrors(name: SchemaName, value: unknown): string[] {
  return errorsOf(compiled.get(name) ?? compile(name), value)
}

/** Returns an import's input when it has the shape; throws USAGE with what is wrong in `label` otherwise. */
export function proveShape(schema: object, value: unknown, label: string): unknown {
  const errors = errorsOf(ajv.compile(schema), value)
  if (errors.length === 0) return value
  throw new ProsodyModsError('USAGE', `${label} is not in the expected shape:\n  ${errors.join('\n  ')}`, {
    hint: 'docs/reference/registry.md says what each import reads',
  })
}

function compile(name: SchemaName): ValidateFunction {
  const text = readFileSync(new URL(`../../registry/schema/${name}.schema.json`, import.meta.url), 'utf8')
  const validate = ajv.compile(JSON.parse(text) as object)
  compiled.set(name, validate)
  return validate
}

function errorsOf(validate: ValidateFunction, value: unknown): string[] {
  return validate(value) ? [] : (validate.errors ?? []).map(describe)
}

function describe(error: ErrorObject): string {
  const extra: unknown = error.params['additionalProperty'] ?? error.params['allowedValues']
  const detail = extra === undefined ? '' : ` ${JSON.stringify(extra)}`
  return `${error.instancePath === '' ? '/' : error.instancePath} ${error.message ?? error.keyword}${detail}`
}
