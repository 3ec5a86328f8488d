import type {UnpackLimits} from './types.ts'

/** What an entry of an archive is; `special` for devices and the like. */
export type EntryKind = 'file' | 'folder' | 'hardlink' | 'special' | 'symlink'

/** What an archive holds under one name, whatever its format. */
export interface Entry {
  readonly kind: EntryKind
  /** As the archive gives it, unjudged. */
  readonly path: string
  readonly linkTo: string
  /** Bytes of the body. */
  readonly size: number
  /** To be read before the next entry is asked for; what is left of it is dropped then. */
  readonly body: AsyncIterable<Buffer>
}

/** What reading the entries of an archive needs to know besides its bytes. */
export interface EntryContext {
  readonly label: string
  readonly limits: UnpackLimits
  readonly commit?: string | undefined
  readonly onCommit?: ((commit: string) => void) | undefined
}
