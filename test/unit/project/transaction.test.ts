import {execFileSync} from 'node:child_process'
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it, onTestFinished} from 'vitest'
import {digestOf, sha256Of} from '../../../src/digest.ts'
import {exclusively} from '../../../src/project/project.ts'
import {recordJournal, type Ground} from '../../../src/project/journal-record.ts'
import {needsRecovery, recover} from '../../../src/project/recovery.ts'
import {applySteps, type Step} from '../../../src/project/transaction.ts'
import {cutModule} from '../../helpers/cut.ts'
import {plainJavaScript, type PlainJavaScript} from '../../helpers/plain-javascript.ts'
import {runProgram, type ProgramOutput} from '../../helpers/program.ts'

/** Path → text. */
type Files = Readonly<Record<string, string>>

/** A lockfile that owns paths below prosody-modules/community/ and jitsi/. */
function lockOf(files: Readonly<Record<string, readonly string[]>>): string {
  const modules = Object.entries(files).map(([source, paths]) => [
    `${source}/all`,
    {files: Object.fromEntries(paths.map((path) => [path, digestOf(path)]))},
  ])
  return JSON.stringify({lockfileVersion: 1, modules: Object.fromEntries(modules) as object})
}

const old: Files = {
  'prosody-mods.json': '{"old": 1}',
  'prosody-mods.lock.json': lockOf({
    community: ['mod_a/mod_a.lua', 'mod_gone/mod_gone.lua', 'mod_gone/html/x.html'],
  }),
  'conf.d/prosody-mods.cfg.lua': '-- old\n',
  'compose.yaml': 'generated: no more\n',
  'conf.d/own.cfg.lua': '-- the user wrote this\n',
  'prosody-modules/community/mod_a/mod_a.lua': 'a = 1',
  'prosody-modules/community/mod_gone/mod_gone.lua': 'gone = 1',
  'prosody-modules/community/mod_gone/html/x.html': '<gone>',
  'README.md': 'not ours',
}

/** In the order in which they are written: the lockfile last. */
const changed: Readonly<Record<string, string | null>> = {
  Dockerfile: 'FROM new\n',
  'compose.yaml': null,
  'conf.d/prosody-mods.cfg.lua': '-- new\n',
  'prosody-modules/community/mod_a/mod_a.lua': 'a = 2',
  'prosody-modules/community/mod_gone/html/x.html': null,
  'prosody-modules/community/mod_gone/mod_gone.lua': null,
  'prosody-modules/community/mod_new/html/y.html': '<new>',
  'prosody-modules/community/mod_new/mod_new.lua': 'new = 1',
  'prosody-modules/jitsi/token/util.lib.lua': 'return 1',
  'prosody-mods.json': '{"new": 1}',
  'prosody-mods.lock.json': lockOf({
    community: ['mod_a/mod_a.lua', 'mod_new/mod_new.lua', 'mod_new/html/y.html'],
    jitsi: ['token/util.lib.lua'],
  }),
}

const fresh: Files = Object.fromEntries(
  Object.entries({...old, ...changed}).filter((entry): entry is [string, string] => entry[1] !== null),
)

const steps: readonly Step[] = Object.entries(changed).map(([path, text]) => ({
  path,
  before: path in old ? sha256Of(old[path] ?? '') : null,
  after: text === null ? null : sha256Of(text),
  bytes: text === null ? null : Buffer.from(text),
}))

/** Of this user, for all projects of these tests. */
const stateFolder = mkdtempSync(join(tmpdir(), 'prosody-mods-state-'))
afterAll(() => rmSync(stateFolder, {recursive: true, force: true}))

const generatedPaths = ['Dockerfile', 'compose.yaml', 'conf.d/prosody-mods.cfg.lua']

const groundOf = (folder: string): Ground => ({folder, stateFolder, generatedPaths})

