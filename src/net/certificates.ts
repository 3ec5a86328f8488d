import {rootCertificates} from 'node:tls'
import {readRegular} from '../regular-file.ts'
import {ProsodyModsError, messageOf} from '../errors.ts'

/** Reads the certificates of PROSODY_MODS_CA_FILE or SSL_CERT_FILE; Node itself reads NODE_EXTRA_CA_CERTS. */
export function extraCertificates(env: NodeJS.ProcessEnv): string[] | undefined {
  const path = env['PROSODY_MODS_CA_FILE'] ?? env['SSL_CERT_FILE']
  if (path === undefined || path === '') return undefined
  try {
    const extra = env['NODE_EXTRA_CA_CERTS']
    return [
      ...rootCertificates,
      readRegular(path, 'certificates').toString('utf8'),
      ...(extra === undefined || extra === '' ? [] : [readRegular(extra, 'certificates').toString('utf8')]),
    ]
  } catch (error) {
    throw new ProsodyModsError('CONFIG_INVALID', `the CA certificates can't be read: ${messageOf(error)}`, {
      hint: 'PROSODY_MODS_CA_FILE and SSL_CERT_FILE name a file of PEM certificates',
      cause: error,
    })
  }
}
