/**
 * What a compiled JSON Schema finds wrong. The validators are build/validators.js, compiled from registry/schema by
 * tools/build-validators.ts.
 */
export interface SchemaError {
  /** JSON pointer into the data. */
  readonly instancePath: string
  readonly keyword: string
  /** JSON pointer into the schema, or into one of its definitions. */
  readonly schemaPath: string
  readonly message?: string
  readonly params: Readonly<Record<string, unknown>>
  /** The key that is wrong, of an error in propertyNames. */
  readonly propertyName?: string
}

interface Validate {
  (data: unknown): boolean
  errors?: readonly SchemaError[] | null
}

/** Validates data as a manifest. */
export const validateManifest: Validate
/** Validates data as a lockfile. */
export const validateLockfile: Validate
/** Validates data as a user's configuration. */
export const validateConfig: Validate
