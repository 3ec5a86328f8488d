import {chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {mkdtemp} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {ensureLines, type OwnLines} from '../../../../src/context/own-lines.ts'
import {evidenceFor} from '../../../../src/operations/init/evidence.ts'
import {schemaAddress} from '../../../../src/operations/init/schema-address.ts'
import {initTarget} from '../../../../src/operations/init/target.ts'
import {embeddedRegistry} from '../../../../src/registry/registry.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prosody-mods-init-'))
})

afterEach(() => rmSync(folder, {recursive: true}))

const own: OwnLines = {
  name: 'f',
  comment: 'c',
  purpose: 'for it',
  missing: (text = '') => ['a', 'b'].filter((line) => !text.split(/\r?\n/).includes(line)),
}
const read = (): string => readFileSync(join(folder, 'f'), 'utf8')

describe('lines of ours in a file of the user', () => {
  it.each([
    [undefined, '# c\na\nb\n', 'write'],
    ['', '# c\na\nb\n', 'replace'],
    ['x', 'x\n# c\na\nb\n', 'replace'],
    ['x\n\n', 'x\n\n# c\na\nb\n', 'replace'],
    ['a\r\n', 'a\r\n# c\r\nb\r\n', 'replace'],
  ])('come behind what stands there: %j', (before, after, action) => {
    if (before !== undefined) writeFileSync(join(folder, 'f'), before)
    const done = {changes: [{path: 'f', action}], notes: []}
    expect(ensureLines(folder, own, true)).toEqual(done)
    expect(ensureLines(folder, own, false)).toEqual(done)
    expect(read()).toBe(after)
    expect(ensureLines(folder, own, false)).toEqual({changes: [], notes: []})
  })

  it('are those of a new file where it is empty, as a run that was killed leaves it', () => {
    const more: OwnLines = {...own, missing: (text) => (text === undefined ? ['new', 'a'] : ['a'])}
    writeFileSync(join(folder, 'f'), '')
    ensureLines(folder, more, false)
    expect(read()).toBe('# c\nnew\na\n')
  })

  it('keep bytes that are no UTF-8', () => {
    const bytes = Buffer.from([0x78, 0xff, 0x0a])
    writeFileSync(join(folder, 'f'), bytes)
    ensureLines(folder, own, false)
    expect(readFileSync(join(folder, 'f')).subarray(0, 3)).toEqual(bytes)
  })

  it('are told where the file is none, or leads elsewhere', () => {
    const told = {changes: [], notes: ['f: it was left as it is; for it, add the lines "a", "b"']}
    mkdirSync(join(folder, 'f'))
    expect(ensureLines(folder, own, false)).toEqual(told)
    rmSync(join(folder, 'f'), {recursive: true})
    writeFileSync(join(folder, 'other'), 'x\n')
    symlinkSync('other', join(folder, 'f'))
    expect(ensureLines(folder, own, false)).toEqual(told)
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('x\n')
  })

  it('are told where the file can not be made', () => {
    expect(ensureLines(join(folder, 'gone'), own, false)).toEqual({
      changes: [],
      notes: ['f: it was not written; for it, add the lines "a", "b"'],
    })
  })
})

describe("the schema's address", () => {
  it('is its own where that can be asked, else that of the package in the project', () => {
    const id = 'https://example.org/manifest.schema.json'
    expect(schemaAddress(folder, id)).toBe(id)
    expect(schemaAddress(folder, 'https://x.invalid/schema.json')).toBeUndefined()
    const packaged = join(folder, 'node_modules/prosody-mods/registry/schema')
    mkdirSync(packaged, {recursive: true})
    writeFileSync(join(packaged, 'manifest.schema.json'), '{}')
    expect(schemaAddress(folder, 'https://x.invalid/schema.json')).toBe(
      './node_modules/prosody-mods/registry/schema/manifest.schema.json',
    )
  })
})

const ownIs12 =
  'the Prosody of Debian bookworm is 0.12, and 13.0 is in trixie; "image init" takes no other than the suite\'s'

describe('what says what a project is for', () => {
  const registry = embeddedRegistry()

  it('is the Prosody that Debian has installed, which is not run', () => {
    const [found] = evidenceFor(folder, process.env, registry)
    const version = readFileSync('/usr/lib/prosody/prosody.version', 'utf8').trim()
    expect(found).toMatchObject({
      text: expect.stringMatching(`^Prosody ${version}.* is installed here$`) as unknown,
      prosody: version.split('.').slice(0, 2).join('.'),
    })
  })

  it('is nothing where the program does not say its version', () => {
    writeFileSync(join(folder, 'prosody'), `CFG_SOURCEDIR='${folder}'\n`)
    chmodSync(join(folder, 'prosody'), 0o755)
    expect(evidenceFor(folder, {PATH: folder}, registry)).toEqual([])
    writeFileSync(join(folder, 'prosody.version'), 'trunk nightly build\n')
    expect(evidenceFor(folder, {PATH: folder}, registry)).toEqual([])
    expect(initTarget({}, {folder, env: {PATH: folder}, registry})).toMatchObject({
      ...{prosody: '13.0', debian: 'trixie', disagreeing: []},
    })
  })

  it('is the first that tells, and the others are told', () => {
    writeFileSync(join(folder, 'Dockerfile'), 'FROM alpine:3\n')
    writeFileSync(join(folder, 'compose.yaml'), 'services:\n  x:\n    image: jitsi/prosody:stable-10008\n')
    expect(initTarget({prosody: '13.0'}, {folder, env: {}, registry})).toEqual({
      prosody: '13.0',
      debian: 'bookworm',
      because: 'as --prosody says; compose.yaml runs jitsi/prosody:stable-10008',
      change: ['--debian'],
      disagreeing: [ownIs12],
    })
  })

  it('gives way to a line that was asked for, whose suite is taken', () => {
    const env = process.env
    const [installed] = evidenceFor(folder, env, registry)
    const other = installed?.prosody === '13.0' ? '0.12' : '13.0'
    const suite = other === '13.0' ? 'trixie' : 'bookworm'
    expect(initTarget({prosody: other}, {folder, env, registry})).toEqual({
      prosody: other,
      debian: suite,
      because: 'as --prosody says, and the Debian that has it',
      change: ['--debian'],
      disagreeing: [installed?.text],
    })
    expect(initTarget({prosody: '0.12'}, {folder, env: {}, registry})).toMatchObject({
      ...{prosody: '0.12', debian: 'bookworm', disagreeing: []},
    })
  })

  it.each([
    [{prosody: '13.0', debian: 'bookworm'}, [ownIs12]],
    [
      {prosody: '14.1'},
      [
        'the Prosody of Debian trixie is 13.0, and no suite that is known has 14.1; "image init" takes no other than the suite\'s',
      ],
    ],
    [{prosody: '14.1', debian: 'forky'}, []],
  ])('says where Debian has another Prosody than %j', (asked, disagreeing) => {
    expect(initTarget(asked, {folder, env: {}, registry}).disagreeing).toEqual(disagreeing)
  })
})
