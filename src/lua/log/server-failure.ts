/** What keeps the server, one of its ports or its hosts from working, whatever its modules do. */
export type ServerFailure =
  | {
      readonly kind: 'config-unread'
      /** How Prosody failed: to find the file, to open it for lack of rights, or otherwise. */
      readonly reason: 'find' | 'access' | 'open'
      /** Undefined where it stands on the lines behind. */
      readonly path: string | undefined
    }
  | {
      readonly kind: 'config-invalid'
      /** The main file, or the one that the text names; undefined where it names none. */
      readonly path: string | undefined
      /** Undefined where it stands on the lines behind. */
      readonly text: string | undefined
    }
  | {readonly kind: 'config-warning'; readonly place: string; readonly text: string}
  | {readonly kind: 'port'; readonly port: number; readonly on: string; readonly reason: string}
  | {
      readonly kind: 'port-shared'
      readonly port: number
      readonly services: readonly [has: string, wants: string]
    }
  | CertificateFailure
  | {readonly kind: 'no-hosts'}
  | {
      readonly kind: 'sasl'
      /** As the option `authentication` has it. */
      readonly provider: string
      readonly reason: 'none' | 'insecure' | 'disabled'
      readonly mechanisms: string
    }
  | {readonly kind: 'installer'; readonly text: string}
  | {readonly kind: 'running'; readonly text: string}

export interface CertificateFailure {
  readonly kind: 'certificate'
  /** A host, or `https port 5281`. */
  readonly of: string
  /** Undefined where the text names none. */
  readonly file: string | undefined
  readonly text: string
  /** Whether it only repeats what came before. */
  readonly isEcho: boolean
}
