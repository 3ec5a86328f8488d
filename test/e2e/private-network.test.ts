import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {file} from '../helpers/answers.ts'
import {startPostgres} from '../helpers/postgres.ts'
import {newPrivateNetwork, type PrivateNetwork} from '../helpers/private-network.ts'
import {mustRun, runProgram} from '../helpers/program.ts'
import {startServer} from '../helpers/server.ts'

// The networks that images are proved in.

const [one, two] = ['one', 'two'].map(
  (word) => `
    import {createServer} from 'node:http'
    createServer((request, response) => response.end('${word}')).listen(5280, '127.0.0.1', () => console.log('up'))`,
)

async function inside(network: PrivateNetwork, program = ''): Promise<ChildProcess> {
  const [command = '', ...args] = network.argv([process.execPath, '--input-type=module', '--eval', program])
  const child = spawn(command, args, {stdio: ['ignore', 'pipe', 'inherit']})
  await once(child.stdout, 'data')
  return child
}

describe('private networks', () => {
  let networks: readonly PrivateNetwork[] = []
  beforeEach(async () => {
    networks = [await newPrivateNetwork(), await newPrivateNetwork()]
  })
  afterEach(async () => {
    for (const network of networks) await network.remove()
  })

  it('have the same port each, and the machine reaches both', async () => {
    const [first, second] = networks
    if (first === undefined || second === undefined) throw new Error('two were made')
    const servers = [await inside(first, one), await inside(second, two)]
    try {
      const answers: string[] = []
      for (const network of [first, second])
        answers.push(await (await fetch(`http://127.0.0.1:${await network.reach(5280)}/`)).text())
      expect(answers).toEqual(['one', 'two'])
    } finally {
      for (const server of servers) server.kill()
    }
  })

  it('reach nothing of the machine but what they are lent', async () => {
    const [first, second] = networks
    if (first === undefined || second === undefined) throw new Error('two were made')
    const server = await startServer()
    server.on('/', file('of the machine'))
    try {
      await first.lend(Number(new URL(server.url).port))
      const ask = `console.log(await (await fetch('${server.url}')).text())`
      const words = [process.execPath, '--input-type=module', '--eval', ask]
      expect(await mustRun(first.argv(words))).toBe('of the machine\n')
      expect((await runProgram(second.argv(words))).stderr).toContain('ECONNREFUSED')
    } finally {
      await server.close()
    }
  })

  it('have a PostgreSQL each, which keeps its data while it is down', async () => {
    const [first, second] = networks
    if (first === undefined || second === undefined) throw new Error('two were made')
    const [kept, empty] = [await startPostgres(first), await startPostgres(second)]
    try {
      await kept.query("CREATE TABLE words AS SELECT 'it''s here' AS word")
      await kept.stop()
      await expect(kept.query('SELECT 1')).rejects.toThrow(/connection to server .* failed/)
      await kept.start()
      expect(await kept.query('SELECT word FROM words')).toBe("it's here\n")
      await expect(empty.query('SELECT word FROM words')).rejects.toThrow(/does not exist/)
    } finally {
      await kept.remove()
      await empty.remove()
    }
  })
})
