/**
 * Runs commands with the built program, as a user's first day would have them, so that what V8 has compiled of dist/ is
 * kept in it (docs/decisions/023-code-cache.md). Prints what they print; throws for one that fails, since the build is no
 * good then.
 */
import {cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:http'
import {createRequire} from 'node:module'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import type * as loader from '../src/load.ts'
import type * as program from '../src/main.ts'

const folder = mkdtempSync(join(tmpdir(), 'prosody-mods-build-'))
const module =
  'local greeting = module:get_option_string("hello_greeting", "hello")\nmodule:log("info", greeting)\n'
// Each line has its own listeners.
for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(0)
const server = createServer((_, response) => response.end(module))
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const {port} = server.address() as AddressInfo

// What this user has set is for this user's runs: a proxy, say, does not know this machine's ports.
for (const name of Object.keys(process.env))
  if (/^(?:https?|no)_proxy$|^PROSODY_MODS_/i.test(name)) Reflect.deleteProperty(process.env, name)
for (const name of ['CACHE', 'CONFIG', 'STATE'])
  process.env[`PROSODY_MODS_${name}`] = join(folder, name.toLowerCase())
const project = join(folder, 'project')
mkdirSync(project)
// Its modules are known to the registry; what the server gives for them is not what is known.
const known = join(folder, 'known')
cpSync(fileURLToPath(new URL('../examples/moderated-chat', import.meta.url)), known, {recursive: true})
const config = join(folder, 'config')
mkdirSync(config)
const mirrors = {'https://hg.prosody.im': `http://127.0.0.1:${port}`, debian: `http://127.0.0.1:${port}`}
writeFileSync(join(config, 'config.json'), JSON.stringify({mirrors}))
/** Exit code of lines that can't succeed, by their beginning. */
const failing: Readonly<Record<string, number>> = {'install --frozen --json': 4}
const lines = [
  ['--version'],
  ['add', '--help'],
  ['help', 'environment'],
  ['explain', 'USAGE'],
  ...[
    ['init'],
    ['add', './mod_hello.lua', `http://127.0.0.1:${port}/mod_hi.lua`],
    ['install', '--frozen'],
    ['list'],
    ['verify'],
    ['tree'],
    ['check'],
    ['info', 'muc_moderation'],
    ['search', 'moderation'],
    ['outdated', '--offline'],
  ].map((words) => [...words, '-C', project]),
  ...[
    ['install', '--dry-run'],
    ['add', 'jitsi/token_affiliation', 'jitsi/muc_size', 'http_oauth2', '--dry-run'],
    ['install', '--frozen', '--json'],
    ['list'],
  ].map((words) => [...words, '-C', known]),
]
try {
  const {load, keepCode} = createRequire(import.meta.url)('../dist/load.js') as typeof loader
  const {main} = load('main.js') as typeof program
  for (const line of lines) {
    if (line[0] === 'add') writeFileSync(join(project, 'mod_hello.lua'), module)
    const exitCode = await main(line)
    const expected = Object.entries(failing).find(([begin]) => line.join(' ').startsWith(begin))?.[1] ?? 0
    if (exitCode !== expected) throw new Error(`${line.join(' ')} ended with ${exitCode}`)
  }
  // Those that this was started with are not V8's.
  keepCode(false)
} finally {
  server.closeAllConnections()
  server.close()
  rmSync(folder, {recursive: true, force: true})
}
