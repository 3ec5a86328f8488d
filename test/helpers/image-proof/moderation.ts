import {equal, ok, rejects} from 'node:assert/strict'
import {
  archived,
  archiveId,
  configure,
  heard,
  isRetraction,
  join,
  retractions,
  say,
  type ModerationVersion,
} from '../xmpp/rooms.ts'
import type {Session} from '../xmpp/session.ts'
import {newRoom, withSessions, type Proof, type ProvedServer} from './server.ts'

/** Two users of a server's chat rooms. The first makes rooms and is their owner. */
export interface Chat<Server extends ProvedServer> {
  /** The component with the rooms. */
  readonly at: (server: Server) => string
  readonly owner: (server: Server) => Promise<Session>
  readonly participant: (server: Server) => Promise<Session>
}

const versions = Object.keys(retractions) as readonly ModerationVersion[]

/** A moderator takes back what another has said, by XEP-0425 in both versions; nobody else does. */
export function moderation<Server extends ProvedServer>(chat: Chat<Server>): readonly Proof<Server>[] {
  return versions.map((version) => ({
    name: `lets a moderator retract by ${version}, and no participant`,
    prove: (server) =>
      withSessions(async (keep) => {
        const room = newRoom(chat.at(server))
        const [owner, participant] = [await keep(chat.owner(server)), await keep(chat.participant(server))]
        await join(owner, room, 'owner')
        await join(participant, room, 'participant')
        const id = archiveId(await say(participant, room, 'something rude'))
        equal(id, archiveId(await heard(owner, 'something rude')))
        await rejects(participant.request(retractions[version](room, id)), /forbidden/)
        ok(!participant.stanzas.some((stanza) => isRetraction(stanza, id)))
        await owner.request(retractions[version](room, id))
        await participant.waitFor((stanza) => isRetraction(stanza, id), 'retraction')
      }),
  }))
}

/** Writes into a new room's archive, has one message retracted there, and returns a proof that all of it is there still. */
export async function fillArchive<Server extends ProvedServer>(
  server: Server,
  chat: Chat<Server>,
): Promise<Proof<Server>> {
  const room = newRoom(chat.at(server))
  await withSessions(async (keep) => {
    const [owner, participant] = [await keep(chat.owner(server)), await keep(chat.participant(server))]
    await join(owner, room, 'owner')
    await join(participant, room, 'participant')
    await configure(owner, room, {'muc#roomconfig_persistentroom': '1'})
    await say(owner, room, 'first')
    const id = archiveId(await say(participant, room, 'rude'))
    await say(owner, room, 'third')
    await owner.request(retractions['urn:xmpp:message-moderate:1'](room, id))
    await participant.waitFor((stanza) => isRetraction(stanza, id), 'retraction')
  })
  return {
    name: 'has kept its archive, without what was retracted',
    prove: (after) =>
      withSessions(async (keep) => {
        const owner = await keep(chat.owner(after))
        await join(owner, room, 'owner')
        const messages = await archived(owner, room)
        const texts = messages.map((message) => message.getChildText('body')).filter((text) => text !== null)
        equal(texts.join(), 'first,third')
        ok(
          messages.some((message) => String(message).includes('retracted')),
          messages.join('\n'),
        )
      }),
  }
}
