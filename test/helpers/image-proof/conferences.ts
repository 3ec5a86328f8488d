import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {xml, type Element} from '@xmpp/client'
import {configure, heard, join, muc, say} from '../xmpp/rooms.ts'
import type {Session} from '../xmpp/session.ts'
import {identitiesOf, login, newRoom, withSessions, type Proof, type ProvedServer} from './server.ts'

/** A server for Jitsi, with the passwords of its service accounts. */
export interface JitsiServer extends ProvedServer {
  readonly passwords: {readonly focus: string; readonly jvb: string}
}

/** Logs in as one of the service accounts. */
export function service(server: JitsiServer, name: 'focus' | 'jvb'): Promise<Session> {
  const account = {username: name, password: server.passwords[name]}
  return login(server, {transport: 'TCP', domain: `auth.${server.domain}`, account, resource: name})
}

/** Logs in as somebody who has been given the link of a conference. */
function guest(server: ProvedServer): Promise<Session> {
  return login(server, {transport: 'WebSocket', query: {room: 'any'}})
}

const rooms: readonly Proof<JitsiServer>[] = [
  {
    name: 'lets focus make a room, and guests into it, who hear each other',
    prove: (server) =>
      withSessions(async (keep) => {
        const room = newRoom(`muc.${server.domain}`)
        await join(await keep(service(server, 'focus')), room, 'focus')
        const [ann, ben] = [await keep(guest(server)), await keep(login(server, {transport: 'TCP'}))]
        await join(ann, room, 'ann')
        await join(ben, room, 'ben')
        await say(ann, room, 'good morning')
        equal((await heard(ben, 'good morning')).attrs['from'], `${room}/ann`)
      }),
  },
  {
    name: 'lets no guest make a room',
    prove: (server) =>
      withSessions(async (keep) => {
        const ann = await keep(guest(server))
        await rejects(join(ann, newRoom(`muc.${server.domain}`), 'ann'), /<not-allowed/)
      }),
  },
]

const internalRooms: Proof<JitsiServer> = {
  name: 'keeps guests out of the rooms of its services',
  prove: (server) =>
    withSessions(async (keep) => {
      const room = newRoom(`internal-muc.${server.domain}`)
      const [jvb, focus, ann] = [
        await keep(service(server, 'jvb')),
        await keep(service(server, 'focus')),
        await keep(guest(server)),
      ]
      await join(jvb, room, 'bridge')
      await join(focus, room, 'focus')
      await ann.send(xml('presence', {to: `${room}/ann`}, xml('x', muc)))
      // answered after what Ann has sent before it
      await identitiesOf(ann, server.domain)
      await say(jvb, room, 'who is here')
      const seen = [...jvb.stanzas, ...focus.stanzas].map(({attrs}) => attrs['from'])
      ok(seen.includes(`${room}/focus`))
      deepEqual(
        seen.filter((from) => from === `${room}/ann`),
        [],
      )
      const own = ann.stanzas.filter(({attrs}) => attrs['from'] === `${room}/ann`)
      deepEqual(own.filter(({attrs}) => attrs['type'] !== 'error').map(String), [])
    }),
}

const focusNamespace = 'http://jitsi.org/protocol/focus'

const conferenceRequest: Proof<JitsiServer> = {
  name: "hands a conference's request to the user focus, and brings the answer",
  prove: (server) =>
    withSessions(async (keep) => {
      const [focus, ann] = [await keep(service(server, 'focus')), await keep(guest(server))]
      const room = newRoom(`muc.${server.domain}`)
      const conference = (more: Readonly<Record<string, string>>): Element =>
        xml('conference', {xmlns: focusNamespace, room, ...more})
      focus.answer(focusNamespace, 'conference', () => conference({ready: 'true'}))
      await focus.send(xml('presence'))
      // answered after that presence has reached the component
      await identitiesOf(focus, server.domain)
      const to = `focus.${server.domain}`
      const answer = await ann.request(xml('iq', {type: 'set', to}, conference({})))
      equal(answer.attrs['from'], to)
      equal(answer.getChild('conference', focusNamespace)?.attrs['ready'], 'true')
    }),
}

/** Kinds of components that each Jitsi's main host names, and where they are. */
const offered: Readonly<Record<string, string>> = {
  av_moderation: 'avmoderation',
  breakout_rooms: 'breakout',
  end_conference: 'endconference',
  lobbyrooms: 'lobby',
  room_metadata: 'metadata',
  speakerstats: 'speakerstats',
}

/** What the main host offers besides, by the release. */
export type Offer = Readonly<Record<string, string>>

/** The main host names its components and no address that nobody answers at. */
export function componentsOffered(more: Offer): Proof<JitsiServer> {
  const kinds = {...offered, ...more}
  return {
    name: `offers ${Object.keys(kinds).sort().join(', ')}`,
    prove: (server) =>
      withSessions(async (keep) => {
        const ann = await keep(guest(server))
        const identities = await identitiesOf(ann, server.domain)
        for (const [kind, name] of Object.entries(kinds))
          ok(
            identities.includes(`component/${kind}=${name}.${server.domain}`),
            `no ${kind}: ${identities.join(', ')}`,
          )
        for (const name of ['lobby', 'breakout'])
          ok(
            (await identitiesOf(ann, `${name}.${server.domain}`)).some((one) =>
              one.startsWith('conference/'),
            ),
          )
      }),
  }
}

const lobby: Proof<JitsiServer> = {
  name: 'has guests wait in the lobby once a moderator lets members only in',
  prove: (server) =>
    withSessions(async (keep) => {
      const room = newRoom(`muc.${server.domain}`)
      const focus = await keep(service(server, 'focus'))
      await join(focus, room, 'focus')
      const [ann, ben] = [await keep(guest(server)), await keep(guest(server))]
      await join(ann, room, 'ann')
      await focus.request(makeOwner(room, ann.address))
      await configure(ann, room, {'muc#roomconfig_membersonly': '1'})
      await rejects(join(ben, room, 'ben'), /<registration-required/)
      await join(ben, room.replace('@muc.', '@lobby.'), 'ben')
    }),
}

function makeOwner(room: string, address: string): Element {
  const [jid = ''] = address.split('/')
  const item = xml('item', {affiliation: 'owner', jid})
  return xml('iq', {type: 'set', to: room}, xml('query', `${muc}#admin`, item))
}

/** What every Jitsi back end that lets guests in without a token does. */
export const conferences: readonly Proof<JitsiServer>[] = [...rooms, internalRooms, conferenceRequest, lobby]
