import {match, ok, rejects} from 'node:assert/strict'
import {login, transports, withSessions, type Login, type Proof, type ProvedServer} from './server.ts'

export interface Account {
  readonly username: string
  readonly password: string
}

/** Anonymous users get in over each transport. */
export const anonymousLogins: readonly Proof[] = transports.map((transport) => ({
  name: `lets anonymous users in over ${transport}`,
  prove: (server) =>
    withSessions(async (keep) => {
      const {address} = await keep(login(server, {transport}))
      match(address, new RegExp(`^[^@]+@${server.domain}/`))
    }),
}))

/** An account gets in over each transport, with its password only. @param domain where it is, the server's by default */
export function accountLogins(account: Account, domain?: string): readonly Proof[] {
  const at = (transport: Login['transport'], password = account.password): Login => ({
    transport,
    account: {...account, password},
    ...(domain === undefined ? {} : {domain}),
  })
  return transports.flatMap((transport) => [
    {
      name: `lets ${account.username} in over ${transport}`,
      prove: (server) =>
        withSessions(async (keep) => {
          const {address} = await keep(login(server, at(transport)))
          ok(address.startsWith(`${account.username}@${domain ?? server.domain}/`), address)
        }),
    },
    {
      name: `refuses ${account.username} with a wrong password over ${transport}`,
      prove: (server) => refused(server, at(transport, `not ${account.password}`)),
    },
  ])
}

/** Nobody gets in without an account. */
export const noAnonymousLogins: readonly Proof[] = transports.map((transport) => ({
  name: `refuses anonymous users over ${transport}`,
  prove: (server) => rejects(login(server, {transport}), /SASL|mechanism|not-authorized/i),
}))

/** STARTTLS leads to a certificate for the host. @param account who logs in; anonymous by default */
export function encryption(account?: Account): Proof {
  return {
    name: 'encrypts by STARTTLS, with a certificate for its host',
    prove: (server) =>
      withSessions(async (keep) => {
        const how: Login = {transport: 'TCP', ...(account === undefined ? {} : {account})}
        const {certificate} = await keep(login(server, how))
        match(certificate ?? 'no TLS', new RegExp(`\\bDNS:${server.domain}\\b`))
      }),
  }
}

/** A login is refused by the server, not by an accident on the way. */
export async function refused(server: ProvedServer, how: Login): Promise<void> {
  await rejects(login(server, how), {name: 'SASLError', message: /^not-a(?:uthorized|llowed)\b/})
}
