/**
 * Text of a module for `node --import`: counts the calls that change the file system and, at the one whose
 * number CUT_AT says, does what CUT_HOW says:
 * - kill: the process ends with SIGKILL before the call; of a write, half is written first
 * - fail: that one call fails with ENOSPC
 * - broken: that call and all after it fail with EIO
 */
export const cutModule = `
import fs from 'node:fs'
import {syncBuiltinESMExports} from 'node:module'

let at = Number(process.env.CUT_AT)
let how = process.env.CUT_HOW
let calls = 0

/** Starts counting anew. */
globalThis.setCut = (number, way) => {
  at = number
  how = way
  calls = 0
}

function failure(code) {
  return Object.assign(new Error(code + ': made by the test'), {code, errno: -1})
}

function cut(name, half) {
  calls += 1
  if (calls === at && how === 'kill') {
    half?.()
    process.kill(process.pid, 'SIGKILL')
    // The signal may take a moment; nothing else must happen until then.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  }
  if (calls === at && how === 'fail') throw failure('ENOSPC')
  if (calls >= at && how === 'broken') throw failure('EIO')
}

function patch(object, name, halfOf) {
  const real = object[name]
  object[name] = async function (...args) {
    cut(name, halfOf && (() => halfOf(this, args)))
    return real.apply(this, args)
  }
}

for (const name of ['chmod', 'mkdir', 'open', 'rename', 'rm', 'rmdir', 'unlink']) patch(fs.promises, name)
patch(fs.promises, 'copyFile', (_, [from, to]) => {
  const bytes = fs.readFileSync(from)
  fs.writeFileSync(to, bytes.subarray(0, bytes.length >> 1))
})
const handle = await fs.promises.open(process.execPath, 'r').catch(() => undefined)
if (handle !== undefined) {
  const prototype = Object.getPrototypeOf(handle)
  await handle.close()
  calls = 0
  // A process that is killed loses nothing that it has written: only counting makes the test fast.
  prototype.sync = async () => undefined
  for (const name of ['chmod', 'sync']) patch(prototype, name)
  patch(prototype, 'writeFile', ({fd}, [bytes]) => {
    const all = Buffer.from(bytes)
    fs.writeSync(fd, all.subarray(0, all.length >> 1))
  })
}
syncBuiltinESMExports()
`
