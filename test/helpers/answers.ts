import type {OutgoingHttpHeaders} from 'node:http'
import type {Socket} from 'node:net'
import type {Answer, Exchange} from './server.ts'

type Bytes = Buffer | string

/** A sound answer. */
export function file(body: Bytes, headers: OutgoingHttpHeaders = {}): Answer {
  return ({response}) =>
    void response.writeHead(200, {'content-length': Buffer.byteLength(body), ...headers}).end(body)
}

export function status(code: number, headers: OutgoingHttpHeaders = {}): Answer {
  return ({response}) => void response.writeHead(code, headers).end(`${code}\n`)
}

export function redirect(location: string, code = 302): Answer {
  return status(code, {location})
}

/** An answer whose body begins and goes on for as long as the client lets it, without a length and without a word. */
export function leftOpen(code: number, headers: OutgoingHttpHeaders = {}): Answer {
  return (exchange) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`)
    socketOf(exchange).write(`HTTP/1.1 ${code} So\r\n${lines.join('')}\r\nbegun`)
  }
}

/** One answer for each request of a path, the last one for all that follow. */
export function inTurn(...answers: readonly Answer[]): Answer {
  return (exchange) => answers[Math.min(exchange.count, answers.length) - 1]?.(exchange)
}

/** Takes the request and never says a word. */
export function silent(): Answer {
  return () => undefined
}

/** Promises the whole body, sends the first bytes and falls silent. */
export function stalled(body: Bytes, bytes: number): Answer {
  return ({response}) => {
    response.writeHead(200, {'content-length': Buffer.byteLength(body)})
    response.write(firstOf(body, bytes))
  }
}

/** Promises the whole body and hangs up after the first bytes. */
export function truncated(body: Bytes, bytes: number): Answer {
  return (exchange) => {
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`
    socketOf(exchange).end(Buffer.concat([Buffer.from(head), firstOf(body, bytes)]))
  }
}

/** Hangs up in the middle of a chunked body. */
export function cutInChunks(body: Bytes, bytes: number): Answer {
  return (exchange) => {
    const {response} = exchange
    response.writeHead(200)
    response.write(firstOf(body, bytes), () => socketOf(exchange).end())
  }
}

/** Sends all that it has by HTTP/1.0, whose bodies end where the connection does. */
export function closeDelimited(body: Bytes): Answer {
  return (exchange) =>
    void socketOf(exchange).end(Buffer.concat([Buffer.from('HTTP/1.0 200 OK\r\n\r\n'), Buffer.from(body)]))
}

/** Resets the connection after the first bytes of the body. */
export function reset(body: Bytes, bytes: number): Answer {
  return (exchange) => {
    const {response} = exchange
    response.writeHead(200, {'content-length': Buffer.byteLength(body)})
    // the pause lets the bytes leave before the reset overtakes them
    response.write(firstOf(body, bytes), () => setTimeout(() => socketOf(exchange).resetAndDestroy(), 50))
  }
}

/** Bytes without end, after those that come first. */
export function endless(begin: Bytes = '', code = 200, headers: OutgoingHttpHeaders = {}): Answer {
  const piece = Buffer.alloc(64 * 1024, '-- more\n')
  return ({response}) => {
    response.writeHead(code, headers)
    response.write(begin)
    const send = (): void => {
      while (!response.destroyed && response.write(piece));
      if (!response.destroyed) response.once('drain', send)
    }
    response.on('error', () => undefined)
    send()
  }
}

/** A few bytes now and then, so that it is never silent for long and does not end. */
export function dripping(body: Bytes, drop = '-'): Answer {
  return ({response}) => {
    response.writeHead(200, {'content-length': Buffer.byteLength(body)})
    const timer = setInterval(() => response.write(drop), 100)
    response.on('close', () => clearInterval(timer))
  }
}

/** What no HTTP server says. */
export function raw(text: Bytes): Answer {
  return (exchange) => void socketOf(exchange).end(text)
}

function firstOf(body: Bytes, bytes: number): Buffer {
  return Buffer.from(body).subarray(0, bytes)
}

function socketOf({response}: Exchange): Socket {
  if (response.socket === null) throw new Error('the connection is gone')
  return response.socket
}
