import {xml, type Element} from '@xmpp/client'
import type {Session} from './session.ts'

export const muc = 'http://jabber.org/protocol/muc'
const mucUser = `${muc}#user`

/** Enters a room, by name for those that want to know who waits; resolves with the session's own presence in it, rejects with the room's reason. */
export async function join(session: Session, room: string, nick: string): Promise<Element> {
  const name = xml('nick', 'http://jabber.org/protocol/nick', nick)
  await session.send(xml('presence', {to: `${room}/${nick}`}, xml('x', muc), name))
  const answer = await session.waitFor(
    (stanza) => isFrom(stanza, room) && (stanza.attrs['type'] === 'error' || isOwn(stanza)),
    `presence of its own in ${room}`,
  )
  if (answer.attrs['type'] === 'error') throw new Error(`no entrance: ${String(answer.getChild('error'))}`)
  return answer
}

function isFrom(stanza: Element, room: string): boolean {
  return stanza.is('presence') && stanza.attrs['from']?.split('/')[0] === room
}

/** XEP-0045: code 110 marks a user's own presence. */
function isOwn(stanza: Element): boolean {
  const codes = stanza.getChild('x', mucUser)?.getChildren('status') ?? []
  return codes.some((status) => status.attrs['code'] === '110')
}

/** Changes what an owner may change of a room. */
export async function configure(
  session: Session,
  room: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const field = ([name, value]: readonly [string, string]): Element =>
    xml('field', {var: name}, xml('value', {}, value))
  const fields = Object.entries({FORM_TYPE: `${muc}#roomconfig`, ...values}).map(field)
  const form = xml('x', {xmlns: 'jabber:x:data', type: 'submit'}, ...fields)
  await session.request(xml('iq', {type: 'set', to: room}, xml('query', `${muc}#owner`, form)))
}

/** What an occupant is in a room, as a presence says it. */
export function affiliationOf(presence: Element): string | undefined {
  return presence.getChild('x', mucUser)?.getChild('item')?.attrs['affiliation']
}

/** Says something in a room; resolves with the message as it comes back, which is after the room has dealt with it. */
export async function say(session: Session, room: string, text: string): Promise<Element> {
  await session.send(xml('message', {to: room, type: 'groupchat', id: text}, xml('body', {}, text)))
  return heard(session, text)
}

/** A message of a room by its text. */
export function heard(session: Session, text: string): Promise<Element> {
  return session.waitFor(
    (stanza) => stanza.is('message') && stanza.getChildText('body') === text,
    `"${text}"`,
  )
}

/** The id by which an archive knows a message. */
export function archiveId(message: Element): string {
  const id = message.getChild('stanza-id', 'urn:xmpp:sid:0')?.attrs['id']
  if (id === undefined) throw new Error(`the message has no id of an archive: ${String(message)}`)
  return id
}

/** A moderator's request by XEP-0425, in its first and in its present version. */
export const retractions = {
  'urn:xmpp:message-moderate:0': (room: string, id: string): Element =>
    xml(
      'iq',
      {type: 'set', to: room},
      xml(
        'apply-to',
        {xmlns: 'urn:xmpp:fasten:0', id},
        xml(
          'moderate',
          {xmlns: 'urn:xmpp:message-moderate:0'},
          xml('retract', {xmlns: 'urn:xmpp:message-retract:0'}),
          xml('reason', {}, 'be kind'),
        ),
      ),
    ),
  'urn:xmpp:message-moderate:1': (room: string, id: string): Element =>
    xml(
      'iq',
      {type: 'set', to: room},
      xml(
        'moderate',
        {xmlns: 'urn:xmpp:message-moderate:1', id},
        xml('retract', {xmlns: 'urn:xmpp:message-retract:1'}),
        xml('reason', {}, 'be kind'),
      ),
    ),
} as const

export type ModerationVersion = keyof typeof retractions

/** Whether a message tells occupants that the one with this id of the archive is retracted, in either version. */
export function isRetraction(stanza: Element, id: string): boolean {
  const now = stanza.getChild('retract', 'urn:xmpp:message-retract:1')?.attrs['id']
  const first = stanza.getChild('apply-to', 'urn:xmpp:fasten:0')?.attrs['id']
  return stanza.is('message') && (now === id || first === id)
}

/** All messages of a room's archive (XEP-0313), oldest first. */
export async function archived(session: Session, room: string): Promise<readonly Element[]> {
  const seen = session.stanzas.length
  const request = xml('iq', {type: 'set', to: room}, xml('query', {xmlns: mam, queryid: 'all'}))
  const fin = (await session.request(request)).getChild('fin', mam)
  if (fin?.attrs['complete'] !== 'true') throw new Error(`expected all of the archive, got ${String(fin)}`)
  return session.stanzas.slice(seen).flatMap((stanza) => {
    const message = stanza.getChild('result', mam)?.getChild('forwarded')?.getChild('message')
    return message === undefined ? [] : [message]
  })
}

const mam = 'urn:xmpp:mam:2'
