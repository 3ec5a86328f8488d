/**
 * Runs commands with the built program, as a user's first day would have them, so that what V8 has compiled of dist/ is
 * kept in it, for each command by itself (docs/decisions/023-code-cache.md). Prints what they print; throws for one that
 * fails, since the build is no good then.
 */
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

/** A line, and the exit code that it has to end with, where that is not 0. */
export type Line = readonly [words: readonly string[], exitCode?: number]

const folder = mkdtempSync(join(tmpdir(), 'prosody-mods-build-'))
const module =
  'local greeting = module:get_option_string("hello_greeting", "hello")\nmodule:log("info", greeting)\n'
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
writeFileSync(join(project, 'mod_hello.lua'), module)
// Its modules are known to the registry; what the server gives for them is not what is known.
const known = join(folder, 'known')
cpSync(fileURLToPath(new URL('../examples/moderated-chat', import.meta.url)), known, {recursive: true})
const config = join(folder, 'config')
mkdirSync(config)
const mirrors = {'https://hg.prosody.im': `http://127.0.0.1:${port}`, debian: `http://127.0.0.1:${port}`}
writeFileSync(join(config, 'config.json'), JSON.stringify({mirrors}))

/** By the folder that their code is kept in (src/load.ts), in the order in which they come. */
const lines: Readonly<Record<string, readonly Line[]>> = {
  other: [[['--version']]],
  help: [[['add', '--help']], [['help', 'environment']]],
  explain: [[['explain', 'USAGE']]],
  init: [[['init', '-C', project]]],
  add: [
    [['add', './mod_hello.lua', `http://127.0.0.1:${port}/mod_hi.lua`, '-C', project]],
    [['add', 'jitsi/token_affiliation', 'jitsi/muc_size', 'http_oauth2', '--dry-run', '-C', known]],
  ],
  install: [
    [['install', '--frozen', '-C', project]],
    [['install', '--dry-run', '-C', known]],
    [['install', '--frozen', '--json', '-C', known], 4],
    [['install', '-C', project]],
  ],
  list: [[['list', '-C', project]], [['list', '-C', known]]],
  ...Object.fromEntries(
    [
      ['verify'],
      ['tree'],
      ['check'],
      ['info', 'muc_moderation'],
      ['search', 'moderation'],
      ['outdated', '--offline'],
    ].map((words) => [words[0] ?? '', [[[...words, '-C', project]]] satisfies readonly Line[]]),
  ),
}
const runner = fileURLToPath(new URL('keep-code.ts', import.meta.url))
try {
  for (const [command, own] of Object.entries(lines)) {
    if (command === 'install') {
      // The context is written anew, and what has come by URL comes anew.
      for (const name of ['prosody-modules', 'conf.d']) rmSync(join(project, name), {recursive: true})
      rmSync(join(folder, 'cache'), {recursive: true})
    }
    const child = spawn(process.execPath, [...process.execArgv, runner, command, JSON.stringify(own)], {
      stdio: 'inherit',
    })
    const [exitCode] = (await once(child, 'exit')) as [number | null]
    if (exitCode !== 0) throw new Error(`the code of ${command} is not kept: exit code ${exitCode}`)
  }
} finally {
  server.closeAllConnections()
  server.close()
  rmSync(folder, {recursive: true, force: true})
}
