import {readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect} from 'vitest'
import {file} from '../helpers/answers.ts'
import {readTree, type Sandbox} from '../helpers/cli.ts'
import {ownProject, textOf, writtenIn} from '../helpers/image-project.ts'
import {mustFail, networkTestOf} from '../helpers/network.ts'
import type {PackageCopy} from '../helpers/package-copy.ts'
import {packageWithRock, rawPath, rockFiles, serveRock} from '../helpers/rock-files.ts'
import type {TestServer} from '../helpers/server.ts'

let copy: PackageCopy
beforeAll(async () => {
  copy = await packageWithRock()
})
afterAll(() => copy.remove())

const rockTest = networkTestOf(() => copy.program)
const paths = Object.keys(rockFiles)

/** A project with a module that needs the rock, whose files a host has. */
async function projectOf(sandbox: Sandbox, server: TestServer, modules = ['linked']): Promise<void> {
  await serveRock(sandbox, server)
  await ownProject(sandbox, modules, {profile: 'minimal'})
}

async function librariesIn({project}: Sandbox): Promise<string[]> {
  const found = await readdir(join(project, 'prosody-libraries'), {recursive: true, withFileTypes: true})
  return found.filter((one) => one.isFile()).map(({name}) => name)
}

describe('rocks that are nothing but Lua', () => {
  rockTest('come as verified files of the project, without LuaRocks', async ({sandbox, server}) => {
    await projectOf(sandbox, server)
    const output = await sandbox.cli(['image', 'write', '--json'])
    expect(output.code, output.stdout).toBe(0)
    const {files} = writtenIn(output)
    expect(files.slice(-2)).toEqual(
      paths.map((path) => ({path: `prosody-libraries/${path}`, action: 'write', diff: null})),
    )
    for (const path of paths) expect(await textOf(sandbox, `prosody-libraries/${path}`)).toBe(rockFiles[path])
    const dockerfile = await textOf(sandbox, 'Dockerfile')
    expect(dockerfile).not.toMatch(/luarocks|gcc/)
    expect(dockerfile).toContain('COPY prosody-libraries/ /usr/local/share/lua/5.4/\n')
    expect(await textOf(sandbox, '.dockerignore')).toContain('!prosody-libraries/\n')
    expect((await sandbox.cli(['image', 'check'])).code).toBe(0)
    const asked = server.requests.length
    expect((await sandbox.cli(['image', 'write'])).stdout).toMatch(/^up to date: 12 files of the image/)
    expect(server.requests).toHaveLength(asked)
  })

  rockTest('with other bytes than the registry knows are not written', async ({sandbox, server}) => {
    await projectOf(sandbox, server)
    server.on(rawPath(paths[0] ?? ''), file('os.execute("id")\n'))
    const error = await mustFail(sandbox, ['image', 'write'], {
      exit: 4,
      code: 'DIGEST_MISMATCH',
      mayKeep: true,
    })
    expect(error.message).toContain('net-url 0.9-1: src/net/url.lua')
  })

  rockTest('that can not be had stop the command, and leave nothing behind', async ({sandbox, server}) => {
    await projectOf(sandbox, server)
    await server.close()
    await mustFail(sandbox, ['image', 'write'], {exit: 5, code: 'UNREACHABLE'})
  })

  rockTest('come from the store with --offline, if it has them', async ({sandbox, server}) => {
    await projectOf(sandbox, server)
    await mustFail(sandbox, ['image', 'write', '--offline'], {exit: 5, code: 'OFFLINE_MISSING'})
    await sandbox.cli(['image', 'write'])
    const before = await readTree(sandbox.project)
    await rm(join(sandbox.project, 'prosody-libraries'), {recursive: true})
    await server.close()
    expect((await sandbox.cli(['image', 'write', '--offline'])).code).toBe(0)
    expect(await readTree(sandbox.project)).toEqual(before)
  })

  rockTest('are looked at by image check, and kept where they were edited', async ({sandbox, server}) => {
    await projectOf(sandbox, server)
    await sandbox.cli(['image', 'write'])
    const edited = join(sandbox.project, 'prosody-libraries/net/url.lua')
    await writeFile(edited, '-- mine\n')
    const check = await sandbox.cli(['image', 'check'])
    expect(check.code).toBe(6)
    expect(check.stdout).toContain(
      'problem: prosody-libraries/net/url.lua has other bytes than that file of the rock\n',
    )
    const kept = await sandbox.cli(['image', 'write'])
    expect(kept.code).toBe(4)
    expect(kept.stdout).toMatch(/^kept +prosody-libraries\/net\/url\.lua, which is not as it was written$/m)
    expect(await readFile(edited, 'utf8')).toBe('-- mine\n')
    expect((await sandbox.cli(['image', 'write', '--force'])).stdout).toContain(
      'replaced prosody-libraries/net/url.lua\n',
    )
    expect(await readFile(edited, 'utf8')).toBe(rockFiles['net/url.lua'])
  })

  rockTest(
    'go with the last module that needs them; a file of the user’s stays',
    async ({sandbox, server}) => {
      await projectOf(sandbox, server, ['greeting', 'linked'])
      await sandbox.cli(['image', 'write'])
      await writeFile(join(sandbox.project, 'prosody-libraries/mine.lua'), 'return {};\n')
      await ownProject(sandbox, ['greeting'], {profile: 'minimal'})
      expect((await sandbox.cli(['image', 'check'])).stdout).toContain(
        'problem: prosody-libraries/net/url.lua is of a rock that no module needs any more\n',
      )
      expect((await sandbox.cli(['image', 'write', '--dry-run'])).stdout).toMatch(
        /^would remove +prosody-libraries\/net\/url\.lua$/m,
      )
      expect((await sandbox.cli(['image', 'write'])).stdout).toMatch(
        /^removed +prosody-libraries\/net\/url\.lua$/m,
      )
      expect(await librariesIn(sandbox)).toEqual(['mine.lua'])
      expect((await sandbox.cli(['image', 'check'])).code).toBe(0)
    },
  )
})
