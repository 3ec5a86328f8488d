import type {LockedPath} from './locked-path.ts'

/** What a path of a message is to the project. */
export type PathMatch =
  | ({readonly kind: 'ours'} & LockedPath)
  /** The main file of a locked module, in a place that is not ours. */
  | ({readonly kind: 'other'} & LockedPath)
  | {readonly kind: 'core'}
  /** In the place of a file of Prosody's own, with other bytes than that version has there. */
  | {readonly kind: 'edited'; readonly version: string}
  | {readonly kind: 'unknown'}
