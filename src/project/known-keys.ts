import {readPackageFile} from '../package-files.ts'

/** Keys that are listed; beyond them a list helps nobody. */
const most = 16

/**
 * Lists the keys that a schema has where it refused one; none where that can't be told.
 * @param schema its file in registry/schema
 * @param schemaPath of the refusal: from the schema's root, or from that of one of its definitions
 */
export function knownKeys(schema: string, schemaPath: string): readonly string[] {
  const whole = JSON.parse(readPackageFile(`registry/schema/${schema}`).toString()) as Schema
  const steps = schemaPath.split('/').slice(1, -1)
  const places = [whole, ...Object.values(whole.$defs ?? {})]
    .map((from) => steps.reduce<unknown>((at, step) => stepInto(at, step), from))
    .filter((at): at is Schema => isObject(at) && at['additionalProperties'] === false)
  const [only, ...others] = places
  const keys =
    others.length > 0 || only === undefined
      ? []
      : Object.keys(only.properties ?? {}).filter((key) => key !== '$schema')
  return keys.length > most ? [] : keys
}

interface Schema {
  readonly $defs?: Readonly<Record<string, unknown>>
  readonly properties?: Readonly<Record<string, unknown>>
  readonly [keyword: string]: unknown
}

function stepInto(at: unknown, step: string): unknown {
  return isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