function newProject(files: Files = old): string {
  const folder = mkdtempSync(join(tmpdir(), 'prosody-mods-cut-'))
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}))
  for (const [path, text] of Object.entries(files)) write(folder, path, text)
  return folder
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), {recursive: true})
  writeFileSync(join(folder, path), text)
}

/** Everything in a folder: files with their text, and empty folders. */
function treeOf(folder: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const entry of readdirSync(folder, {recursive: true, withFileTypes: true})) {
    const full = join(entry.parentPath, entry.name)
    const path = full.slice(folder.length + 1)
    if (entry.isDirectory()) {
      if (readdirSync(full).length === 0) found[`${path}/`] = 'an empty folder'
    } else found[path] = readFileSync(full, 'utf8')
  }
  return found
}

/** Recovery as every command does it: under the project's lock, which leaves no trace. */
async function mend(folder: string): Promise<string | undefined> {
  let direction: string | undefined
  const access = {
    cwd: folder,
    signal: new AbortController().signal,
    stateFolder,
    generatedPaths,
    onProgress: (event: {type: string; direction?: string}) => {
      if (event.type === 'recovered') direction = event.direction
    },
  }
  await exclusively(folder, access, () => Promise.resolve())
  return direction
}

/** `apply` or `recover` one project, or apply to many projects, the n-th failing at its n-th call. */
const work = `
const [, , action, place, list] = process.argv
const {applySteps} = await import(process.env.TRANSACTION)
const {recover} = await import(process.env.RECOVERY)
const steps = JSON.parse(list).map((step) => ({...step, bytes: step.bytes === null ? null : Buffer.from(step.bytes)}))

async function outcomeOf(project) {
  try {
    const generatedPaths = JSON.parse(process.env.GENERATED)
    const ground = {folder: project, stateFolder: process.env.STATE, generatedPaths}
    await (action === 'recover' ? recover(ground) : applySteps(ground, steps))
    return 'done'
  } catch (error) {
    return error.code + ' ' + error.message
  }
}

if (action === 'recover' || action === 'apply') console.log(await outcomeOf(place))
else {
  const found = []
  for (const [index, project] of JSON.parse(place).entries()) {
    setCut(index + 1, action)
    found.push(await outcomeOf(project))
  }
  console.log(JSON.stringify(found))
}
`

let javascript: PlainJavaScript
let script: string
let preload: string

beforeAll(() => {
  javascript = plainJavaScript()
  script = javascript.script('work.mjs', work)
  preload = javascript.script('cut.mjs', cutModule)
})
afterAll(() => javascript.remove())

function run(
  action: 'apply' | 'recover' | 'fail' | 'broken',
  place: string,
  {killAt, last = steps.length}: {readonly killAt?: number; readonly last?: number} = {},
): Promise<ProgramOutput> {
  const list = steps
    .slice(-last)
    .map((step) => ({...step, bytes: step.bytes === null ? null : step.bytes.toString()}))
  return runProgram([process.execPath, '--import', preload, script, action, place, JSON.stringify(list)], {
    env: {
      ...process.env,
      TRANSACTION: javascript.url('project/transaction'),
      RECOVERY: javascript.url('project/recovery'),
      STATE: stateFolder,
      GENERATED: JSON.stringify(generatedPaths),
      CUT_AT: String(killAt ?? 0),
      CUT_HOW: 'kill',
    },
  })
}

const killed = 128

/** Every `stride`-th number until `attempt` says that the run came through; a few at a time. */
async function everyPoint(stride: number, attempt: (at: number) => Promise<boolean>): Promise<number> {
  const atOnce = 3
  for (let at = 1; at < 500; at += atOnce * stride) {
    const through = await Promise.all(
      Array.from({length: atOnce}, (_, index) => attempt(at + index * stride)),
    )
    if (through.every(Boolean)) return at
  }
  throw new Error('the run never came through')
}

