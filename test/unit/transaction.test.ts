import {createHash} from 'node:crypto'
import {
  existsSync,
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
import {exclusively} from '../../src/project/project.ts'
import {applySteps, needsRecovery, recover, type Step} from '../../src/project/transaction.ts'
import {cutModule} from '../helpers/cut.ts'
import {plainJavaScript, type PlainJavaScript} from '../helpers/plain-javascript.ts'
import {runProgram, type ProgramOutput} from '../helpers/program.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Path → text. */
type Files = Readonly<Record<string, string>>

const old: Files = {
  'prosody-mods.json': '{"old": 1}',
  'prosody-mods.lock.json': '{"lock": "old"}',
  'conf.d/prosody-mods.cfg.lua': '-- old\n',
  'conf.d/own.cfg.lua': '-- the user wrote this\n',
  'prosody-modules/community/mod_a/mod_a.lua': 'a = 1',
  'prosody-modules/community/mod_gone/mod_gone.lua': 'gone = 1',
  'prosody-modules/community/mod_gone/html/x.html': '<gone>',
  'README.md': 'not ours',
}

/** In the order in which they are written: the lockfile last. */
const changed: Readonly<Record<string, string | null>> = {
  'conf.d/prosody-mods.cfg.lua': '-- new\n',
  'prosody-modules/community/mod_a/mod_a.lua': 'a = 2',
  'prosody-modules/community/mod_gone/html/x.html': null,
  'prosody-modules/community/mod_gone/mod_gone.lua': null,
  'prosody-modules/community/mod_new/html/y.html': '<new>',
  'prosody-modules/community/mod_new/mod_new.lua': 'new = 1',
  'prosody-modules/jitsi/token/util.lib.lua': 'return 1',
  'prosody-mods.json': '{"new": 1}',
  'prosody-mods.lock.json': '{"lock": "new"}',
}

const fresh: Files = Object.fromEntries(
  Object.entries({...old, ...changed}).filter((entry): entry is [string, string] => entry[1] !== null),
)

const steps: readonly Step[] = Object.entries(changed).map(([path, text]) => ({
  path,
  before: path in old ? sha256(old[path] ?? '') : null,
  after: text === null ? null : sha256(text),
  bytes: text === null ? null : Buffer.from(text),
}))

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
const {applySteps, recover} = await import(process.env.TRANSACTION)
const steps = JSON.parse(list).map((step) => ({...step, bytes: step.bytes === null ? null : Buffer.from(step.bytes)}))

async function outcomeOf(project) {
  try {
    await (action === 'recover' ? recover(project) : applySteps(project, steps))
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
  killAt?: number,
): Promise<ProgramOutput> {
  const list = steps.map((step) => ({...step, bytes: step.bytes === null ? null : step.bytes.toString()}))
  return runProgram([process.execPath, '--import', preload, script, action, place, JSON.stringify(list)], {
    env: {
      ...process.env,
      TRANSACTION: javascript.url('project/transaction'),
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
    await applySteps(folder, steps)
    expect(needsRecovery(folder)).toBe(false)
    expect(await mend(folder)).toBeUndefined()
    expect(treeOf(folder)).toEqual(fresh)
    await applySteps(folder, [])
    expect(treeOf(folder)).toEqual(fresh)
  })

  it('keeps modes, and makes what others can read', async () => {
    const before = process.umask(0o077)
    onTestFinished(() => void process.umask(before))
    const folder = newProject()
    const {chmodSync} = await import('node:fs')
    chmodSync(join(folder, 'prosody-mods.json'), 0o640)
    await applySteps(folder, steps)
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
      const {code} = await run('apply', folder, at)
      // The one who mends may be killed, too.
      if (code === killed && at % 3 === 0) await run('recover', folder, 1 + ((at * 7) % 16))
      await mend(folder)
      const tree = treeOf(folder)
      expect(tree, `cut at call ${at}`).toEqual(isNew(tree) ? fresh : old)
      outcomes[isNew(tree) ? 'new' : 'old'] += 1
      if (!isNew(tree) && at % 4 === 1) {
        await applySteps(folder, steps)
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
      const {code} = await run('apply', folder, at)
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
    await expect(applySteps(folder, steps)).rejects.toMatchObject({name: 'ProsodyModsError'})
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
    await expect(applySteps(folder, steps)).rejects.toMatchObject({code: 'OWNED_FILE_CHANGED', exitCode: 4})
    await mend(folder)
    expect(treeOf(folder)).toEqual({...old, [path]: text})
  })
})

describe('a journal that is not to be believed', () => {
  const journal = (path: string): string => {
    const body = JSON.stringify({journalVersion: 1, steps: [{path, before: null, after: sha256('evil')}]})
    return JSON.stringify({sha256: sha256(body), body})
  }

  it.each([
    '../outside.txt',
    'a/../../outside.txt',
    '/outside.txt',
    '.git/hooks/pre-commit',
    'a\\..\\x',
    'a//b',
    '',
  ])('does not write %j', async (path) => {
    const parent = newProject({})
    const folder = join(parent, 'clone')
    for (const [name, text] of Object.entries(old)) write(folder, name, text)
    write(folder, '.prosody-mods/journal.json', journal(path))
    write(folder, '.prosody-mods/staged/new-0', 'evil')
    await expect(recover(folder)).rejects.toMatchObject({code: 'READ_FAILED'})
    rmSync(join(folder, '.prosody-mods'), {recursive: true})
    expect(treeOf(parent)).toEqual(
      Object.fromEntries(Object.entries(old).map(([name, text]) => [`clone/${name}`, text])),
    )
  })

  it('does not write through a link', async () => {
    const parent = newProject({'outside/x': 'x'})
    const folder = join(parent, 'clone')
    write(folder, 'prosody-mods.json', '{}')
    symlinkSync(join(parent, 'outside'), join(folder, 'link'))
    write(folder, '.prosody-mods/journal.json', journal('link/evil'))
    write(folder, '.prosody-mods/staged/new-0', 'evil')
    expect(await recover(folder)).toBe('back')
    expect(readdirSync(join(parent, 'outside'))).toEqual(['x'])
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true)
  })

  it.each([
    ['empty', ''],
    ['cut', journal('mod_x.lua').slice(0, -10)],
    ['changed', journal('mod_x.lua').replace('mod_x', 'mod_y')],
    ['something else', '[]'],
    ['null', 'null'],
  ])('is reported when it is %s', async (_, text) => {
    const folder = newProject()
    write(folder, '.prosody-mods/journal.json', text)
    await expect(recover(folder)).rejects.toMatchObject({
      code: 'READ_FAILED',
      message: expect.stringContaining('journal.json') as string,
    })
    expect(existsSync(join(folder, '.prosody-mods/journal.json'))).toBe(true)
  })

  it('does nothing with staged bytes of another digest', async () => {
    const folder = newProject()
    write(folder, '.prosody-mods/journal.json', journal('mod_x.lua'))
    write(folder, '.prosody-mods/staged/new-0', 'other bytes')
    expect(await recover(folder)).toBe('back')
    await mend(folder)
    expect(treeOf(folder)).toEqual(old)
  })
})
