import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {build} from 'rolldown'
import {beforeEach, describe, expect, it} from 'vitest'
import {KeptFacts} from '../../../src/store/kept-facts.ts'
import {mustRun, runProgram} from '../../helpers/program.ts'
import {scratchFolder} from '../../helpers/scratch.ts'

const source = JSON.stringify(join(import.meta.dirname, '../../../src/store/kept-facts.ts'))

let folder: string
let kept: KeptFacts
beforeEach(async () => {
  folder = join(await scratchFolder(), 'cache/v1')
  kept = new KeptFacts(folder)
})

const names = (): readonly string[] => readdirSync(join(folder, 'facts'))
const onlyFile = (): string => join(folder, 'facts', names()[0] ?? '')

describe('what is kept', () => {
  it('comes back as it was, to the same question', async () => {
    expect(kept.read('q')).toBeUndefined()
    await kept.keep([
      ['q', 'ü\n\n{"a": 1}'],
      ['r', ''],
    ])
    expect(kept.read('q')).toBe('ü\n\n{"a": 1}')
    expect(kept.read('r')).toBe('')
    expect(kept.read('s')).toBeUndefined()
    expect(readdirSync(join(folder, 'tmp'))).toEqual([])
  })

  it('is replaced as a whole', async () => {
    await kept.keep([['q', 'long'.repeat(1000)]])
    await kept.keep([['q', 'new']])
    expect(kept.read('q')).toBe('new')
  })

  it('is not believed with a single bit changed, wherever that is, and can be kept anew', async () => {
    await kept.keep([['q', 'text']])
    const bytes = readFileSync(onlyFile())
    for (let at = 0; at < bytes.length; at += 1) {
      const damaged = Buffer.from(bytes)
      damaged.writeUInt8((damaged[at] ?? 0) ^ 1, at)
      writeFileSync(onlyFile(), damaged)
      expect(kept.read('q'), `byte ${at}`).toBeUndefined()
    }
    for (let length = 0; length < bytes.length; length += 1) {
      writeFileSync(onlyFile(), bytes.subarray(0, length))
      expect(kept.read('q'), `${length} bytes`).toBeUndefined()
    }
    await kept.keep([['q', 'text']])
    expect(kept.read('q')).toBe('text')
  })

  it('answers no other question, though it lies in that one’s place', async () => {
    await kept.keep([['q', 'text']])
    const path = onlyFile()
    await kept.keep([['r', 'other']])
    const other = names().find((name) => !path.endsWith(name)) ?? ''
    renameSync(path, join(folder, 'facts', other))
    expect(kept.read('r')).toBeUndefined()
    expect(kept.read('q')).toBeUndefined()
  })

  it.each<[what: string, place: (path: string, copy: string) => unknown]>([
    ['a link', (path, copy) => symlinkSync(copy, path)],
    ['a folder', (path) => mkdirSync(join(path, 'x'), {recursive: true})],
    ['a pipe', (path) => mustRun(['mkfifo', path])],
  ])('is not read through %s', async (_, place) => {
    await kept.keep([['q', 'text']])
    const path = onlyFile()
    renameSync(path, join(folder, 'copy'))
    await place(path, join(folder, 'copy'))
    expect(kept.read('q')).toBeUndefined()
  })
})

describe('another user', () => {
  const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']
  const script = `
    import {KeptFacts} from ${source}
    const kept = new KeptFacts(process.argv[1])
    console.log(kept.read('q') ?? 'nothing')
    await kept.keep([['q', 'theirs']])
    console.log(kept.read('q') ?? 'nothing')
  `

  it("can't use what this one keeps, nor can it be spoilt, and nothing fails", async () => {
    await kept.keep([['q', 'mine']])
    for (const mode of [0o755, 0o700]) {
      chmodSync(folder, mode)
      await mustRun(['chmod', '755', join(folder, '../..'), join(folder, '..')])
      const compiled = await bundled(script)
      const output = await mustRun([...asNobody, 'node', '--input-type=module', '--eval', compiled, folder])
      expect(output).toBe('nothing\nnothing\n')
    }
    expect(kept.read('q')).toBe('mine')
  })

  it('is not believed, however well-formed what it wrote is', async () => {
    await kept.keep([['q', 'theirs']])
    await mustRun(['chown', '65534:65534', onlyFile()])
    expect(kept.read('q')).toBeUndefined()
    // Its file is replaced where the folder is ours.
    await kept.keep([['q', 'mine']])
    expect(kept.read('q')).toBe('mine')
  })
})

