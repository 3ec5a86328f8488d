import {execFileSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {cliPath, newSandbox, readTree, type Sandbox} from '../helpers/cli.ts'
import {cutModule} from '../helpers/cut.ts'
import {writeModules} from '../helpers/own-modules.ts'
import {runProgram} from '../helpers/program.ts'

const nobody = 65_534
const reading = [['list'], ['verify'], ['tree'], ['why', 'wf1'], ['check'], ['options', 'wf1']]
const writing = [['install'], ['install', '--frozen'], ['remove', 'wf1'], ['add', './own/mod_wf2']]
const dry = [...writing, ['update'], ['bump', 'wf1'], ['image', 'init']].map((args) => [...args, '--dry-run'])

let sandbox: Sandbox
let secrets: string

beforeEach(async () => {
  sandbox = await newSandbox()
  await writeModules(join(sandbox.project, 'own'), {prefix: 'wf', count: 2})
  await succeed(['init'])
  await succeed(['add', './own/mod_wf1'])
  secrets = join(sandbox.project, '../secrets')
  put(join(secrets, 'id_ed25519'), 'key')
  put(join(secrets, 'staged/authorized_keys'), 'key')
  put(join(secrets, '1-a'), 'key')
})
afterEach(() => sandbox.remove())

async function succeed(args: readonly string[]): Promise<string> {
  const {code, stdout, stderr} = await sandbox.cli(args)
  expect({code, stderr: code === 0 ? '' : stderr}).toEqual({code: 0, stderr: ''})
  return `${stdout}${stderr}`
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), {recursive: true})
  writeFileSync(path, text)
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const inProject = (path: string): string => join(sandbox.project, path)

/** A journal of both forms that there have been, which writes a hook of Git. */
function hookJournal(version: 1 | 2): string {
  const steps = [{path: '.git/hooks/pre-commit', before: null, after: sha256('evil')}]
  const body = JSON.stringify({journalVersion: version, steps, lockfiles: []})
  return version === 2 ? body : JSON.stringify({sha256: sha256(body), body})
}

/** What a repository may bring along, by what is put there. */
const planted: Readonly<Record<string, () => void>> = {
  'a link in place of .prosody-mods': () => symlinkSync(secrets, inProject('.prosody-mods')),
  'a link in place of .prosody-mods/lock': () => {
    mkdirSync(inProject('.prosody-mods'))
    symlinkSync(secrets, inProject('.prosody-mods/lock'))
  },
  'a link in place of .prosody-mods/staged': () => {
    mkdirSync(inProject('.prosody-mods'))
    symlinkSync(join(secrets, 'staged'), inProject('.prosody-mods/staged'))
  },
  'a journal that writes a hook': () => {
    put(inProject('.prosody-mods/journal.json'), hookJournal(2))
    put(inProject('.prosody-mods/staged/new-0'), 'evil')
  },
  'a journal that writes a hook, as version 0.1.0 wrote it': () => {
    put(inProject('.prosody-mods/journal.json'), hookJournal(1))
    put(inProject('.prosody-mods/staged/new-0'), 'evil')
  },
  'a pipe in place of the journal': () => {
    mkdirSync(inProject('.prosody-mods'))
    execFileSync('mkfifo', [inProject('.prosody-mods/journal.json')])
  },
  "another user's folder with a journal": () => {
    put(inProject('.prosody-mods/journal.json'), hookJournal(2))
    execFileSync('chown', ['-R', String(nobody), inProject('.prosody-mods')])
  },
}

/** The project and the secrets beside it, with what is no file by its name. */
async function everything(): Promise<unknown> {
  return [
    await readTree(sandbox.project),
    await readTree(secrets),
    readdirSync(sandbox.project, {recursive: true}).sort(),
  ]
}

