/** Something about an image that does not fit. */
export interface ImageProblem {
  readonly kind:
    'file' | 'context' | 'patch' | 'package' | 'module' | 'variable' | 'certificate' | 'secret' | 'advisory'
  readonly message: string
  /** From the project's folder; null for what is in no file. */
  readonly path: string | null
  readonly line: number | null
  readonly hint: string | null
}
