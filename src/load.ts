import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import Module, {createRequire} from 'node:module'
import {join} from 'node:path'
import {Script} from 'node:vm'
import {crc32} from 'node:zlib'

/**
 * Loads the files of dist/ with the code that an earlier run of the same command has compiled of them, from
 * dist/code/<version of V8>/<command>. That is as trusted as the files are: only their owner writes it, and where it
 * can't be read or is of another V8 or build, the file is compiled as ever (docs/decisions/023-code-cache.md).
 */
const folder = __dirname
const codeOfV8 = join(folder, 'code', `${process.versions.v8}-${process.arch}`)
/** Each command runs its own part of the code, and reading what it does not run costs as much as what it does. */
const codeFolder = join(codeOfV8, commandOf(process.argv.slice(2)))
/** Those of which the code is kept: their names tell their contents. */
const named = /-[\w-]{8}\.js$/

/** Those without compiled code, by their names. */
const compiled = new Map<string, Script>()
/** Those of which V8 has refused the code. */
const refused = new Set<string>()
/** Whether it has taken some: what it refuses then was loaded after a command had given it flags. */
let isTaken = false

/**
 * Loads a file of dist/ once, and returns its exports. What Node.js has loaded by itself, as for oclif, is not loaded
 * again, and the other way round: errors are told by their class.
 */
export function load(name: string): unknown {
  const path = join(folder, name)
  const nodes = createRequire(path)
  const before = nodes.cache[path]
  if (before !== undefined) return before.exports
  const module = new Module(path)
  module.filename = path
  nodes.cache[path] = module
  const require = (id: string): unknown => (id.startsWith('./') ? load(id.slice(2)) : (nodes(id) as unknown))
  try {
    scriptOf(name, path).call(module.exports, module.exports, require, module, path, folder)
    module.loaded = true
    return module.exports as unknown
  } finally {
    if (!module.loaded) Reflect.deleteProperty(nodes.cache, path)
  }
}

type Wrapper = (...given: readonly [unknown, (id: string) => unknown, Module, string, string]) => void

function scriptOf(name: string, filename: string): Wrapper {
  const source = wrapped(filename)
  const cachedData = named.test(name) ? codeOf(name) : undefined
  const script = new Script(source, {filename, ...(cachedData === undefined ? {} : {cachedData})})
  if (script.cachedDataRejected === false) isTaken = true
  else if (named.test(name)) compiled.set(name, script)
  if (script.cachedDataRejected === true) refused.add(name)
  return script.runInThisContext() as Wrapper
}

const head = '(function(exports,require,module,__filename,__dirname){'
const tail = '\n})'

/** A file as the function that Node.js makes of CommonJS; put together as bytes, since V8 would copy joined text once more. */
function wrapped(filename: string): string {
  const file = openSync(filename, 'r')
  try {
    const length = fstatSync(file).size
    const bytes = Buffer.allocUnsafe(head.length + length + tail.length)
    let end = bytes.write(head, 0, 'latin1')
    for (let got = -1; got !== 0 && end < head.length + length; end += got)
      got = readSync(file, bytes, end, head.length + length - end, null)
    bytes.write(tail, end, 'latin1')
    // All of it is ASCII, of which V8 makes the smaller kind of text.
    return bytes.toString('latin1', 0, end + tail.length)
  } finally {
    closeSync(file)
  }
}

/** V8 trusts what it is given, and falls over what is damaged: so a sum comes before it, as long as V8 aligns data. */
const sumBytes = 8

function commandOf(words: readonly string[]): string {
  if (words.some((word) => word === '--help' || word === '-h')) return 'help'
  // What a flag of every command has as its value is none.
  const valued = (word: string | undefined): boolean =>
    word === '-C' || word === '--directory' || word === '--color'
  const command = words.find((word, at) => !word.startsWith('-') && !valued(words[at - 1])) ?? ''
  return /^[a-z]+$/.test(command) ? command : 'other'
}

/** Undefined for what is not there, or not as it was written. */
function codeOf(name: string): Buffer | undefined {
  const own = codeIn(codeFolder, name)
  if (own !== undefined || isKept()) return own
  for (const command of others()) {
    const code = codeIn(join(codeOfV8, command), name)
    if (code !== undefined) return code
  }
  return undefined
}

/** Commands that have compiled code, those that run most of it first. */
function others(): readonly string[] {
  try {
    const order = ['list', 'install', 'add']
    return readdirSync(codeOfV8).sort((a, b) => order.indexOf(b) - order.indexOf(a))
  } catch {
    return []
  }
}

function codeIn(place: string, name: string): Buffer | undefined {
  try {
    const file = readFileSync(join(place, name))
    const code = file.subarray(sumBytes)
    return file.readDoubleBE() === crc32(code) ? code : undefined
  } catch {
    return undefined
  }
}

let mayKeep: boolean | undefined

/** Whether this run may keep code: its user has the folder, and can write there. */
function isKept(): boolean {
  mayKeep ??= isOwners()
  return mayKeep
}

function isOwners(): boolean {
  try {
    if (statSync(folder).uid !== process.getuid?.()) return false
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Keeps the code that this run has compiled, where the owner of dist/ runs it and may write there. Never fails.
 * @param hasFlags whether V8 may have flags, with which it makes code that it refuses without them
 */
export function keepCode(
  hasFlags = process.execArgv.length > 0 || (process.env['NODE_OPTIONS'] ?? '') !== '',
): void {
  if (compiled.size === 0 || hasFlags || !isKept()) return
  try {
    // Whatever the umask: who may write here may run code as whoever runs the program.
    mkdirSync(codeFolder, {recursive: true, mode: 0o755})
    for (const [name, script] of compiled)
      if (!isTaken || !refused.has(name)) keep(name, script.createCachedData())
  } catch {
    // A run without it takes longer.
  }
}

function keep(name: string, code: Buffer): void {
  const path = join(codeFolder, `.${process.pid}-${name}`)
  try {
    const sum = Buffer.alloc(sumBytes)
    sum.writeDoubleBE(crc32(code))
    const file = openSync(path, 'wx', 0o644)
    try {
      if (writeSync(file, Buffer.concat([sum, code])) !== sumBytes + code.length) return
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(path, join(codeFolder, name))
  } finally {
    rmSync(path, {force: true})
  }
}