/** The clone may lie where another user may not enter. */
async function bundled(script: string): Promise<string> {
  const path = join(await scratchFolder(), 'script.mjs')
  writeFileSync(path, script)
  const {output} = await build({input: path, platform: 'node', output: {codeSplitting: false}, write: false})
  return output[0].code
}

describe('what can be neither read nor written is lost in silence:', () => {
  it.each([
    ['a file where the folder should be', 'facts'],
    ['a file where the temporary folder should be', 'tmp'],
  ])('%s', async (_, name) => {
    mkdirSync(folder, {recursive: true})
    writeFileSync(join(folder, name), 'x')
    await kept.keep([['q', 'text']])
    expect(kept.read('q')).toBeUndefined()
    expect(readdirSync(folder)).not.toContain(name === 'tmp' ? 'facts' : 'x')
  })

  it('a file where the store should be', async () => {
    mkdirSync(join(folder, '..'))
    writeFileSync(folder, 'x')
    await kept.keep([['q', 'text']])
    expect(kept.read('q')).toBeUndefined()
  })

  it('a full disk', async () => {
    const script = `
      import {KeptFacts} from ${source}
      await new KeptFacts(process.argv[1]).keep([['a', 'small'], ['b', 'x'.repeat(2e6)], ['c', 'small']])
    `
    // A limit on the size of files (in KiB) fails a write half way, as a full disk does.
    const command = `ulimit -f 1000; trap '' XFSZ; exec node --import tsx --input-type=module --eval "$1" "$2"`
    const {code, stderr} = await runProgram(['bash', '-c', command, 'bash', script, folder])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(readdirSync(join(folder, 'tmp'))).toEqual([])
    expect([kept.read('a'), kept.read('b'), kept.read('c')]).toEqual(['small', undefined, undefined])
  })
})

it('processes that keep the same at the same time leave one whole answer', async () => {
  const script = `
    import {KeptFacts} from ${source}
    const [, folder, text] = process.argv
    const kept = new KeptFacts(folder)
    for (let round = 0; round < 60; round += 1) {
      await kept.keep([['q', text.repeat(200_000)]])
      const found = kept.read('q')
      if (found === undefined || found !== found[0].repeat(200_000)) throw new Error('torn')
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
    await kept.keep([
      ['q', 'text'],
      ['r', 'text'],
    ])
    writeFileSync(onlyFile(), 'damaged')
    expect(await kept.verify()).toEqual({checked: 2, removed: 1})
    expect(await kept.verify()).toEqual({checked: 1, removed: 0})
  })

  it('removes what is not used any more, and leaves alone what is not its own', async () => {
    await kept.keep([['q', 'text']])
    const path = onlyFile()
    const old = new Date(Date.now() - 40 * 86_400_000)
    utimesSync(path, old, old)
    writeFileSync(join(folder, 'facts/readme'), 'x')
    await kept.keep([['r', 'text']])
    expect((await kept.prune(30 * 86_400_000)).removed).toBe(1)
    expect(kept.read('r')).toBe('text')
    expect((await kept.prune(0)).removed).toBe(1)
    expect(names()).toEqual(['readme'])
    rmSync(join(folder, 'facts'), {recursive: true})
    expect(await kept.prune(0)).toEqual({removed: 0, bytes: 0})
  })
})
