import {createHash} from 'node:crypto'
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import {applyContext, planContext, type ContextPlan} from '../../../src/context/plan.ts'
import {ProsodyModsError} from '../../../src/errors.ts'
import type {GeneratedFile} from '../../../src/image/generated-file.ts'
import {emptyLock} from '../../../src/project/lockfile.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A text of ours ends with the length of what stands before; one that was edited has it no more right. */
const sealed = (text: string): string => `# ours\n${text}\n# ${text.length}\n`
const edited = sealed('was this').replace('was', 'was not')

/** Written in this order into the list, which is not the order of the paths. */
const paths = ['Dockerfile', 'conf.d/one.cfg.lua', '.dockerignore'] as const

const generated = (texts: Readonly<Partial<Record<(typeof paths)[number], string>>>): GeneratedFile[] =>
  paths.map((path) => ({
    path,
    text: texts[path],
    isOurs: (text) => text.startsWith('# ours\n'),
    isSealed: (text) => {
      const [, body = '', length] = /^# ours\n(.*)\n# (\d+)\n$/s.exec(text) ?? []
      return body.length === Number(length)
    },
  }))

const wanted = {Dockerfile: sealed('1'), 'conf.d/one.cfg.lua': sealed('2'), '.dockerignore': sealed('3')}
const manifestText = '{}\n'

function projectWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'prosody-mods-plan-'))
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}))
  for (const [path, text] of Object.entries({'prosody-mods.json': manifestText, ...files})) {
    mkdirSync(dirname(join(folder, path)), {recursive: true})
    writeFileSync(join(folder, path), text)
  }
  return folder
}

function planFor(folder: string, texts: Parameters<typeof generated>[0], force = false): ContextPlan {
  return planContext(
    {folder, lock: emptyLock, lockText: '', manifestText},
    {lock: emptyLock, manifest: {}, manifestText, writeLock: false, force},
    generated(texts),
  )
}

function failure(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error instanceof ProsodyModsError ? {code: error.code, ...error.details} : error
  }
}

describe('files of the list of generated ones', () => {
  it('are written where there are none, in the order of their paths', () => {
    expect(planFor(projectWith({}), wanted).changes).toEqual([
      {path: '.dockerignore', before: null, after: sha256(sealed('3'))},
      {path: 'Dockerfile', before: null, after: sha256(sealed('1'))},
      {path: 'conf.d/one.cfg.lua', before: null, after: sha256(sealed('2'))},
    ])
  })

  it('are left alone where they are as they shall be, whoever wrote them', () => {
    const {changes, unchanged} = planFor(projectWith(wanted), wanted)
    expect([changes, unchanged]).toEqual([[], 3])
    const plain = {...wanted, Dockerfile: 'FROM own\n'}
    expect(planFor(projectWith(plain), plain).changes).toEqual([])
  })

  it('are replaced where an earlier command wrote them', () => {
    const folder = projectWith({...wanted, Dockerfile: sealed('0')})
    expect(planFor(folder, wanted).changes).toEqual([
      {path: 'Dockerfile', before: sha256(sealed('0')), after: sha256(sealed('1'))},
    ])
  })

  it('stop the command where somebody edited them, all of them named, unless forced', () => {
    const folder = projectWith({...wanted, Dockerfile: edited, 'conf.d/one.cfg.lua': edited})
    expect(failure(() => planFor(folder, wanted))).toEqual({
      code: 'OWNED_FILE_CHANGED',
      paths: ['Dockerfile', 'conf.d/one.cfg.lua'],
    })
    expect(planFor(folder, wanted, true).changes.map(({path, before}) => [path, before])).toEqual([
      ['Dockerfile', sha256(edited)],
      ['conf.d/one.cfg.lua', sha256(edited)],
    ])
  })

  it('never take the place of a file that is none of ours', () => {
    const folder = projectWith({'.dockerignore': 'node_modules\n'})
    const refused = {code: 'FILE_IN_THE_WAY', paths: ['.dockerignore']}
    expect(failure(() => planFor(folder, wanted))).toEqual(refused)
    expect(failure(() => planFor(folder, wanted, true))).toEqual(refused)
  })

  it('tell of line ends that Git changed, and what keeps it from that', () => {
    const folder = projectWith({...wanted, Dockerfile: wanted.Dockerfile.replaceAll('\n', '\r\n')})
    // The mark at the head has other line ends, too.
    const lenient = generated(wanted).map((one) => ({
      ...one,
      isOurs: (text: string) => text.startsWith('# ours'),
    }))
    const project = {folder, lock: emptyLock, lockText: '', manifestText}
    const state = {lock: emptyLock, manifest: {}, manifestText, writeLock: false, force: false}
    expect(() => planContext(project, state, lenient)).toThrow(
      expect.objectContaining({
        code: 'OWNED_FILE_CHANGED',
        hint: 'core.autocrlf of Git does that: put "prosody-modules/** -text", "Dockerfile -text", "conf.d/one.cfg.lua -text" and ".dockerignore -text" into .gitattributes, then prosody-mods install --force',
      }) as Error,
    )
  })
})

describe('a file that the project shall have no more', () => {
  const fewer = {Dockerfile: wanted.Dockerfile}

  it('goes where it is as it was written', () => {
    expect(planFor(projectWith(wanted), fewer).changes).toEqual([
      {path: '.dockerignore', before: sha256(sealed('3')), after: null},
      {path: 'conf.d/one.cfg.lua', before: sha256(sealed('2')), after: null},
    ])
  })

  it('stops the command where somebody edited it, unless forced', () => {
    const folder = projectWith({...fewer, 'conf.d/one.cfg.lua': edited})
    expect(failure(() => planFor(folder, fewer))).toEqual({
      code: 'OWNED_FILE_CHANGED',
      paths: ['conf.d/one.cfg.lua'],
    })
    expect(planFor(folder, fewer, true).changes).toEqual([
      {path: 'conf.d/one.cfg.lua', before: sha256(edited), after: null},
    ])
  })

  it('stays where it is none of ours, and is none of the files that are as they shall be', () => {
    const {changes, unchanged} = planFor(projectWith({...fewer, '.dockerignore': 'own\n'}), fewer)
    expect([changes, unchanged]).toEqual([[], 1])
  })
})

it('a plan with all of that is applied as it stands', async () => {
  const folder = projectWith({Dockerfile: sealed('0'), 'conf.d/one.cfg.lua': sealed('gone')})
  const state = mkdtempSync(join(tmpdir(), 'prosody-mods-state-'))
  onTestFinished(() => rmSync(state, {recursive: true, force: true}))
  const texts = {Dockerfile: wanted.Dockerfile, '.dockerignore': wanted['.dockerignore']}
  await applyContext({folder, stateFolder: state, generatedPaths: paths}, planFor(folder, texts), () =>
    Buffer.alloc(0),
  )
  expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toBe(texts.Dockerfile)
  expect(readFileSync(join(folder, '.dockerignore'), 'utf8')).toBe(texts['.dockerignore'])
  expect(existsSync(join(folder, 'conf.d'))).toBe(false)
  expect(planFor(folder, texts).changes).toEqual([])
})
