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

const {openSync, writeSync} = fs
const half = (file, bytes) => writeSync(file, Buffer.from(bytes).subarray(0, bytes.length >> 1))

function patchSync(name, halfOf) {
  const real = fs[name]
  fs[name] = function (...args) {
    cut(name, halfOf && (() => halfOf(args)))
    return real.apply(this, args)
  }
}

function patch(object, name, halfOf) {
  const real = object[name]
  object[name] = async function (...args) {
    cut(name, halfOf && (() => halfOf(this, args)))
    return real.apply(this, args)
  }
}

for (const name of ['mkdir', 'open', 'rename', 'rm', 'rmdir']) patch(fs.promises, name)
for (const name of ['chmodSync', 'fchmodSync', 'mkdirSync', 'renameSync', 'rmdirSync', 'unlinkSync']) patchSync(name)
// Opening for reading changes nothing.
fs.openSync = (path, flags, mode) => {
  const writes = typeof flags === 'number' ? (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0 : flags !== 'r'
  if (flags !== undefined && writes) cut('openSync')
  return openSync(path, flags, mode)
}
patchSync('writeFileSync', ([file, bytes]) => half(file, bytes))
patch(fs.promises, 'copyFile', (_, [from, to]) => half(openSync(to, 'w'), fs.readFileSync(from)))
// A process that is killed loses nothing that it has written: only counting makes the test fast.
fs.fsync = (_, done) => {
  try {
    cut('fsync')
  } catch (error) {
    return done(error)
  }
  done(null)
}
const handle = await fs.promises.open(process.execPath, 'r').catch(() => undefined)
if (handle !== undefined) {
  const prototype = Object.getPrototypeOf(handle)
  await handle.close()
  calls = 0
  prototype.sync = async () => undefined
  patch(prototype, 'sync')
  patch(prototype, 'writeFile', ({fd}, [bytes]) => half(fd, bytes))
}
syncBuiltinESMExports()
`
