import {spawn} from 'node:child_process'
import {chmod} from 'node:fs/promises'
import {expect, it, onTestFinished} from 'vitest'
import {processExists} from '../../src/process-exists.ts'
import {plainJavaScript} from '../helpers/plain-javascript.ts'
import {mustRun} from '../helpers/program.ts'

it('knows a living process from one that has ended', async () => {
  const child = spawn('sleep', ['60'])
  const {pid = 0} = child
  expect(processExists(pid)).toBe(true)
  const ended = new Promise((resolve) => child.on('exit', resolve))
  child.kill('SIGKILL')
  await ended
  expect(processExists(pid)).toBe(false)
})

it.each([NaN, 0, -1, -process.pid, 1.5, 2 ** 53, 2 ** 31])('%d is no process', (pid) => {
  expect(processExists(pid)).toBe(false)
})

it("sees another user's process, which it may not signal", {timeout: 180_000}, async () => {
  const javascript = plainJavaScript()
  onTestFinished(() => javascript.remove())
  await chmod(javascript.folder, 0o755)
  const script = javascript.script(
    'look.mjs',
    `const {processExists} = await import('${javascript.url('process-exists')}')
     process.stdout.write(String(processExists(1)))`,
  )
  const isRoot = process.getuid?.() === 0
  const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']
  expect(await mustRun([...(isRoot ? asNobody : []), process.execPath, script])).toBe('true')
})
