import {sha256Of} from '../../../src/digest.ts'
import {file} from '../answers.ts'
import {startServer, type TestServer} from '../server.ts'

/** A server of public keys on loopback, as Jitsi asks one: `/<sha256 of the key's id>.pem`. */
export async function startKeyServer(keys: Readonly<Record<string, string>>): Promise<TestServer> {
  const server = await startServer()
  for (const [kid, pem] of Object.entries(keys)) server.on(`/${sha256Of(kid)}.pem`, file(pem))
  return server
}
