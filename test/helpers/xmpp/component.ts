import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {connect, type Socket} from 'node:net'
import {patience} from './session.ts'

/** An external component (XEP-0114) on a connection of its own. */
export interface ExternalComponent {
  /** Resolves once the server has sent a text that fits. */
  receives(pattern: RegExp): Promise<RegExpExecArray>
  send(text: string): void
  end(): void
}

/** Connects and authenticates; rejects with what the server has said when it takes none of it. */
export async function connectComponent(
  port: number,
  name: string,
  secret: string,
): Promise<ExternalComponent> {
  const socket = connect({host: '127.0.0.1', port})
  await once(socket, 'connect')
  const component = conversation(socket)
  component.send(
    `<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='${name}'>`,
  )
  const [, , id = ''] = await component.receives(/<stream:stream[^>]*\sid=(['"])([^'"]+)\1/)
  const digest = createHash('sha1').update(id).update(secret).digest('hex')
  component.send(`<handshake>${digest}</handshake>`)
  const [answer] = await component.receives(/<handshake\/>|<stream:error>.*?<\/stream:error>/)
  if (answer === '<handshake/>') return component
  component.end()
  throw new Error(`the component is refused: ${answer}`)
}

function conversation(socket: Socket): ExternalComponent {
  let text = ''
  socket.setEncoding('utf8')
  socket.on('error', () => undefined)
  socket.on('data', (chunk: string) => void (text += chunk))
  return {
    send: (part) => void socket.write(part),
    end: () => void socket.destroy(),
    async receives(pattern) {
      const end = Date.now() + patience
      for (;;) {
        const found = pattern.exec(text)
        if (found !== null) return found
        const rest = end - Date.now()
        if (rest <= 0 || socket.destroyed) throw new Error(`expected ${String(pattern)}, got ${text}`)
        await Promise.race([
          once(socket, 'data', {signal: AbortSignal.timeout(rest)}),
          once(socket, 'close'),
        ]).catch(() => undefined)
      }
    },
  }
}