/** New projects with what became of the change in each, where call 1, 2, 3 … failed, until none is left to fail. */
async function failing(
  how: 'fail' | 'broken',
): Promise<readonly {readonly at: number; readonly folder: string; readonly outcome: string}[]> {
  const folders = Array.from({length: 120}, () => newProject())
  const {stdout} = await run(how, JSON.stringify(folders))
  const outcomes = JSON.parse(stdout) as string[]
  expect(outcomes.at(-1)).toBe('done')
  return folders.map((folder, index) => ({at: index + 1, folder, outcome: outcomes[index] ?? ''}))
}

describe('without a cut', () => {
  it('gives exactly the new tree, once more nothing, and leaves no trace', async () => {
    const folder = newProject()
    await applySteps(groundOf(folder), steps)
    expect(needsRecovery(folder)).toBe(false)
    expect(await mend(folder)).toBeUndefined()
    expect(treeOf(folder)).toEqual(fresh)
    await applySteps(groundOf(folder), [])
    expect(treeOf(folder)).toEqual(fresh)
  })

  it('keeps modes, and makes what others can read', async () => {
    const before = process.umask(0o077)
    onTestFinished(() => void process.umask(before))
    const folder = newProject()
    const {chmodSync} = await import('node:fs')
    chmodSync(join(folder, 'prosody-mods.json'), 0o640)
    await applySteps(groundOf(folder), steps)
    const mode = (path: string): number => statSync(join(folder, path)).mode & 0o777
    expect(mode('prosody-mods.json')).toBe(0o640)
    expect(mode('prosody-modules/jitsi/token/util.lib.lua')).toBe(0o644)
    expect(mode('prosody-modules/jitsi/token')).toBe(0o755)
    expect(mode('prosody-modules/jitsi')).toBe(0o755)
  })
})

const isNew = (tree: Files): boolean => tree['prosody-mods.lock.json'] === fresh['prosody-mods.lock.json']

describe('killed at every call that changes the file system', {timeout: 180_000}, () => {
  it('leaves the old tree or the new one, and the change can be made again', async () => {
    const outcomes = {old: 0, new: 0}
    const points = await everyPoint(1, async (at) => {
      const folder = newProject()
      const {code} = await run('apply', folder, {killAt: at})
      // The one who mends may be killed, too.
      if (code === killed && at % 3 === 0) await run('recover', folder, {killAt: 1 + ((at * 7) % 16)})
      await mend(folder)
      const tree = treeOf(folder)
      expect(tree, `cut at call ${at}`).toEqual(isNew(tree) ? fresh : old)
      outcomes[isNew(tree) ? 'new' : 'old'] += 1
      if (!isNew(tree) && at % 4 === 1) {
        await applySteps(groundOf(folder), steps)
        await mend(folder)
        expect(treeOf(folder), `again after a cut at call ${at}`).toEqual(fresh)
      }
      return code === 0
    })
    // Staging and journal before, renames and clearing up after: both halves must have been cut.
    expect(points).toBeGreaterThan(50)
    expect(outcomes.old).toBeGreaterThan(20)
    expect(outcomes.new).toBeGreaterThan(15)
  })

  it('keeps what the user edits before the mending', async () => {
    const edits = [
      'conf.d/prosody-mods.cfg.lua',
      'prosody-mods.json',
      'prosody-modules/community/mod_gone/mod_gone.lua',
    ]
    let undone = 0
    await everyPoint(3, async (at) => {
      const folder = newProject()
      const path = edits[at % edits.length] ?? ''
      const {code} = await run('apply', folder, {killAt: at})
      const text = `edited after call ${at}`
      write(folder, path, text)
      if ((await mend(folder)) === 'back') undone += 1
      const tree = treeOf(folder)
      expect(tree, `cut at call ${at}`).toEqual({...(isNew(tree) ? fresh : old), [path]: text})
      return code === 0
    })
    expect(undone).toBeGreaterThan(5)
  })
})

