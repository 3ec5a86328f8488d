import {randomUUID} from 'node:crypto'
import {xml} from '@xmpp/client'
import {connect, type Session} from '../xmpp/session.ts'

/** A running server, as a client on this machine meets it. */
export interface ProvedServer {
  readonly domain: string
  /** Ports of the machine's loopback that lead to the server's. */
  readonly ports: {readonly c2s: number; readonly http: number; readonly component: number}
}

/** One statement about a server that holds or not; its name ends a sentence that begins with "the server". */
export interface Proof<Server extends ProvedServer = ProvedServer> {
  readonly name: string
  /** Rejects when the statement does not hold. */
  prove(server: Server): Promise<void>
}

export type Transport = 'TCP' | 'WebSocket'

export const transports: readonly Transport[] = ['TCP', 'WebSocket']

export interface Login {
  readonly transport: Transport
  /** The server's by default. */
  readonly domain?: string
  readonly account?: {readonly username: string; readonly password: string}
  readonly resource?: string
  /** For the address of the WebSocket, as Jitsi's client adds them. */
  readonly query?: Readonly<Record<string, string>>
}

/** Logs in; without an account as an anonymous user. */
export function login(server: ProvedServer, how: Login): Promise<Session> {
  const {transport, domain = server.domain, account = {}, resource, query} = how
  const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`
  const service =
    transport === 'TCP'
      ? `xmpp://127.0.0.1:${server.ports.c2s}`
      : `ws://127.0.0.1:${server.ports.http}/xmpp-websocket${search}`
  return connect({service, domain, ...account, ...(resource === undefined ? {} : {resource})})
}

/** Runs the body with sessions that end with it, whatever becomes of it. */
export async function withSessions<Result>(
  body: (keep: (session: Promise<Session>) => Promise<Session>) => Promise<Result>,
): Promise<Result> {
  const open: Session[] = []
  try {
    return await body(async (session) => {
      const there = await session
      open.push(there)
      return there
    })
  } finally {
    await Promise.all(open.map((session) => session.end().catch(() => undefined)))
  }
}

/** A room's name that no other proof has. */
export function newRoom(at: string): string {
  return `${randomUUID().slice(0, 8)}@${at}`
}

/** What a host says that it is and has (XEP-0030), as `category/type=name`. */
export async function identitiesOf(session: Session, host: string): Promise<readonly string[]> {
  const disco = 'http://jabber.org/protocol/disco#info'
  const answer = await session.request(xml('iq', {type: 'get', to: host}, xml('query', disco)))
  const identities = answer.getChild('query', disco)?.getChildren('identity') ?? []
  return identities.map(
    ({attrs}) => `${attrs['category'] ?? ''}/${attrs['type'] ?? ''}=${attrs['name'] ?? ''}`,
  )
}
