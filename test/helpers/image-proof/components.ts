import {equal, rejects} from 'node:assert/strict'
import {xml} from '@xmpp/client'
import {connectComponent} from '../xmpp/component.ts'
import type {Session} from '../xmpp/session.ts'
import {withSessions, type Proof, type ProvedServer} from './server.ts'

export interface ComponentAccount {
  readonly name: string
  readonly secret: string
}

/** A program of its own joins in under a name, with its secret only. @param user who talks to it */
export function externalComponent<Server extends ProvedServer>(
  {name, secret}: ComponentAccount,
  user: (server: Server) => Promise<Session>,
): readonly Proof<Server>[] {
  return [
    {
      name: `passes messages to the component ${name} and back`,
      prove: (server) =>
        withSessions(async (keep) => {
          const component = await connectComponent(server.ports.component, name, secret)
          try {
            const ann = await keep(user(server))
            await ann.send(
              xml('message', {to: `bot@${name}`, type: 'chat'}, xml('body', {}, 'are you there?')),
            )
            await component.receives(/<body>are you there\?<\/body>/)
            component.send(
              `<message from='bot@${name}' to='${ann.address}' type='chat'><body>I am</body></message>`,
            )
            const answer = await ann.waitFor((stanza) => stanza.getChildText('body') === 'I am', 'answer')
            equal(answer.attrs['from'], `bot@${name}`)
          } finally {
            component.end()
          }
        }),
    },
    {
      name: `refuses the component ${name} with a wrong secret`,
      prove: (server) =>
        rejects(
          connectComponent(server.ports.component, name, `not ${secret}`),
          /is refused: .*not-authorized/,
        ),
    },
  ]
}
