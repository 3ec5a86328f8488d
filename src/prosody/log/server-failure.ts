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
  /** A template that a container makes a file of. */
  | {
      readonly kind: 'template'
      readonly file: string
      readonly line: number
      /** What stands there: `.Env.NAME`; undefined where the text does not quote it. */
      readonly what: string | undefined
      readonly text: string
    }
  /** A program that the system can't start for want of a library. */
  | {readonly kind: 'program'; readonly program: string; readonly library: string}
  /** What Prosody found at its start is too old for it, or too new. */
  | {readonly kind: 'outdated'; readonly what: string; readonly text: string}
  | {
      readonly kind: 'component'
      readonly reason: 'absent' | 'secret' | 'unset' | 'second'
      /** The component, where the text names it. */
      readonly of: string | undefined
    }
  /** A file of the data folder. */
  | {
      readonly kind: 'data'
      readonly how: 'read' | 'write'
      readonly store: string
      readonly text: string
    }
  /** Of Jitsi's mod_auth_token. */
  | {readonly kind: 'token'; readonly reason: string}
  /** A host that prosodyctl was asked for. */
  | {readonly kind: 'no-such-host'; readonly host: string | undefined}
  | {readonly kind: 'running'; readonly text: string}
  | {readonly kind: 'root'}
  /** Prosody was told to shut down before it had what it does that with. */
  | {readonly kind: 'early-shutdown'}

/** A certificate or its key that can't be used, as a log tells of it. */
export interface CertificateFailure {
  readonly kind: 'certificate'
  /** What the certificate is for: a host, or `https port 5281`. */
  readonly of: string
  /** The file that was tried; undefined where the text names none. */
  readonly file: string | undefined
  readonly text: string
  /** Whether the message only repeats what came before. */
  readonly isEcho: boolean
}
