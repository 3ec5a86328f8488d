import {ProsodyModsError, type ErrorOptions} from '../errors.ts'
import type {Sha256} from '../digest.ts'
import type {FetchReport} from './report.ts'

/** Makes the error of files that the store lacks while nobody may be asked: OFFLINE_MISSING. */
export function offlineMissing(
  wants: readonly {readonly name: string; readonly sha256?: Sha256}[],
): ProsodyModsError {
  const names = wants.map((want) => want.name)
  return new ProsodyModsError(
    'OFFLINE_MISSING',
    `--offline: the store lacks ${names.length === 1 ? 'a file' : `${names.length} files`} that this needs\n  ${names.slice(0, 10).join('\n  ')}`,
    {
      hint: 'run the command once with network access; the store keeps what it fetched',
      details: {missing: names},
    },
  )
}

/** The error of files that no location gave: UNREACHABLE, with what each location that was tried said. */
export class NothingFetched extends ProsodyModsError {
  readonly failures: FetchReport['failures']

  constructor(message: string, failures: FetchReport['failures'], options: ErrorOptions) {
    super('UNREACHABLE', message, options)
    this.failures = failures
  }
}

/** Makes the error of files that no location gave: UNREACHABLE, with the reason at each. */
export function unreachable(wants: readonly {readonly name: string}[], report: FetchReport): NothingFetched {
  const causes = report.failures.map(({label, reason}) => `  ${label}: ${reason}`)
  return new NothingFetched(
    `no location gave ${wants
      .map((want) => want.name)
      .slice(0, 5)
      .join(', ')}${wants.length > 5 ? ` and ${wants.length - 5} more` : ''}\n${causes.join('\n')}`,
    report.failures,
    {
      hint: causes.some((cause) => cause.includes('TLS certificate'))
        ? 'behind a proxy that opens TLS connections, name the file with its authority in PROSODY_MODS_CA_FILE'
        : `check the network, name a mirror ("prosody-mods help mirrors"), or fetch on a connected machine and use --offline`,
      details: {missing: wants.map((want) => want.name), locations: report.failures},
    },
  )
}

/** Makes the error of a file whose digest nobody knows: DIGEST_UNKNOWN. */
export function digestUnknown(name: string): ProsodyModsError {
  return new ProsodyModsError('DIGEST_UNKNOWN', `${name}: no digest is known for these files`, {
    hint: 'take a version that the registry knows: prosody-mods info <module>',
  })
}
