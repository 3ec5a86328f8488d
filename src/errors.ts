/**
 * The exit code of each error code. Every failure that a user can meet has a code from this closed set; the code
 * decides the process's exit code (docs/reference/exit-codes.md).
 */
export const exitCodes = {
  // 1: unexpected, or the machine's own trouble
  INTERNAL: 1,
  WRITE_FAILED: 1,
  READ_FAILED: 1,
  PROJECT_LOCKED: 1,
  PROSODY_FAILED: 1,
  REGISTRY_BROKEN: 1,
  // 2: usage, no or broken manifest or lockfile
  USAGE: 2,
  MANIFEST_MISSING: 2,
  MANIFEST_INVALID: 2,
  MANIFEST_EXISTS: 2,
  LOCKFILE_INVALID: 2,
  CONFIG_INVALID: 2,
  SPEC_INVALID: 2,
  VERSION_INVALID: 2,
  IMAGE_MISSING: 2,
  IMAGE_INVALID: 2,
  PATCH_INVALID: 2,
  // 3: not found or unsatisfiable
  MODULE_UNKNOWN: 3,
  MODULE_AMBIGUOUS: 3,
  SOURCE_UNKNOWN: 3,
  VERSION_UNSATISFIABLE: 3,
  VERSION_AMBIGUOUS: 3,
  RELEASE_CONFLICT: 3,
  SHADOWS_CORE: 3,
  PATH_NOT_FOUND: 3,
  NOT_INSTALLED: 3,
  DOWNGRADE: 3,
  MODULE_GONE: 3,
  MODULE_EXCEPTED: 3,
  NEEDS_UNKNOWN: 3,
  IMAGE_UNMET: 3,
  PATCH_UNUSED: 3,
  // 4: integrity, drift
  DIGEST_MISMATCH: 4,
  DIGEST_UNKNOWN: 4,
  LOCKFILE_DISPUTED: 4,
  TAG_MOVED: 4,
  SIGNATURE_MISSING: 4,
  SIGNATURE_INVALID: 4,
  SIGNATURE_KEY_UNKNOWN: 4,
  INDEX_EXPIRED: 4,
  INDEX_MISMATCH: 4,
  INDEX_OTHER_SUITE: 4,
  INDEX_OLDER: 4,
  OWNED_FILE_CHANGED: 4,
  FILE_IN_THE_WAY: 4,
  DRIFT: 4,
  PATH_OUTSIDE: 4,
  STORE_CORRUPT: 4,
  WORK_FOLDER_FOREIGN: 4,
  LUA_INVALID: 4,
  ARCHIVE_CORRUPT: 4,
  ARCHIVE_UNSUPPORTED: 4,
  ARCHIVE_PATH_ABSOLUTE: 4,
  ARCHIVE_PATH_TRAVERSAL: 4,
  ARCHIVE_PATH_INVALID: 4,
  ARCHIVE_PATH_TOO_LONG: 4,
  ARCHIVE_LINK_ESCAPES: 4,
  ARCHIVE_LINK_BROKEN: 4,
  ARCHIVE_SPECIAL_FILE: 4,
  ARCHIVE_DUPLICATE: 4,
  ARCHIVE_CASE_COLLISION: 4,
  ARCHIVE_TOO_MANY_ENTRIES: 4,
  ARCHIVE_TOO_LARGE: 4,
  ARCHIVE_RATIO: 4,
  ARCHIVE_OTHER_COMMIT: 4,
  // 5: network, or a blob missing offline
  UNREACHABLE: 5,
  OFFLINE_MISSING: 5,
  UPSTREAM_GARBLED: 5,
  // 6: findings that refuse a module
  LINT_ERRORS: 6,
  PATCH_REJECTED: 6,
  // 7: lockfile missing or out of date under --frozen
  LOCKFILE_MISSING: 7,
  LOCKFILE_OUTDATED: 7,
  // 130: interrupted by the user
  INTERRUPTED: 130,
} as const

/** The exit code that a command ends with which worked and found what it looked for: outdated modules, for one. */
export const findingsExit = 6

/** A code that tells programs which failure it is. */
export type ErrorCode = keyof typeof exitCodes

/** What an error says besides its message. */
export interface ErrorOptions {
  /** What the user can do about it, a sentence or two. */
  readonly hint?: string
  /** Machine-readable facts for --json: expected, got, candidates, locations, line, column … */
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** The one class of errors that this project throws. */
export class ProsodyModsError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : {cause: options.cause})
    this.name = 'ProsodyModsError'
    this.code = code
    this.hint = options.hint
    this.details = options.details ?? {}
  }

  get exitCode(): number {
    return exitCodes[this.code]
  }

  /** Returns the same error told otherwise, with this one as its cause; what is not given stays. */
  with({message, hint, details}: ErrorChanges): ProsodyModsError {
    const said = hint ?? this.hint
    return new ProsodyModsError(this.code, message ?? this.message, {
      ...(said === undefined ? {} : {hint: said}),
      details: details ?? this.details,
      cause: this,
    })
  }
}

/** What an error is told with in place of what it says itself. */
export interface ErrorChanges {
  readonly message?: string
  readonly hint?: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** Codes by what they say; several that say different things may share an exit code. */
const categories = {
  /** There is no such module, or no such release of it. */
  absent: ['MODULE_UNKNOWN', 'MODULE_GONE', 'VERSION_UNSATISFIABLE'],
  /** Nobody who could say it was reached, or what was said made no sense. */
  silent: ['UNREACHABLE', 'OFFLINE_MISSING', 'UPSTREAM_GARBLED'],
} satisfies Record<string, readonly ErrorCode[]>

/** Tells whether an error is one of ours that says so much. */
export function says(error: unknown, what: keyof typeof categories): error is ProsodyModsError {
  const codes: readonly ErrorCode[] = categories[what]
  return error instanceof ProsodyModsError && codes.includes(error.code)
}

/** Returns the message of anything thrown, without a stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Finds the `code` of a Node.js system error (ENOENT, ECONNREFUSED …), through its causes. */
export function systemCode(error: unknown): string | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const code = (at as NodeJS.ErrnoException).code
    if (typeof code === 'string' && !(at instanceof ProsodyModsError)) return code
  }
  return undefined
}
