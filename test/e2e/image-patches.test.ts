import {readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect} from 'vitest'
import {digestOf} from '../../src/digest.ts'
import type {ImageCheckResult} from '../../src/operations/image/check.ts'
import {integrityOf, type Lockfile} from '../../src/project/lockfile.ts'
import type {Sandbox} from '../helpers/cli.ts'
import {ownProject} from '../helpers/image-project.ts'
import {mustFail, networkTestOf} from '../helpers/network.ts'
import type {PackageCopy} from '../helpers/package-copy.ts'
import {patchedLogs, patchPaths, patchProject} from '../helpers/patched-project.ts'
import {packageWithRock, serveRock} from '../helpers/rock-files.ts'
import type {TestServer} from '../helpers/server.ts'

let copy: PackageCopy
beforeAll(async () => {
  copy = await packageWithRock()
})
afterAll(() => copy.remove())

const patchTest = networkTestOf(() => copy.program)

async function projectOf(sandbox: Sandbox, server: TestServer): Promise<void> {
  await serveRock(sandbox, server)
  await ownProject(sandbox, ['linked'], {profile: 'minimal'})
  await patchProject(sandbox)
  expect((await sandbox.cli(['image', 'write'])).code).toBe(0)
}

async function change({project}: Sandbox, path: string, edit: (text: string) => string): Promise<void> {
  await writeFile(join(project, path), edit(await readFile(join(project, path), 'utf8')))
}

async function problemsIn(sandbox: Sandbox): Promise<(readonly [kind: string, message: string])[]> {
  const {code, stdout, json} = await sandbox.cli(['image', 'check', '--json'])
  expect(code, stdout).toBe(6)
  return (json as ImageCheckResult).problems.map(({kind, message}) => [kind, message])
}

const {patched} = patchPaths

describe('image check', () => {
  patchTest('has nothing to say where patches are applied as locked', async ({sandbox, server}) => {
    await projectOf(sandbox, server)
    const {code, stdout} = await sandbox.cli(['image', 'check'])
    expect(code, stdout).toBe(0)
    expect(await readFile(join(sandbox.project, patched), 'utf8')).toContain(patchedLogs.module)
  })

  patchTest('tells of a file that is not patched', async ({sandbox, server}) => {
    await projectOf(sandbox, server)
    await change(sandbox, patched, (text) => text.replace(/^.*is patched.*\n/m, ''))
    expect(await problemsIn(sandbox)).toEqual([
      ['patch', `${patched} is not patched: it has the bytes of its publisher`],
    ])
  })

  patchTest('tells of a patched file that was edited', async ({sandbox, server}) => {
    await projectOf(sandbox, server)
    await change(sandbox, patched, (text) => `${text}-- mine\n`)
    expect(await problemsIn(sandbox)).toEqual([
      ['patch', `${patched} is patched, and has other bytes than its patches make`],
    ])
  })

  patchTest('tells of a patched file that is gone as of any other', async ({sandbox, server}) => {
    await projectOf(sandbox, server)
    await rm(join(sandbox.project, patched))
    expect(await problemsIn(sandbox)).toEqual([
      ['context', `the modules are not as locked: ${patched} (missing)`],
    ])
  })

  patchTest('does not believe the lockfile', async ({sandbox, server}) => {
    await projectOf(sandbox, server)
    await change(sandbox, patched, (text) => `${text}os.execute("evil");\n`)
    const evil = digestOf(await readFile(join(sandbox.project, patched)))
    await change(sandbox, 'prosody-mods.lock.json', (text) => {
      const lock = JSON.parse(text) as Lockfile
      const locked = lock.modules['acme/linked']
      if (locked === undefined) throw new Error(`no acme/linked in ${text}`)
      const files = {...locked.files, 'mod_linked/mod_linked.lua': evil}
      const forged = {...locked, files, integrity: integrityOf(files)}
      return JSON.stringify({...lock, modules: {...lock.modules, 'acme/linked': forged}}, undefined, 2)
    })
    expect(await problemsIn(sandbox)).toContainEqual([
      'patch',
      `${patched} can not be shown to be what its patches make of the published file`,
    ])
  })

  patchTest('tells of a patch of a module that was changed', async ({sandbox, server}) => {
    await projectOf(sandbox, server)
    await change(sandbox, patchPaths.module, (text) => text.replace('is patched', 'is patched twice'))
    expect(await problemsIn(sandbox)).toEqual([
      ['patch', `${patchPaths.module} is not the patch that was locked`],
    ])
  })

  patchTest('ends with a patch of Prosody that was changed, or is gone', async ({sandbox, server}) => {
    await projectOf(sandbox, server)
    await change(sandbox, patchPaths.prosody, (text) => text.replace('is patched', 'is patched twice'))
    const {message} = await mustFail(sandbox, ['image', 'check'], {exit: 7, code: 'LOCKFILE_OUTDATED'})
    expect(message).toContain(`${patchPaths.prosody} is not what it was when it was locked`)
    await rm(join(sandbox.project, patchPaths.prosody))
    await mustFail(sandbox, ['image', 'check'], {exit: 3, code: 'PATH_NOT_FOUND'})
  })
})
