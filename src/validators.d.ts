/** build/validators.js, compiled from registry/schema by tools/build-validators.ts. */
export interface SchemaError {
  /** JSON pointer into the data. */
  readonly instancePath: string
  readonly keyword: string
  /** JSON pointer into the schema, or into one of its definitions. */
  readonly schemaPath: string
  readonly message?: string
  readonly params: Readonly<Record<string, unknown>>
  /** Of an error in propertyNames: the key. */
  readonly propertyName?: string
}

interface Validate {
  (data: unknown): boolean
  errors?: readonly SchemaError[] | null
}

export const validateManifest: Validate
export const validateLockfile: Validate
export const validateConfig: Validate
