import {copyFile, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {fetchNode, nodeVersions} from '../helpers/node-versions.ts'
import {packInto} from '../helpers/packed.ts'
import {mustRun, runProgram} from '../helpers/program.ts'
import {buildSingleFile} from '../helpers/single-file.ts'

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

it(
  'the single file says in words that Node.js is too old',
  async () => {
    const old = await fetchNode('14.21.3', join(folder, 'old'))
    for (const name of ['prosody-mods.mjs', 'prosody-mods']) {
      const file = join(folder, 'old', name)
      await copyFile(single, file)
      const {code, stdout, stderr} = await runProgram([old, file, 'list'], {timeout})
      expect([name, code, stdout]).toEqual([name, 1, ''])
      expect(stderr).toMatch(/^error: Node\.js 14\.21\.3 is too old for prosody-mods: .*\nhint: .*\n$/)
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
