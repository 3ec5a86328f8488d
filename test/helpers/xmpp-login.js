// Logs in with a client that people use, and prints the address that the server gives. Arguments: service, domain, name,
// password.
import {client} from '@xmpp/client'
import {WebSocket} from 'undici'

// Node.js has one of its own since version 22.
globalThis.WebSocket ??= WebSocket

const [service, domain, username, password] = process.argv.slice(2)
const xmpp = client({service, domain, username, password, resource: 'test', timeout: 10_000})
xmpp.reconnect.stop()
xmpp.on('error', () => undefined)
try {
  const address = await xmpp.start()
  console.log(String(address), xmpp.isSecure() ? 'over TLS' : 'without TLS')
  await xmpp.stop()
} catch (error) {
  console.log(`${error.name}: ${error.message}`)
  process.exitCode = 1
} finally {
  setTimeout(() => process.exit(), 2000).unref()
}