describe.each(Object.keys(planted))('%s', (what) => {
  it('is refused by commands that write, passed over by those that read, and touched by none', async () => {
    planted[what]?.()
    const before = await everything()
    for (const args of [...reading, ...dry]) {
      const {code, stderr} = await sandbox.cli(args)
      expect({args, code, stderr}).toMatchObject({args, code: 0})
      expect(stderr).toContain('warning[CUT_OFF]:')
    }
    for (const args of writing) {
      const {code, stderr} = await sandbox.cli(args)
      expect({args, code, stderr}).toMatchObject({args, code: 4})
      expect(stderr).toMatch(/^error\[WORK_FOLDER_FOREIGN\]: .*\.prosody-mods/m)
      expect(stderr).toMatch(/hint: nothing was touched: .*\brm (-r )?\//)
    }
    expect(await everything()).toEqual(before)
    expect(existsSync(inProject('.git'))).toBe(false)
    rmSync(inProject('.prosody-mods'), {recursive: true})
    await succeed(['install'])
  })
})

describe('a project of another user', () => {
  it('whose journal root finds, or whose journal is of root, is refused', async () => {
    planted["another user's folder with a journal"]?.()
    execFileSync('chown', ['-R', String(nobody), sandbox.project])
    expect(await sandbox.cli(['install', '--frozen'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('belongs to user 65534, and this is user 0') as string,
    })
    execFileSync('chown', ['-R', '0', inProject('.prosody-mods')])
    chmodSync(dirname(sandbox.project), 0o755)
    expect(await asNobody(['install', '--frozen'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('belongs to user 0, and this is user 65534') as string,
    })
    // What others may not look into is theirs all the same.
    chmodSync(inProject('.prosody-mods'), 0o700)
    expect(await asNobody(['list'])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('warning[CUT_OFF]:') as string,
    })
    expect(await asNobody(['install', '--frozen'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('belongs to user 0, and this is user 65534') as string,
    })
    expect(existsSync(inProject('.git'))).toBe(false)
  })

  it('can be worked in where nothing lies in the way', async () => {
    rmSync(inProject('prosody-modules'), {recursive: true})
    chownSync(sandbox.project, nobody, nobody)
    await succeed(['install'])
    expect(existsSync(inProject('.prosody-mods'))).toBe(false)
  })
})

it('a dry run shows what would be written where nothing can be', async () => {
  chmodSync(dirname(sandbox.project), 0o755)
  const before = await everything()
  for (const args of dry) {
    const {code, stderr} = await asNobody(args)
    expect({args, code, stderr: code === 0 ? '' : stderr}).toEqual({args, code: 0, stderr: ''})
  }
  const {stdout} = await asNobody(['add', './own/mod_wf2', '--dry-run'])
  expect(stdout).toContain('would write  prosody-modules/wf2/mod_wf2/mod_wf2.lua\n')
  expect(await everything()).toEqual(before)
  expect(await asNobody(['add', './own/mod_wf2'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('error[WRITE_FAILED]') as string,
  })
})

async function asNobody(args: readonly string[]) {
  const work = dirname(sandbox.project)
  for (const name of ['cache', 'state']) {
    mkdirSync(join(work, name), {recursive: true})
    execFileSync('chown', ['-R', String(nobody), join(work, name)])
  }
  return runProgram(
    [
      'setpriv',
      `--reuid=${nobody}`,
      `--regid=${nobody}`,
      '--clear-groups',
      process.execPath,
      cliPath,
      ...args,
    ],
    {cwd: sandbox.project, env: {...sandbox.env, HOME: '/nonexistent'}},
  )
}

/** Kills `add ./own/mod_wf2` when its journal stands, and gives the project as it was before. */
async function cutAdd(): Promise<string> {
  const before = join(sandbox.project, '../before')
  cpSync(sandbox.project, before, {recursive: true})
  const preload = join(sandbox.project, '../cut.mjs')
  writeFileSync(preload, cutModule)
  for (let at = 20; at < 400; at += 4) {
    rmSync(sandbox.project, {recursive: true})
    cpSync(before, sandbox.project, {recursive: true})
    await runProgram([process.execPath, '--import', preload, cliPath, 'add', './own/mod_wf2'], {
      cwd: sandbox.project,
      env: {...sandbox.env, CUT_AT: String(at), CUT_HOW: 'kill'},
    })
    if (existsSync(inProject('.prosody-mods/journal.json'))) return before
  }
  throw new Error('no journal was written')
}

describe('a command that was cut off', {timeout: 300_000}, () => {
  it('is left alone by commands that read, which tell of it, and ended by the next that writes', async () => {
    await cutAdd()
    const journal = sha256(readFileSync(inProject('.prosody-mods/journal.json'), 'utf8'))
    const record = join(sandbox.project, '../state/journals', journal)
    expect(existsSync(record)).toBe(true)
    const before = await everything()
    for (const args of [['list'], ['tree'], ['add', './own/mod_wf2', '--force', '--dry-run']]) {
      const {stderr} = await sandbox.cli(args)
      expect(stderr).toContain('an earlier command was cut off here')
    }
    expect(await everything()).toEqual(before)
    expect(await succeed(['install'])).toContain('an interrupted command was')
    expect(existsSync(inProject('.prosody-mods'))).toBe(false)
    await succeed(['add', './own/mod_wf2'])
    await succeed(['verify'])
    expect(existsSync(record)).toBe(false)
  })

  it('in a container that is gone can be mended as the refusal says', async () => {
    const before = await cutAdd()
    rmSync(join(sandbox.project, '../state'), {recursive: true})
    const {code, stderr} = await sandbox.cli(['install'])
    expect(code).toBe(4)
    expect(stderr).toContain('was not written by this user on this machine, so nothing of it was done')
    for (const name of ['prosody-mods.json', 'prosody-mods.lock.json']) {
      cpSync(join(before, name), inProject(name))
    }
    rmSync(inProject('.prosody-mods'), {recursive: true})
    await succeed(['install', '--force'])
    await succeed(['add', './own/mod_wf2'])
    await succeed(['verify'])
  })
})

it('works without a state folder, and is then refused once it was cut off', {timeout: 300_000}, async () => {
  rmSync(join(sandbox.project, '../state'), {recursive: true})
  put(join(sandbox.project, '../state'), 'a file')
  await succeed(['remove', 'wf1'])
  await succeed(['add', './own/mod_wf1'])
  await cutAdd()
  expect(await sandbox.cli(['install'])).toMatchObject({code: 4})
})

it('a manifest that is a link stays one', async () => {
  const text = readFileSync(inProject('prosody-mods.json'), 'utf8')
  put(inProject('config/mods.json'), text)
  rmSync(inProject('prosody-mods.json'))
  symlinkSync('config/mods.json', inProject('prosody-mods.json'))
  await succeed(['add', './own/mod_wf2'])
  expect((await readTree(sandbox.project))['prosody-mods.json']).toBe('link:config/mods.json')
  expect(readFileSync(inProject('config/mods.json'), 'utf8')).toContain('wf2')
  put(join(secrets, 'mods.json'), text)
  rmSync(inProject('prosody-mods.json'))
  symlinkSync(join(secrets, 'mods.json'), inProject('prosody-mods.json'))
  const refused = await sandbox.cli(['remove', 'wf1'])
  expect(refused).toMatchObject({code: 4})
  expect(refused.stderr).toContain(
    `is a link that leads to ${join(secrets, 'mods.json')}, outside of the project`,
  )
  expect(readFileSync(join(secrets, 'mods.json'), 'utf8')).toBe(text)
})
