import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'
import {expectGolden} from '../helpers/golden.ts'
import {putFiles, startImportPublishers, type ImportPublishers} from '../helpers/import-publishers.ts'
import {onTerminal} from '../helpers/terminal.ts'

let publishers: ImportPublishers

beforeAll(async () => {
  // Revisions stand in what is shown.
  for (const name of ['GIT_AUTHOR_DATE', 'GIT_COMMITTER_DATE']) vi.stubEnv(name, '2026-01-02T10:00:00Z')
  publishers = await startImportPublishers()
}, 60_000)

afterAll(async () => {
  vi.unstubAllEnvs()
  await publishers.close()
})

/** What stays on the screen, without what is another each time: folders, ports, how long it took. */
async function screen(sandbox: Sandbox, columns: number): Promise<string> {
  const args = ['import', 'Dockerfile', '--dry-run', '--prosody', '13.0', '--debian', 'trixie']
  // What is said of fetching is no part of it.
  expect((await sandbox.cli(args)).code).toBe(0)
  const shown = await onTerminal(sandbox, args, {columns, env: {NO_COLOR: '1'}})
  expect(shown.code, shown.screen).toBe(0)
  return shown.screen
    .replaceAll('\r\n', '\n')
    .replaceAll(/^[^\n]*\r\u001b\[K/gm, '')
    .replaceAll(sandbox.project, '/home/me/chat')
    .replaceAll(/^ {2}but: .*\n/gm, '')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:80')
    .replaceAll(/ in [\d.]+ m?s$/gm, ' in … s')
}

describe.each(['three-ways', 'edited'])('what import tells of the case %s', (name) => {
  it.each([60, 80])('at %i columns is as it was read', async (columns) => {
    const sandbox = await newSandbox()
    try {
      await publishers.configure(sandbox)
      await putFiles(sandbox, await publishers.fixture(name))
      await expectGolden(`import-${name}-${columns}.txt`, await screen(sandbox, columns))
    } finally {
      await sandbox.remove()
    }
  })
})
