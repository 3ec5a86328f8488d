import {cpSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeEach, describe, expect, it, onTestFinished} from 'vitest'
import {createEnvironment, install, type InstallResult, type OnProgress} from '../../../src/index.ts'
import {acquireMutex} from '../../../src/project/mutex.ts'
import {file} from '../../helpers/answers.ts'
import {newSandbox, readTree, type Sandbox} from '../../helpers/cli.ts'
import {startServer, type TestServer} from '../../helpers/server.ts'

const context = 'prosody-modules/remote/mod_x/mod_x.lua'

describe('install beside a command that is about to end', () => {
  let server: TestServer
  /** Two projects with one manifest, the second of which locked what the URL gave later. */
  let before: Sandbox
  let after: Sandbox

  beforeEach(async () => {
    server = await startServer()
    onTestFinished(() => server.close())
    before = await installed('return 1\n')
    after = await installed('return 2\n')
  })

  it('judges nothing by what it sees without the lock', async () => {
    const mutex = await acquireMutex(join(before.project, '.prosody-mods/lock'), {
      signal: new AbortController().signal,
      onWait: () => undefined,
    })
    // The holder has put its module in place and its lockfile not yet.
    cpSync(join(after.project, context), join(before.project, context))
    const events: string[] = []
    const onProgress: OnProgress = (event) => {
      events.push(event.type)
      if (event.type !== 'waiting') return
      copyLockfile()
      mutex.release()
    }
    const result = await installIn(before, {onProgress})
    expect(events).toEqual(['waiting'])
    expect(result).toMatchObject({upToDate: true, changes: []})
    expect(await readTree(before.project)).toEqual(await readTree(after.project))
  })

  it('still refuses a file that the user has changed', async () => {
    writeFileSync(join(before.project, context), 'mine()\n')
    const tree = await readTree(before.project)
    await expect(installIn(before)).rejects.toMatchObject({code: 'OWNED_FILE_CHANGED'})
    expect(await readTree(before.project)).toEqual(tree)
  })

  function copyLockfile(): void {
    const name = 'prosody-mods.lock.json'
    writeFileSync(join(before.project, name), readFileSync(join(after.project, name)))
  }

  async function installed(lua: string): Promise<Sandbox> {
    const sandbox = await newSandbox()
    onTestFinished(() => sandbox.remove())
    server.on('/mod_x.lua', file(lua))
    const manifest = {
      modules: {'remote/x': '*'},
      sources: {remote: {kind: 'url', url: `${server.url}/mod_x.lua`}},
    }
    writeFileSync(join(sandbox.project, 'prosody-mods.json'), JSON.stringify(manifest))
    await installIn(sandbox)
    return sandbox
  }
})

describe('a configuration of ours that the user has changed', () => {
  it('is written anew under --force alone, and what is not ours never', async () => {
    const sandbox = await newSandbox()
    onTestFinished(() => sandbox.remove())
    writeFileSync(join(sandbox.project, 'prosody-mods.json'), '{"modules": {}}')
    await installIn(sandbox)
    const config = join(sandbox.project, 'conf.d/prosody-mods.cfg.lua')
    const written = readFileSync(config, 'utf8')
    for (const changed of [`${written}-- mine\n`, written.replace(/^-- Sealed.*\n/m, '')]) {
      writeFileSync(config, changed)
      await expect(installIn(sandbox)).rejects.toMatchObject({code: 'OWNED_FILE_CHANGED'})
      expect(readFileSync(config, 'utf8')).toBe(changed)
      await installIn(sandbox, {force: true})
      expect(readFileSync(config, 'utf8')).toBe(written)
    }
    writeFileSync(config, 'plugin_paths = {}\n')
    await expect(installIn(sandbox, {force: true})).rejects.toMatchObject({code: 'FILE_IN_THE_WAY'})
  })
})

function installIn(
  {project, env}: Sandbox,
  {
    force = false,
    onProgress = () => undefined,
  }: {readonly force?: boolean; readonly onProgress?: OnProgress} = {},
): Promise<InstallResult> {
  const request = {frozen: false, offline: false, force, dryRun: false}
  return install(request, createEnvironment({cwd: project, env, onProgress}))
}
