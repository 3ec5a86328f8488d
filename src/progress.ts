import type {Sha256} from './digest.ts'
/** What an operation reports while it works. Only render/ and commands/ know a terminal. */
export type ProgressEvent =
  | {readonly type: 'request'; readonly label: string; readonly url: string}
  | {
      /** So many files are about to be fetched, beside those that were told of before. */
      readonly type: 'planned'
      readonly files: number
    }
  | {
      /** So much more of a file has come. */
      readonly type: 'piece'
      readonly bytes: number
    }
  | {
      /** A whole archive is about to come because no part of it can be asked for. */
      readonly type: 'large-download'
      readonly url: string
      /** Undefined where the server does not say. */
      readonly bytes: number | undefined
    }
  | {
      /** How much of it has come; told now and then. */
      readonly type: 'received'
      readonly bytes: number
      readonly total: number | undefined
    }
  | {
      /** It has come whole. */
      readonly type: 'archive-read'
      readonly files: number
      readonly bytes: number
    }
  | {readonly type: 'location-failed'; readonly label: string; readonly reason: string}
  | {readonly type: 'served'; readonly label: string; readonly files: number}
  | {readonly type: 'waiting'; readonly holder: string}
  | {
      /** The waiting has taken seconds. */
      readonly type: 'still-waiting'
      readonly holder: string
      readonly end: string
    }
  | {
      /** An earlier command was cut off, and only one that writes may end that. */
      readonly type: 'interrupted'
      readonly folder: string
      /** Whether it was one of this user's on this machine. */
      readonly isOwn: boolean
    }
  | {readonly type: 'recovered'; readonly direction: 'forward' | 'back'}
  | {readonly type: 'store-corrupt'; readonly sha256: Sha256}

/** A function that is told of each event while a command works. */
export type OnProgress = (event: ProgressEvent) => void
