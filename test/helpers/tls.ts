import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {mustRun} from './program.ts'

/** A certificate authority of our own. */
export interface Authority {
  /** PEM file with its certificate. */
  readonly file: string
  /** A key and a certificate for these subject names: `IP:127.0.0.1`, `DNS:example.invalid`. */
  issue(...names: readonly string[]): Promise<{readonly key: string; readonly cert: string}>
  remove(): Promise<void>
}

export async function newAuthority(): Promise<Authority> {
  const folder = await mkdtemp(join(tmpdir(), 'prosody-mods-ca-'))
  const [key, file] = [join(folder, 'ca.key'), join(folder, 'ca.pem')]
  const make = (args: readonly string[]): Promise<string> =>
    mustRun(['openssl', 'req', '-x509', ...newKey, '-days', '2', ...args])
  const ca = ['-addext', 'keyUsage=critical,keyCertSign']
  await make(['-subj', '/CN=prosody-mods test authority', '-keyout', key, '-out', file, ...ca])
  let issued = 0
  return {
    file,
    async issue(...names) {
      issued += 1
      const [leafKey, leaf] = [join(folder, `${issued}.key`), join(folder, `${issued}.pem`)]
      const extensions = [`subjectAltName=${names.join(',')}`, 'basicConstraints=critical,CA:false']
      await make([
        ...['-subj', '/CN=prosody-mods test server', '-keyout', leafKey, '-out', leaf],
        ...['-CA', file, '-CAkey', key, ...extensions.flatMap((text) => ['-addext', text])],
      ])
      return {key: await readFile(leafKey, 'utf8'), cert: await readFile(leaf, 'utf8')}
    },
    remove: () => rm(folder, {recursive: true, force: true}),
  }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
