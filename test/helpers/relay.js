// Passes connections on: node relay.js LISTEN CONNECT, each host:port or the path of a socket. Prints a line once it listens.
import {connect, createServer} from 'node:net'

const [from, to] = process.argv.slice(2).map((place) => {
  const [, host, port] = /^([\d.]+):(\d+)$/.exec(place) ?? []
  return host === undefined ? {path: place} : {host, port: Number(port)}
})

const server = createServer((inner) => {
  const outer = connect(to)
  inner.pipe(outer).pipe(inner)
  inner.on('error', () => outer.destroy())
  outer.on('error', () => inner.destroy())
  inner.on('close', () => outer.destroy())
  outer.on('close', () => inner.destroy())
})
server.listen(from, () => console.log('listening'))
