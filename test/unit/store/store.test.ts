import {spawn} from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {sha256Of, type Sha256} from '../../../src/digest.ts'
import {hashFile, Store} from '../../../src/store/store.ts'
import {plainJavaScript} from '../../helpers/plain-javascript.ts'
import {runProgram} from '../../helpers/program.ts'

let folder: string
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prosody-mods-store-'))
  store = new Store(join(folder, 'cache/v1'))
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

const temporary = (): string[] => {
  const path = join(store.folder, 'tmp')
  return existsSync(path) ? readdirSync(path) : []
}

function spoil(digest: Sha256, bytes = 'other'): void {
  mkdirSync(dirname(store.pathOf(digest)), {recursive: true})
  writeFileSync(store.pathOf(digest), bytes)
}

describe('putting and reading', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('return 1\n')],
    ['every byte', Buffer.from(Array.from({length: 256}, (_, index) => index))],
  ])('%s', async (_, bytes) => {
    const digest = sha256Of(bytes)
    expect(store.has(digest)).toBe(false)
    expect(store.read(digest)).toBeUndefined()
    expect(await store.verifiedPath(digest)).toBeUndefined()
    expect(await store.put(bytes)).toBe(digest)
    expect(store.pathOf(digest)).toBe(join(folder, 'cache/v1/sha256', digest.slice(0, 2), digest.slice(2)))
    expect(store.has(digest)).toBe(true)
    expect(store.read(digest)).toEqual(bytes)
    expect(await store.verifiedPath(digest)).toBe(store.pathOf(digest))
    expect(await hashFile(store.pathOf(digest))).toBe(digest)
    expect(temporary()).toEqual([])
  })

  it('in pieces, which are invisible until they are complete', async () => {
    const writer = store.writer()
    writer.write(Buffer.from('a'))
    writer.write(Buffer.from('bc'))
    expect(writer.size).toBe(3)
    expect(store.has(sha256Of('abc'))).toBe(false)
    expect(await writer.commit()).toBe(sha256Of('abc'))
    expect(store.read(sha256Of('abc'))?.toString()).toBe('abc')
  })

  it('given up leaves nothing', async () => {
    const writer = store.writer()
    writer.write(Buffer.from('abc'))
    writer.abort()
    writer.abort()
    expect(await store.list()).toEqual([])
    expect(temporary()).toEqual([])
  })

  it('heals a blob that was spoilt', async () => {
    spoil(sha256Of('good'))
    await store.put(Buffer.from('good'))
    expect(store.read(sha256Of('good'))?.toString()).toBe('good')
  })
})

describe('what a command holds', () => {
  const inStore = (): string[] => readdirSync(store.folder, {recursive: true, encoding: 'utf8'})

  it('is read once, and then from memory', async () => {
    const sha256 = await store.put(Buffer.from('read'))
    store.hold()
    expect(store.read(sha256)?.toString()).toBe('read')
    rmSync(store.folder, {recursive: true})
    expect(store.read(sha256)?.toString()).toBe('read')
  })

  it('is proved where it lies, also by who has put it there', async () => {
    store.hold()
    const sha256 = await store.put(Buffer.from('put'))
    spoil(sha256)
    expect(store.read(sha256)).toBeUndefined()
  })

  it('is in memory up to a bound, and proved again beyond it', async () => {
    const many = Array.from({length: 40}, (_, index) => Buffer.alloc(250 * 1024, `${index} `))
    const digests = await Promise.all(many.map((bytes) => store.put(bytes)))
    store.hold()
    for (const sha256 of digests) store.read(sha256)
    rmSync(store.folder, {recursive: true})
    const kept = digests.filter((sha256) => store.read(sha256) !== undefined)
    expect(kept.length).toBeGreaterThan(0)
    expect(kept.length * 250 * 1024).toBeLessThanOrEqual(8 * 1024 * 1024)
  })

  it('leaves nothing behind when it is given up', async () => {
    const sha256 = await store.put(Buffer.from('kept'))
    store.hold()
    store.read(sha256)
    expect(inStore()).toContain('held')
    store.release()
    expect(inStore()).not.toContain('held')
    spoil(sha256)
    expect(store.read(sha256)).toBeUndefined()
  })
})

describe('a spoilt blob', () => {
  it.each(['other', '', 'goo'])('(%j) is removed and reported when it is read', (bytes) => {
    spoil(sha256Of('good'), bytes)
    const reported: string[] = []
    expect(store.read(sha256Of('good'), (digest) => reported.push(digest))).toBeUndefined()
    expect(reported).toEqual([sha256Of('good')])
    expect(store.has(sha256Of('good'))).toBe(false)
  })

  it('is removed when its path is asked for', async () => {
    spoil(sha256Of('good'))
    expect(await store.verifiedPath(sha256Of('good'))).toBeUndefined()
    expect(store.has(sha256Of('good'))).toBe(false)
  })

  it('is found and removed by verify, the others stay', async () => {
    const [a, b] = [await store.put(Buffer.from('a')), await store.put(Buffer.from('b'))]
    spoil(b, 'c')
    writeFileSync(join(dirname(store.pathOf(a)), 'note.txt'), 'no blob')
    expect(await store.verify()).toEqual({checked: 2, removed: [b]})
    expect(await store.verify()).toEqual({checked: 1, removed: []})
    expect(await store.list()).toEqual([a])
  })
})

