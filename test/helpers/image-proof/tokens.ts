import {equal, match, rejects} from 'node:assert/strict'
import {affiliationOf, join} from '../xmpp/rooms.ts'
import {
  forgedToken,
  newKeyPair,
  secondsFromNow,
  signToken,
  unsignedToken,
  type Claims,
  type Signing,
} from '../xmpp/jwt.ts'
import type {Session} from '../xmpp/session.ts'
import {service, type JitsiServer} from './conferences.ts'
import {refused} from './logins.ts'
import {login, newRoom, withSessions, type Login, type Proof} from './server.ts'

/** How the tokens that a server accepts are signed, and what it was told of them. */
export interface Issuing {
  readonly signing: Signing
  /** The only issuer and the only audience that it accepts. */
  readonly app: string
  /** In PEM, where it was given one. */
  readonly publicKey?: string
}

/** Whoever shows a token over WebSocket. */
function bearer(token: string, room = 'any'): Login {
  return {transport: 'WebSocket', query: {room, token}}
}

function claimsOf({app}: Issuing, more: Claims = {}): Claims {
  return {iss: app, aud: app, sub: '*', room: '*', exp: secondsFromNow(300), ...more}
}

/** Who gets in by a token and who does not. */
export function tokenLogins(issuing: Issuing): readonly Proof<JitsiServer>[] {
  const {signing} = issuing
  const good: Proof<JitsiServer> = {
    name: `lets a token of ${signing.alg} in`,
    prove: (server) =>
      withSessions(async (keep) => {
        const {address} = await keep(login(server, bearer(signToken(claimsOf(issuing), signing))))
        match(address, new RegExp(`@${server.domain}/`))
      }),
  }
  const bad = Object.entries(badTokens(issuing)).map(([name, token]) => ({
    name: `refuses ${name}`,
    prove: (server: JitsiServer) =>
      refused(server, token === undefined ? {transport: 'WebSocket'} : bearer(token)),
  }))
  return [good, ...bad, otherRoom(issuing)]
}

/** By what is wrong with them. */
function badTokens(issuing: Issuing): Readonly<Record<string, string | undefined>> {
  const {signing, publicKey} = issuing
  const claims = claimsOf(issuing)
  const signed = (more: Claims): string => signToken(claimsOf(issuing, more), signing)
  const stranger = signing.alg.startsWith('HS') ? 'a secret of nobody' : newKeyPair().privateKey
  return {
    'no token': undefined,
    'what is no token': 'x.y.z',
    'an expired token': signed({exp: secondsFromNow(-3600)}),
    'a token that is not valid yet': signed({nbf: secondsFromNow(3600)}),
    'a token of another issuer': signed({iss: 'somebody else'}),
    'a token for another audience': signed({aud: 'somebody else'}),
    'a token whose claims were changed': forgedToken(signed({room: 'one'}), claims),
    'a token that a stranger has signed': signToken(claims, {...signing, key: stranger}),
    'a token without a signature': unsignedToken(claims),
    ...(publicKey === undefined
      ? {}
      : {
          'a token with the public key for a secret': signToken(claims, {
            ...signing,
            alg: 'HS256',
            key: publicKey,
          }),
        }),
  }
}

function otherRoom(issuing: Issuing): Proof<JitsiServer> {
  return {
    name: "lets a room's token into that room and into no other",
    prove: (server) =>
      withSessions(async (keep) => {
        const focus = await keep(service(server, 'focus'))
        const [own, other] = [newRoom(`muc.${server.domain}`), newRoom(`muc.${server.domain}`)]
        await join(focus, own, 'focus')
        await join(focus, other, 'focus')
        const [room = ''] = own.split('@')
        const token = signToken(claimsOf(issuing, {room}), issuing.signing)
        const ann = await keep(login(server, bearer(token, room)))
        await join(ann, own, 'ann')
        await rejects(join(ann, other, 'ann'), /<not-allowed/)
      }),
  }
}

/** Logs in by a token whose user has these properties. */
export function tokenUser(server: JitsiServer, issuing: Issuing, user: Claims): Promise<Session> {
  return login(server, bearer(signToken(claimsOf(issuing, {context: {user}}), issuing.signing)))
}

/** What a token says of its user is what they are in the room. */
export function tokenAffiliations(issuing: Issuing): Proof<JitsiServer> {
  return {
    name: 'makes the token of an owner an owner and others members',
    prove: (server) =>
      withSessions(async (keep) => {
        const room = newRoom(`muc.${server.domain}`)
        await join(await keep(service(server, 'focus')), room, 'focus')
        for (const [nick, affiliation] of [
          ['ann', 'owner'],
          ['ben', 'member'],
        ] as const) {
          const session = await keep(tokenUser(server, issuing, {id: nick, name: nick, affiliation}))
          await join(session, room, nick)
          // some releases of the module set it after the entrance
          const own = (stanza: {readonly attrs: Readonly<Record<string, string | undefined>>}): boolean =>
            stanza.attrs['from'] === `${room}/${nick}`
          const presence = await session.waitFor(
            (stanza) => own(stanza) && affiliationOf(stanza) === affiliation,
            `${affiliation} ${nick}`,
          )
          equal(presence.attrs['from'], `${room}/${nick}`)
        }
      }),
  }
}
