import {stretchOf} from './code.ts'
import type {Rule} from './types.ts'

/** What waits for another program or for the network, by its full name; `x.*` stands for all of x. */
const blocking: ReadonlyMap<string, string> = new Map([
  ['global io.popen', 'it waits for another program'],
  ['global os.execute', 'it waits for another program'],
  ['library socket.sleep', 'it waits'],
  ['library socket.select', 'it waits for the network'],
  ['library socket.connect', 'it waits for the network'],
  ['library socket.http.request', 'it waits for the network'],
  ['library ssl.https.request', 'it waits for the network'],
  ['library socket.smtp.send', 'it waits for the network'],
  ['library socket.ftp.get', 'it waits for the network'],
  ['library socket.ftp.put', 'it waits for the network'],
  ['library socket.dns.toip', 'it waits for a name server'],
  ['library socket.dns.tohostname', 'it waits for a name server'],
  ['library socket.dns.getaddrinfo', 'it waits for a name server'],
])

/** The rule `blocking-call`, which docs/lint/blocking-call.md describes. */
export const blockingCall: Rule = {
  check(code, _, say) {
    for (const {base, site, path} of code.calls) {
      const why = path === undefined ? undefined : blocking.get(`${path.root} ${path.name}`)
      const working = path === undefined || why === undefined ? undefined : code.whileWorking(site)
      if (path === undefined || why === undefined || working === undefined) continue
      say(stretchOf(base), {
        ...working,
        severity: 'warning',
        message: `${path.name}() stops the whole server until it returns: ${why}`,
        hint: path.name.endsWith('.request')
          ? 'net.http.request of Prosody goes on in the meantime'
          : 'do it in another process, or while the module is loaded',
      })
    }
  },
}
