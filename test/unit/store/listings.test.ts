import {chmodSync, chownSync, mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeEach, describe, expect, it} from 'vitest'
import {Listings} from '../../../src/store/listings.ts'
import {Store} from '../../../src/store/store.ts'
import {runProgram} from '../../helpers/program.ts'
import {scratchFolder} from '../../helpers/scratch.ts'

const url = 'https://hg.example/json-log?rev=default'
const listing = {
  validators: {etag: 'W/"1"', lastModified: 'Sun, 22 Nov 2026 09:59:58 GMT'},
  body: Buffer.from('{"entries": []}\n\u0000\xff', 'latin1'),
}

let folder: string
let listings: Listings
beforeEach(async () => {
  folder = join(await scratchFolder(), 'cache/v1')
  listings = new Listings(folder)
})

function names(): readonly string[] {
  return readdirSync(join(folder, 'listings'))
}

function onlyFile(): string {
  return join(folder, 'listings', names()[0] ?? '')
}

describe('what is kept', () => {
  it('comes back as it was, whatever bytes it has', async () => {
    expect(listings.read(url)).toBeUndefined()
    await listings.keep(url, listing)
    expect(listings.read(url)).toEqual(listing)
    expect(listings.read(`${url}&revcount=1`)).toBeUndefined()
    expect(readdirSync(join(folder, 'tmp'))).toEqual([])
  })

  it('is replaced as a whole, and dropped', async () => {
    await listings.keep(url, listing)
    const newer = {validators: {etag: '"2"'}, body: Buffer.from('x')}
    await listings.keep(url, newer)
    expect(listings.read(url)).toEqual(newer)
    listings.drop(url)
    expect(listings.read(url)).toBeUndefined()
    listings.drop(url)
  })

  it('is the same for all credentials, of which nothing is written', async () => {
    await listings.keep('https://user:s3cret@hg.example/x?token=t0ken#s3cret', listing)
    expect(listings.read('https://hg.example/x?token=t0ken')).toEqual(listing)
    expect(names().join() + readFileSync(onlyFile(), 'latin1')).not.toMatch(/s3cret|t0ken|user|hg\.example/)
  })

  it('is not believed with a single bit changed, wherever that is, and removed', async () => {
    await listings.keep(url, listing)
    const bytes = readFileSync(onlyFile())
    for (let at = 0; at < bytes.length; at += 1) {
      const damaged = Buffer.from(bytes)
      damaged.writeUInt8((damaged[at] ?? 0) ^ 1, at)
      await listings.keep(url, listing)
      writeFileSync(onlyFile(), damaged)
      expect(listings.read(url), `bit of byte ${at}`).toBeUndefined()
      expect(names()).toEqual([])
    }
  })

  it('is not believed cut short anywhere', async () => {
    await listings.keep(url, listing)
    const bytes = readFileSync(onlyFile())
    for (let length = 0; length < bytes.length; length += 1) {
      await listings.keep(url, listing)
      writeFileSync(onlyFile(), bytes.subarray(0, length))
      expect(listings.read(url), `${length} bytes`).toBeUndefined()
    }
  })

  it('is no answer to another question', async () => {
    await listings.keep(url, listing)
    const bytes = readFileSync(onlyFile())
    listings.drop(url)
    await listings.keep('https://hg.example/other', listing)
    writeFileSync(onlyFile(), bytes)
    expect(listings.read('https://hg.example/other')).toBeUndefined()
  })

  it('is not read where a file is larger than any answer', async () => {
    await listings.keep(url, listing)
    writeFileSync(onlyFile(), Buffer.alloc(41 * 1024 * 1024))
    expect(listings.read(url)).toBeUndefined()
  })
})

