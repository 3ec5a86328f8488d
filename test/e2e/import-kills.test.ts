import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, readFileSync} from 'node:fs'
import {mkdir, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {cliPath, newSandbox, readTree, type Sandbox} from '../helpers/cli.ts'
import {putFiles, startImportPublishers, type ImportPublishers} from '../helpers/import-publishers.ts'

/** One in three at any moment of the run, the others from when the lockfile is there until the end. */
const kills = 36

let publishers: ImportPublishers
let sandbox: Sandbox
let files: Record<string, string>

beforeAll(async () => {
  publishers = await startImportPublishers()
  sandbox = await newSandbox()
  await publishers.configure(sandbox)
  files = await publishers.fixture('edited')
}, 60_000)

afterAll(async () => {
  await publishers.close()
  await sandbox.remove()
})

it(
  `ends as an unkilled run after each of ${kills} kills, most of them before the Dockerfile is written`,
  {
    timeout: 300_000,
  },
  async () => {
    await begin()
    const started = Date.now()
    const {code, stdout, stderr} = await sandbox.cli(['import', 'Dockerfile'])
    expect(code, stdout + stderr).toBe(0)
    const whole = Date.now() - started
    const after = await readTree(sandbox.project)
    const outcome = {before: 0, between: 0, finished: 0}
    for (let number = 0; number < kills; number += 1) {
      await begin()
      const isBetween = number % 3 !== 0
      await kill(
        isBetween ? {fromLock: true, delay: number % 9} : {fromLock: false, delay: (number / kills) * whole},
      )
      const isOld = read('Dockerfile') === files['Dockerfile']
      outcome[isOld ? (existsSync(place('prosody-mods.lock.json')) ? 'between' : 'before') : 'finished'] += 1
      // The old one or the new one, and never a part.
      expect([files['Dockerfile'], after['Dockerfile']]).toContain(read('Dockerfile'))
      const again = await sandbox.cli(['import', 'Dockerfile'])
      expect(again.code, again.stdout + again.stderr).toBe(0)
      expect(await readTree(sandbox.project)).toEqual(after)
    }
    // Kills that all came before or after would prove nothing.
    expect(outcome.before).toBeGreaterThan(0)
    expect(outcome.between).toBeGreaterThan(kills / 4)
  },
)

const place = (path: string): string => join(sandbox.project, path)
const read = (path: string): string => readFileSync(place(path), 'utf8')

async function begin(): Promise<void> {
  await rm(sandbox.project, {recursive: true})
  await mkdir(sandbox.project)
  await putFiles(sandbox, files)
}

async function kill({fromLock, delay}: {readonly fromLock: boolean; readonly delay: number}): Promise<void> {
  const child = spawn(process.execPath, [cliPath, 'import', 'Dockerfile'], {
    cwd: sandbox.project,
    env: sandbox.env,
    stdio: 'ignore',
  })
  const exit = once(child, 'exit')
  while (fromLock && child.exitCode === null && !existsSync(place('prosody-mods.lock.json')))
    await setTimeout(1)
  await Promise.race([setTimeout(delay), exit])
  child.kill('SIGKILL')
  await exit
}