describe('a call that fails', () => {
  it('with ENOSPC, once: everything is as it was', async () => {
    const found = await failing('fail')
    for (const {at, folder, outcome} of found) {
      const tree = treeOf(folder)
      delete tree['.prosody-mods/']
      const direction = await mend(folder)
      const label = `failure at call ${at}: ${outcome}`
      // Only where the journal could not be taken away at the very end is the change complete.
      const isDone = outcome === 'done' || direction === 'forward'
      const mended = treeOf(folder)
      // A folder that is left empty and can't be removed is no reason to fail.
      delete mended['prosody-modules/community/mod_gone/html/']
      delete mended['prosody-modules/community/mod_gone/']
      expect(mended, label).toEqual(isDone ? fresh : old)
      if (!isDone) expect(tree, `before the mending, ${label}`).toEqual(old)
      if (outcome !== 'done')
        expect(outcome).toMatch(/^WRITE_FAILED can't write \/.+: no space left on the device/)
    }
    expect(found.filter(({outcome}) => outcome !== 'done').length).toBeGreaterThan(40)
  })

  it('and every one after it: the next command finds the old tree or the new one', async () => {
    const found = await failing('broken')
    for (const {at, folder, outcome} of found) {
      await mend(folder)
      const tree = treeOf(folder)
      expect(tree, `broken from call ${at}`).toEqual(isNew(tree) ? fresh : old)
      if (outcome !== 'done') expect(outcome).toMatch(/^WRITE_FAILED can't write \/.+: input\/output error/)
    }
  })

  it('because a folder is in the way of a file: undone at once', async () => {
    const folder = newProject()
    mkdirSync(join(folder, 'prosody-modules/community/mod_new/mod_new.lua'), {recursive: true})
    writeFileSync(join(folder, 'prosody-modules/community/mod_new/mod_new.lua/x'), 'x')
    const before = treeOf(folder)
    await expect(applySteps(groundOf(folder), steps)).rejects.toMatchObject({name: 'ProsodyModsError'})
    await mend(folder)
    expect(treeOf(folder)).toEqual(before)
  })
})

describe('what changed between plan and writing', () => {
  it.each([
    ['a file that is to be replaced', 'prosody-mods.json', 'edited'],
    ['a file that is to be removed', 'prosody-modules/community/mod_gone/mod_gone.lua', 'edited'],
    ['a file where there was none', 'prosody-modules/community/mod_new/mod_new.lua', 'mine'],
  ])('%s stops the change, and the edit is kept', async (_, path, text) => {
    const folder = newProject()
    write(folder, path, text)
    await expect(applySteps(groundOf(folder), steps)).rejects.toMatchObject({
      code: 'OWNED_FILE_CHANGED',
      exitCode: 4,
    })
    await mend(folder)
    expect(treeOf(folder)).toEqual({...old, [path]: text})
  })
})

/** Everything as a kill behind the journal leaves it: the journal as its writer wrote it. */
async function cutBehindJournal(folder: string): Promise<string> {
  for (let at = 20; at < 60; at += 1) {
    rmSync(folder, {recursive: true})
    for (const [path, text] of Object.entries(old)) write(folder, path, text)
    await run('apply', folder, {killAt: at, last: 2})
    if (existsSync(join(folder, '.prosody-mods/journal.json'))) {
      return readFileSync(join(folder, '.prosody-mods/journal.json'), 'utf8')
    }
  }
  throw new Error('no journal was written')
}

const newLock = changed['prosody-mods.lock.json'] ?? ''

/** The text of a journal that would write `evil` at a path. */
function forged(path: string, lockfiles: readonly string[] = [newLock]): string {
  return JSON.stringify({
    id: 'x',
    journalVersion: 2,
    steps: [{path, before: null, after: sha256Of('evil')}],
    lockfiles,
  })
}

async function plant(folder: string, journal: string, recorded: boolean): Promise<void> {
  write(folder, '.prosody-mods/journal.json', journal)
  write(folder, '.prosody-mods/staged/new-0', 'evil')
  if (recorded) await recordJournal(groundOf(folder), sha256Of(journal))
}

describe('a journal that came with the project', () => {
  it.each([
    ['that names an owned path', forged('prosody-modules/community/mod_new/mod_new.lua')],
    ['of a hook', forged('.git/hooks/pre-commit')],
    ['that is empty', ''],
    ['that is something else', '[]'],
    ['that is null', 'null'],
  ])('%s is not believed, and nothing is touched', async (_, text) => {
    const folder = newProject()
    await plant(folder, text, false)
    const before = treeOf(folder)
    await expect(recover(groundOf(folder))).rejects.toMatchObject({
      code: 'WORK_FOLDER_FOREIGN',
      exitCode: 4,
      message: expect.stringContaining('journal.json was not written by this user on this machine') as string,
      hint: expect.stringContaining(`rm -r ${join(folder, '.prosody-mods')}`) as string,
    })
    expect(treeOf(folder)).toEqual(before)
  })

  it('is not believed when it is a true one of another project, or one that was ended', async () => {
    const folder = newProject()
    const journal = await cutBehindJournal(folder)
    expect(await mend(folder)).toMatch(/forward|back/)
    await plant(folder, journal, false)
    const before = treeOf(folder)
    await expect(recover(groundOf(folder))).rejects.toMatchObject({code: 'WORK_FOLDER_FOREIGN'})
    expect(treeOf(folder)).toEqual(before)
  })

  it.each([
    ['changed by a byte', (text: string) => text.replace('mod_new', 'mod_mew')],
    ['cut', (text: string) => text.slice(0, -10)],
  ])('is not believed when it was %s', async (_, change) => {
    const folder = newProject()
    write(folder, '.prosody-mods/journal.json', change(await cutBehindJournal(folder)))
    const before = treeOf(folder)
    await expect(recover(groundOf(folder))).rejects.toMatchObject({code: 'WORK_FOLDER_FOREIGN'})
    expect(treeOf(folder)).toEqual(before)
  })

  it('is not believed by the record that lies in the project itself', async () => {
    const folder = newProject()
    const text = forged('prosody-modules/community/mod_new/mod_new.lua')
    const inside = {...groundOf(folder), stateFolder: join(folder, 'state')}
    await plant(folder, text, false)
    write(folder, `state/journals/${sha256Of(text)}`, '')
    await expect(recover(inside)).rejects.toMatchObject({code: 'WORK_FOLDER_FOREIGN'})
  })
})

describe('even a journal that is recorded', () => {
  it.each([
    '../outside.txt',
    'a/../../outside.txt',
    '/outside.txt',
    '.git/hooks/pre-commit',
    'README.md',
    'conf.d/own.cfg.lua',
    'prosody-modules/community/mod_other/mod_other.lua',
    'prosody-modules/community/../../outside.txt',
    '',
  ])('does not write %j, which no lockfile owns', async (path) => {
    const folder = newProject()
    await plant(folder, forged(path), true)
    const before = treeOf(folder)
    await expect(recover(groundOf(folder))).rejects.toMatchObject({code: 'WORK_FOLDER_FOREIGN'})
    expect(treeOf(folder)).toEqual(before)
  })

  it('does not write a generated file that is none for who mends', async () => {
    const folder = newProject()
    await plant(folder, forged('Dockerfile'), true)
    const before = treeOf(folder)
    const ground = {...groundOf(folder), generatedPaths: ['conf.d/prosody-mods.cfg.lua']}
    await expect(recover(ground)).rejects.toMatchObject({code: 'WORK_FOLDER_FOREIGN'})
    expect(treeOf(folder)).toEqual(before)
  })

  it('does not write a hook that a lockfile names', async () => {
    const folder = newProject()
    const hook = '.git/hooks/pre-commit'
    const lock = lockOf({community: [hook]})
    await plant(folder, forged(`prosody-modules/community/${hook}`, [lock]), true)
    await expect(recover(groundOf(folder))).rejects.toMatchObject({code: 'WORK_FOLDER_FOREIGN'})
    const step = {
      path: `prosody-modules/community/${hook}`,
      before: null,
      after: sha256Of('x'),
      bytes: Buffer.from('x'),
    }
    rmSync(join(folder, '.prosody-mods'), {recursive: true})
    write(folder, 'prosody-mods.lock.json', lock)
    await expect(applySteps(groundOf(folder), [step])).rejects.toMatchObject({code: 'FILE_IN_THE_WAY'})
  })

  it('does nothing with staged bytes of another digest', async () => {
    const folder = newProject()
    await plant(folder, forged('prosody-modules/community/mod_new/mod_new.lua'), true)
    write(folder, '.prosody-mods/staged/new-0', 'other bytes')
    expect(await recover(groundOf(folder))).toBe('back')
    await mend(folder)
    expect(treeOf(folder)).toEqual(old)
  })

  it('does not write through a link', async () => {
    const folder = newProject()
    const outside = newProject({x: 'x'})
    symlinkSync(outside, join(folder, 'prosody-modules/community/mod_new'))
    await plant(folder, forged('prosody-modules/community/mod_new/mod_new.lua'), true)
    expect(await recover(groundOf(folder))).toBe('back')
    expect(readdirSync(outside)).toEqual(['x'])
    expect(lstatSync(join(folder, 'prosody-modules/community/mod_new')).isSymbolicLink()).toBe(true)
  })

  it.each([
    ['a hard link', (path: string, other: string) => linkSync(other, path)],
    ['a symbolic link', (path: string, other: string) => symlinkSync(other, path)],
  ])('does not take a staged file that is %s', async (_, make) => {
    const folder = newProject()
    await plant(folder, forged('prosody-modules/community/mod_new/mod_new.lua'), true)
    const elsewhere = join(newProject({evil: 'evil'}), 'evil')
    rmSync(join(folder, '.prosody-mods/staged/new-0'))
    make(join(folder, '.prosody-mods/staged/new-0'), elsewhere)
    expect(await recover(groundOf(folder))).toBe('back')
    expect(existsSync(join(folder, 'prosody-modules/community/mod_new'))).toBe(false)
    expect(readFileSync(elsewhere, 'utf8')).toBe('evil')
  })

  it('puts no damaged copy in the place of a manifest', async () => {
    const folder = newProject()
    await cutBehindJournal(folder)
    const steps = (
      JSON.parse(readFileSync(join(folder, '.prosody-mods/journal.json'), 'utf8')) as {steps: Step[]}
    ).steps
    const at = steps.findIndex(({path}) => path === 'prosody-mods.json')
    rmSync(join(folder, 'prosody-mods.json'))
    write(folder, `.prosody-mods/staged/new-${at}`, 'damaged')
    write(folder, `.prosody-mods/staged/old-${at}`, 'damaged')
    const before = treeOf(folder)
    await expect(recover(groundOf(folder))).rejects.toMatchObject({
      code: 'WORK_FOLDER_FOREIGN',
      message: `${join(folder, `.prosody-mods/staged/old-${at}`)} is no more the copy that prosody-mods made`,
    })
    expect(treeOf(folder)).toEqual(before)
  })
})

describe('a work folder that is none', () => {
  const secret = (): string => newProject({id_rsa: 'key', 'staged/id_rsa': 'key', 'lock/id_rsa': 'key'})

  it.each([['.prosody-mods'], ['.prosody-mods/lock'], ['.prosody-mods/staged']])(
    'a link in place of %s is refused, and what it leads to is left alone',
    async (place) => {
      const folder = newProject()
      const other = secret()
      mkdirSync(dirname(join(folder, place)), {recursive: true})
      symlinkSync(other, join(folder, place))
      const before = treeOf(other)
      await expect(mend(folder)).rejects.toMatchObject({
        code: 'WORK_FOLDER_FOREIGN',
        message: `${join(folder, place)} is a symbolic link to ${other}, where a folder of prosody-mods belongs`,
        hint: expect.stringContaining(`rm ${join(folder, place)}`) as string,
      })
      expect(treeOf(other)).toEqual(before)
    },
  )

  it.each([
    ['.prosody-mods/staged/id_rsa', 'staged/id_rsa'],
    ['.prosody-mods/staged/new-0', 'id_rsa'],
    ['.prosody-mods/lock/1-a', 'id_rsa'],
    ['.prosody-mods/journal.json', 'id_rsa'],
  ])('a link at %s is refused', async (place, to) => {
    const folder = newProject()
    const other = secret()
    mkdirSync(dirname(join(folder, place)), {recursive: true})
    symlinkSync(join(other, to), join(folder, place))
    const before = treeOf(other)
    await expect(mend(folder)).rejects.toMatchObject({code: 'WORK_FOLDER_FOREIGN'})
    expect(treeOf(other)).toEqual(before)
    expect(lstatSync(join(folder, place)).isSymbolicLink()).toBe(true)
  })

  it.each([
    ['.prosody-mods'],
    ['.prosody-mods/journal.json'],
    ['.prosody-mods/lock/1-a'],
    ['.prosody-mods/staged/new-0'],
  ])('a pipe at %s is refused, and not waited for', async (place) => {
    const folder = newProject()
    mkdirSync(dirname(join(folder, place)), {recursive: true})
    execFileSync('mkfifo', [join(folder, place)])
    await expect(mend(folder)).rejects.toMatchObject({code: 'WORK_FOLDER_FOREIGN'})
  })

  it('something of the user among staged files is not removed', async () => {
    const folder = newProject()
    write(folder, '.prosody-mods/staged/new-0', 'x')
    write(folder, '.prosody-mods/staged/notes.txt', 'x')
    const before = treeOf(folder)
    await expect(mend(folder)).rejects.toMatchObject({code: 'WORK_FOLDER_FOREIGN'})
    expect(treeOf(folder)).toEqual(before)
  })
})

describe('a manifest and a lockfile that are links', () => {
  it('stay links, and what they lead to is replaced', async () => {
    const folder = newProject()
    for (const name of ['prosody-mods.json', 'prosody-mods.lock.json']) {
      write(folder, `kept/${name}`, old[name] ?? '')
      rmSync(join(folder, name))
      symlinkSync(`kept/${name}`, join(folder, name))
    }
    await applySteps(groundOf(folder), steps)
    await mend(folder)
    for (const name of ['prosody-mods.json', 'prosody-mods.lock.json']) {
      expect(lstatSync(join(folder, name)).isSymbolicLink()).toBe(true)
      expect(readFileSync(join(folder, `kept/${name}`), 'utf8')).toBe(fresh[name])
    }
  })

  it('may lead to another folder of the repository, but not out of it, nor nowhere', async () => {
    const repository = newProject({'.git/HEAD': '', 'shared.json': old['prosody-mods.json'] ?? ''})
    const folder = join(repository, 'image')
    const outside = newProject({'shared.json': old['prosody-mods.json'] ?? ''})
    const attempt = async (target: string): Promise<unknown> => {
      rmSync(folder, {recursive: true, force: true})
      for (const [path, text] of Object.entries(old)) write(folder, path, text)
      rmSync(join(folder, 'prosody-mods.json'))
      symlinkSync(target, join(folder, 'prosody-mods.json'))
      return applySteps(groundOf(folder), steps).catch((error: unknown) => error)
    }
    expect(await attempt('../shared.json')).toBeUndefined()
    expect(readFileSync(join(repository, 'shared.json'), 'utf8')).toBe(fresh['prosody-mods.json'])
    for (const target of [join(outside, 'shared.json'), 'nowhere', '../.git/HEAD']) {
      expect(await attempt(target)).toMatchObject({code: 'FILE_IN_THE_WAY', exitCode: 4})
      expect(lstatSync(join(folder, 'prosody-mods.json')).isSymbolicLink()).toBe(true)
    }
    expect(treeOf(outside)).toEqual({'shared.json': old['prosody-mods.json']})
  })
})
