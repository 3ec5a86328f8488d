import {chmod, mkdtemp, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {newAuthority} from '../tls.ts'

/** Makes a folder with a certificate for a host that everybody can read. */
export async function certificatesFor(host: string): Promise<string> {
  const authority = await newAuthority()
  const folder = await mkdtemp(join(tmpdir(), 'prosody-mods-certs-'))
  const {cert, key} = await authority.issue(`DNS:${host}`)
  await authority.remove()
  await chmod(folder, 0o755)
  await writeFile(join(folder, `${host}.crt`), cert)
  await writeFile(join(folder, `${host}.key`), key)
  return folder
}
