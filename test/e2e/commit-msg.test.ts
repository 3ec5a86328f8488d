import {join} from 'node:path'
import {beforeEach, describe, expect, it} from 'vitest'
import {mustRun, runProgram, type ProgramOutput} from '../helpers/program.ts'
import {scratchFolder} from '../helpers/scratch.ts'

const hooks = join(import.meta.dirname, '../../.githooks')
const env = {...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null'}
let folder: string

beforeEach(async () => {
  folder = await scratchFolder()
  await git('init', '--quiet')
  await git('config', 'core.hooksPath', hooks)
  await git('config', 'user.name', 'Somebody')
  await git('config', 'user.email', 'somebody@example.org')
})

async function git(...words: readonly string[]): Promise<string> {
  return mustRun(['git', ...words], {cwd: folder, env})
}

async function commit(message: string, ...flags: readonly string[]): Promise<ProgramOutput> {
  const command = ['git', 'commit', '--quiet', '--allow-empty', ...flags, '--file', '-']
  return runProgram(command, {cwd: folder, env, input: message})
}

describe('.githooks/commit-msg', () => {
  it.each([
    'lint: a subject',
    'check --boot: a subject of two words in front',
    `docs: ${'ü'.repeat(66)}`,
    'net, fetch: a subject\n\nA body, with a line that is as long as it likes to be, which nobody counts at all.',
    "Merge branch 'main' into topic",
    'Revert "lint: a subject"',
    'fixup! lint: a subject',
  ])('takes %j', async (message) => {
    expect(await commit(message)).toEqual({code: 0, stdout: '', stderr: ''})
    expect((await git('log', '-1', '--format=%B')).trimEnd()).toBe(message)
  })

  it.each([
    ['A subject without a room', 'expected a room in front of it'],
    ['lint:no blank', 'expected a room in front of it'],
    ['Lint: a capital', 'expected a room in front of it'],
    [`docs: ${'ü'.repeat(67)}`, 'expected at most 72 characters, found 73'],
    ['lint: a sentence.', 'expected no full stop'],
  ])('refuses %j', async (message, reason) => {
    const {code, stderr} = await commit(message)
    expect([code, stderr]).toEqual([1, expect.stringContaining(reason)])
    expect(stderr).toContain(message)
    expect(await git('rev-list', '--all', '--count')).toBe('0\n')
  })

  it('looks past comments, as Git does', async () => {
    const {code} = await commit('# On branch main\n\nlint: a subject\n', '--cleanup=strip')
    expect(code).toBe(0)
  })
})
