import {copyFile, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {fetchNode, nodeVersions} from '../helpers/node-versions.ts'
import {packInto} from '../helpers/packed.ts'
import {mustRun, runProgram} from '../helpers/program.ts'
import {buildSingleFile} from '../helpers/single-file.ts'

/** The newest of lines that people may still have; npm has their programs. */
const oldVersions = ['12.22.12', '14.21.3', '16.20.2', '18.20.8', '20.18.3', '21.7.3', '22.2.0']

const script = join(import.meta.dirname, '../../scripts/try-package.sh')
const timeout = 600_000
let folder: string
let packed: string
let single: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prosody-mods-test-'))
  packed = await packInto(folder)
  single = await buildSingleFile(folder)
}, timeout)

afterAll(() => rm(folder, {recursive: true, force: true}))

/** @param version as in `v22.1.0`, without the v */
async function tryWith(node: string, version: string): Promise<void> {
  for (const file of [packed, single]) expectTried(await mustRun([script, file, node], {timeout}), version)
}

function expectTried(stdout: string, version: string): void {
  expect(stdout).toMatch(new RegExp(String.raw`^prosody-mods/\S+ \S+ node-v${version}$`, 'm'))
  expect(
    stdout.match(/^== prosody-mods \S+/gm)?.map((line) => line.slice('== prosody-mods '.length)),
  ).toEqual(['--version', '--help', 'init', 'add', 'install', 'verify', 'lint', 'lint', 'check', 'list'])
}

it(
  'the packed package and the single file work with the Node.js of the tests',
  () => tryWith(process.execPath, process.versions.node),
  timeout,
)

it.each(nodeVersions)(
  'the packed package and the single file work with Node.js %s, and nothing is warned of',
  async (version) => tryWith(await fetchNode(version, join(folder, version)), version),
  timeout,
)

it.each(oldVersions)(
  'with Node.js %s, the package and the single file say in words that it is too old',
  async (version) => {
    const old = await fetchNode(version, join(folder, version))
    const own = join(folder, version, 'prosody-mods')
    await copyFile(single, own)
    for (const file of [join(import.meta.dirname, '../../bin/run.js'), single, own]) {
      const {code, stdout, stderr} = await runProgram([old, file, 'list'], {timeout})
      expect({file, code, stdout}).toEqual({file, code: 1, stdout: ''})
      const [error, hint, ...more] = stderr.trimEnd().split('\n')
      expect(error).toMatch(`error: Node.js ${version} is too old for prosody-mods: 20.19 or later is needed`)
      expect(hint).toMatch(/^hint: \S/)
      expect(more).toEqual([])
    }
  },
  timeout,
)

it(
  'a warning fails the try',
  async () => {
    const warning = join(folder, 'warning-node')
    const text = `#!/bin/sh\nexec '${process.execPath}' --require '${folder}/warning.cjs' "$@"\n`
    await writeFile(join(folder, 'warning.cjs'), "process.emitWarning('this will end')\n")
    await writeFile(warning, text, {mode: 0o755})
    const {code, stderr} = await runProgram([script, packed, warning], {timeout})
    expect([code, stderr]).toEqual([1, expect.stringContaining('Warning: this will end')])
    expect(stderr).toContain('prosody-mods --version: expected nothing on standard error')
  },
  timeout,
)