describe('what can be neither read nor written is lost in silence:', () => {
  it('a file where the folder should be', async () => {
    mkdirSync(folder, {recursive: true})
    writeFileSync(join(folder, 'listings'), 'x')
    await listings.keep(url, listing)
    expect(listings.read(url)).toBeUndefined()
    listings.touch(url)
    listings.drop(url)
    expect(readdirSync(join(folder, 'tmp'))).toEqual([])
  })

  it('a folder where the file should be', async () => {
    await listings.keep(url, listing)
    const path = onlyFile()
    listings.drop(url)
    mkdirSync(join(path, 'x'), {recursive: true})
    await listings.keep(url, listing)
    expect(listings.read(url)).toBeUndefined()
    expect(await listings.verify()).toEqual({checked: 1, removed: 0})
  })

  it('a file where the store should be', async () => {
    mkdirSync(join(folder, '..'))
    writeFileSync(folder, 'x')
    await listings.keep(url, listing)
    expect(listings.read(url)).toBeUndefined()
  })

  it('a full disk', async () => {
    const script = `
      import {Listings} from ${JSON.stringify(join(import.meta.dirname, '../../../src/store/listings.ts'))}
      await new Listings(process.argv[1]).keep('https://x.example', {validators: {etag: '"1"'}, body: Buffer.alloc(2e6)})
    `
    // A limit on the size of files (in KiB) fails a write half way, as a full disk does.
    const command = `ulimit -f 1000; trap '' XFSZ; exec node --import tsx --input-type=module --eval "$1" "$2"`
    const {code, stderr} = await runProgram(['bash', '-c', command, 'bash', script, folder])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(readdirSync(join(folder, 'tmp'))).toEqual([])
    expect(listings.read('https://x.example')).toBeUndefined()
  })
})

it('processes that keep the same at the same time leave one whole listing', async () => {
  const script = `
    import {Listings} from ${JSON.stringify(join(import.meta.dirname, '../../../src/store/listings.ts'))}
    const [, folder, text] = process.argv
    const listings = new Listings(folder)
    const body = Buffer.alloc(200_000, text)
    for (let round = 0; round < 60; round += 1) {
      await listings.keep('https://x.example', {validators: {etag: JSON.stringify(text)}, body})
      const found = listings.read('https://x.example')
      const one = found?.validators.etag[1] ?? ''
      if (found === undefined || !found.body.equals(Buffer.alloc(200_000, one))) throw new Error('torn: ' + one)
    }
  `
  const runs = ['a', 'b', 'c'].map((text) =>
    runProgram(['node', '--import', 'tsx', '--input-type=module', '--eval', script, folder, text]),
  )
  for (const {code, stderr} of await Promise.all(runs)) expect(code, stderr).toBe(0)
  expect(names()).toHaveLength(1)
  expect(readdirSync(join(folder, 'tmp'))).toEqual([])
})

describe('the keeper of the store', () => {
  it('finds and removes what is damaged', async () => {
    await listings.keep(url, listing)
    await listings.keep('https://hg.example/other', listing)
    writeFileSync(onlyFile(), 'damaged')
    expect(await listings.verify()).toEqual({checked: 2, removed: 1})
    expect(await listings.verify()).toEqual({checked: 1, removed: 0})
  })

  it('removes what is not used any more, and keeps what is', async () => {
    await listings.keep(url, listing)
    const path = onlyFile()
    await listings.keep('https://hg.example/other', listing)
    const old = new Date(Date.now() - 40 * 86_400_000)
    for (const name of names()) utimesSync(join(folder, 'listings', name), old, old)
    listings.touch(url)
    const {removed, bytes} = await listings.prune(30 * 86_400_000)
    expect(removed).toBe(1)
    expect(bytes).toBeGreaterThan(listing.body.length)
    expect(names()).toEqual([path.slice(-64)])
    expect((await listings.prune(0)).removed).toBe(1)
    expect(await listings.prune(0)).toEqual({removed: 0, bytes: 0})
  })

  it('removes what a dead process was writing', async () => {
    await listings.keep(url, listing)
    const leftover = join(folder, 'tmp', '999999999-0123456789abcdef')
    writeFileSync(leftover, 'half a listing')
    chmodSync(leftover, 0o400)
    await new Store(folder).prune(30 * 86_400_000)
    expect(readdirSync(join(folder, 'tmp'))).toEqual([])
    expect(listings.read(url)).toEqual(listing)
  })
})

describe('what others could have written', () => {
  it.each<[what: string, change: (path: string) => unknown]>([
    ["another user's file", (path) => chownSync(path, 65_534, 65_534)],
    ['a file that others may write', (path) => chmodSync(path, 0o666)],
    ['a file in a folder that others may write', (path) => chmodSync(join(path, '..'), 0o777)],
  ])('%s is no listing', async (_, change) => {
    await listings.keep(url, listing)
    change(onlyFile())
    expect(new Listings(folder).read(url)).toBeUndefined()
  })
})