describe('pruning', () => {
  const day = 24 * 60 * 60 * 1000
  const age = (digest: Sha256, read: number, written: number): void =>
    utimesSync(store.pathOf(digest), new Date(Date.now() - read), new Date(Date.now() - written))

  it('removes what nobody has read or written for that long', async () => {
    const put = (text: string): Promise<Sha256> => store.put(Buffer.from(text))
    const [unused, read, written] = [await put('unused'), await put('read!'), await put('written')]
    age(unused, 31 * day, 40 * day)
    age(read, 29 * day, 40 * day)
    age(written, 40 * day, 29 * day)
    expect(await store.prune(30 * day)).toEqual({removed: 1, bytes: 'unused'.length})
    expect(await store.list()).toEqual([read, written].sort())
    expect(await store.prune(0)).toEqual({removed: 2, bytes: 'read!written'.length})
    expect(await store.list()).toEqual([])
  })

  it('removes what dead processes have left, and nothing of living ones', async () => {
    const dead = spawn('true')
    await new Promise((resolve) => dead.on('exit', resolve))
    const writer = store.writer()
    for (const name of [`${dead.pid ?? 0}-abc`, 'junk']) writeFileSync(join(store.folder, 'tmp', name), 'x')
    expect(await store.prune(0)).toEqual({removed: 0, bytes: 0})
    expect(temporary()).toHaveLength(1)
    writer.write(Buffer.from('x'))
    expect(await writer.commit()).toBe(sha256Of('x'))
  })

  it('of an empty store does nothing', async () => {
    expect(await store.prune(0)).toEqual({removed: 0, bytes: 0})
    expect(await store.verify()).toEqual({checked: 0, removed: []})
    expect(existsSync(store.folder)).toBe(false)
  })
})

describe('what can not be written', () => {
  it('is told with its path', async () => {
    writeFileSync(join(folder, 'cache'), 'a file where the folder should be')
    await expect(store.put(Buffer.from('x'))).rejects.toMatchObject({
      code: 'WRITE_FAILED',
      exitCode: 1,
      message: expect.stringContaining(join(folder, 'cache/v1/tmp')) as string,
    })
  })

  it('because a folder stands in the blob’s place leaves nothing behind', async () => {
    mkdirSync(join(store.pathOf(sha256Of('x')), 'inner'), {recursive: true})
    await expect(store.put(Buffer.from('x'))).rejects.toMatchObject({
      code: 'WRITE_FAILED',
      message: expect.stringContaining(store.pathOf(sha256Of('x'))) as string,
    })
    expect(temporary()).toEqual([])
  })
})

const worker = `
const [, , folder] = process.argv
const {Store} = await import(process.env.STORE)
const store = new Store(folder)
let bad = 0
for (let round = 0; round < 10; round += 1) {
  const bytes = Buffer.alloc(50_000, String(round % 5))
  const digest = await store.put(bytes)
  const found = store.read(digest, () => (bad += 1))
  if (found === undefined && process.env.PRUNES === undefined) bad += 1
  if (found !== undefined && !found.equals(bytes)) bad += 1
  if (process.env.PRUNES !== undefined) {
    await store.prune(0)
    await store.verify()
  }
}
process.exit(bad)
`

it.each([
  ['writing the same blobs', {}],
  ['and pruning them', {PRUNES: '1'}],
])('six processes %s at once get in nobody’s way', {timeout: 180_000}, async (_, env) => {
  const javascript = plainJavaScript()
  try {
    const script = javascript.script('worker.mjs', worker)
    const run = (): ReturnType<typeof runProgram> =>
      runProgram([process.execPath, script, store.folder], {
        env: {...process.env, STORE: javascript.url('store/store'), ...env},
        timeout: 170_000,
      })
    const outputs = await Promise.all(Array.from({length: 6}, run))
    expect(outputs.map(({code, stderr}) => [code, stderr])).toEqual(outputs.map(() => [0, '']))
    expect(temporary()).toEqual([])
    for (const digest of await store.list()) {
      expect(sha256Of(readFileSync(store.pathOf(digest)))).toBe(digest)
      expect(statSync(store.pathOf(digest)).size).toBe(50_000)
    }
  } finally {
    javascript.remove()
  }
})
