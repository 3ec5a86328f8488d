import {join} from 'node:path'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {newSandbox, readTree, type Sandbox} from '../helpers/cli.ts'
import {writeModules} from '../helpers/own-modules.ts'

const processes = 16
let names: readonly string[]
let together: Sandbox
let oneByOne: Sandbox

beforeEach(async () => {
  together = await newSandbox()
  oneByOne = await newSandbox()
  for (const sandbox of [together, oneByOne]) {
    names = await writeModules(join(sandbox.project, 'own'), {prefix: 'job', count: processes})
    await succeed(sandbox, ['init'])
    // The source is declared once, so that what the sixteen write differs in modules only.
    await succeed(sandbox, ['add', './own/mod_job1'])
    await succeed(sandbox, ['remove', '--dry-run', names[0] ?? ''])
  }
})

afterEach(async () => {
  await together.remove()
  await oneByOne.remove()
})

it(
  `${processes} processes adding ${processes} modules to one project give the sequential result`,
  {timeout: 300_000},
  async () => {
    const specs = names.map((name) => `./own/mod_${name}`)
    for (const spec of specs) await succeed(oneByOne, ['add', spec])
    await Promise.all(specs.map((spec) => succeed(together, ['add', spec])))
    const expected = await readTree(oneByOne.project)
    expect(await readTree(together.project)).toEqual(expected)
    for (const name of names) {
      expect(Object.keys(expected)).toContain(`prosody-modules/${name}/mod_${name}/mod_${name}.lua`)
    }
    await succeed(together, ['verify'])
  },
)

async function succeed(sandbox: Sandbox, args: readonly string[]): Promise<void> {
  const {code, stderr} = await sandbox.cli(args, {timeout: 240_000})
  expect({code, stderr: code === 0 ? '' : stderr}).toEqual({code: 0, stderr: ''})
}
