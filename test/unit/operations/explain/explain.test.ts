import {describe, expect, it} from 'vitest'
import {explain} from '../../../../src/operations/explain/explain.ts'
import {explanationIds, type ExplanationId} from '../../../../src/operations/explain/types.ts'
import {textLines} from '../../../../src/operations/explain/text-lines.ts'
import {renderExplain} from '../../../../src/render/explain.ts'
import {explained, nowhere, said, type Row} from '../../../helpers/explained.ts'
import {fieldRows} from '../../../helpers/field-messages.ts'
import {seeded} from '../../../helpers/random.ts'
import {processorTime} from '../../../helpers/processor-time.ts'

const old = 'startup             info\tHello and welcome to Prosody version 0.12.3\n'
const missingFile = (name: string): string =>
  `modulemanager\terror\tUnable to load module '${name}': /usr/lib/prosody/modules/share/lua/5.4/mod_${name}/mod_${name}.lua: No such file or directory`

// Wording as Prosody 0.12.3 and 13.0.1 print it, some as pasted into public threads.
const rows: readonly Row[] = [
  {
    text: missingFile('muc_moderation'),
    id: 'module-not-installed',
    module: 'muc_moderation',
    says: ['prosody-mods add community/muc_moderation'],
  },
  {
    text: missingFile('auth_token'),
    id: 'module-not-installed',
    says: [
      'prosody-mods add community/auth_token',
      'prosody-mods add jitsi/auth_token',
      'authentication = "token"',
    ],
  },
  {
    text: missingFile('token_affiliation'),
    id: 'module-moved',
    says: ['token_affiliation_legacy', 'registry/moves.json'],
  },
  {
    text: missingFile('polls'),
    id: 'module-moved',
    says: [
      'polls are a component of their own',
      'prosody-mods add jitsi/polls_component',
      'prosody-mods add jitsi/polls@10532',
    ],
  },
  {
    text: old + missingFile('cloud_notify'),
    id: 'module-of-other-prosody',
    says: ['run Prosody 13.0', 'prosody-mods add community/cloud_notify'],
  },
  {text: missingFile('ping'), id: 'module-of-core-missing', says: ['modules/mod_ping.lua']},
  {text: missingFile('mod_ping'), id: 'module-prefix', says: ['write "ping"']},
  {
    text: missingFile('auth_jwt'),
    id: 'module-unknown',
    says: ['mod_auth_token may be meant', 'docker-jitsi-meet/issues/2112'],
  },
  {text: missingFile('smack'), id: 'module-unknown', says: ['similar names: smacks']},
  {
    text:
      old +
      "modulemanager\terror\tError initializing module 'own_alpha' on 'chat.example': /usr/lib/prosody/core/moduleapi.lua:147: Unable to load required module, mod_own_none: /usr/lib/prosody/modules/share/lua/5.4/mod_own_none/mod_own_none.lua: No such file or directory",
    id: 'module-unknown',
    says: ['see whether mod_own_alpha means another name'],
    silent: ['in the configuration'],
  },
  {
    text:
      old +
      "modulemanager\terror\tError initializing module 'own_alpha' on 'chat.example': /usr/lib/prosody/util/startup.lua:203: module 'DBI' not found:No field package.preload['DBI']",
    id: 'sql-library-missing',
    module: 'own_alpha',
    says: ['mod_own_alpha finds no library for databases'],
  },
  {
    text:
      old +
      "modulemanager\terror\tError initializing module 'own_alpha' on 'chat.example': /usr/lib/prosody/core/moduleapi.lua:133: Failed to load plugin library 'beside', error: /usr/lib/prosody/modules/share/lua/5.4/mod_beside/beside.lib.lua: No such file or directory",
    id: 'shared-library-missing',
    module: 'own_alpha',
    says: ['take all files of the module from where it came from'],
  },
  {
    text: missingFile('muc_kick_jigasi'),
    id: 'module-moved',
    says: ['jitsi 9823 is the last known release', 'prosody-mods add jitsi/muc_kick_jigasi@9823'],
  },
  {
    text: "module 'prosody.util.queue' not found",
    id: 'library-of-other-prosody',
    says: ['Prosody 13.0 has it (Prosody 0.12 has not): another Prosody may run'],
  },
  {
    text: "module 'util.jid' not found",
    id: 'library-of-other-prosody',
    says: ['Prosody 13.0 has it: another Prosody may run'],
  },
  {text: "module 'util.unheard' not found", id: 'library-unknown', says: ['0.12, 13.0']},
  // Prosody 0.11 names no reason; a folder stands there, as a container makes one for a file that is not on the host.
  {
    text: "prosody_1  | modulemanager       error  Unable to load module 'token_moderation': /prosody-plugins-custom/mod_token_moderation.lua",
    id: 'file-unreadable',
    module: 'token_moderation',
    says: [
      'a folder stands where the file should be',
      'ls -ld /prosody-plugins-custom/mod_token_moderation.lua',
    ],
  },
  {
    text: "error Unable to load module 'auth_internal': /usr/lib/prosody/modules/share/lua/5.4/mod_auth_internal/mod_auth_internal.lua: No such file or directory",
    id: 'module-unknown',
    says: ['auth_internal_hashed'],
  },
  {
    text: "Unable to load module 'x': /plugins/mod_x.lua: Permission denied",
    id: 'file-unreadable',
    says: ['chmod -R a+rX /plugins'],
  },
  {
    text: "module 'basexx' not found",
    id: 'library-missing',
    module: null,
    says: [
      'lua-basexx',
      'install -D --mode=644 /usr/share/lua/5.1/basexx.lua /usr/local/share/lua/5.4/basexx.lua',
    ],
  },
  {
    text: "Dec 10 06:44:23 modulemanager   error   Error initializing module 'token_verification' on 'conference.example.com': /usr/bin/prosody:178: module 'basexx' not foun$",
    id: 'library-missing',
    module: 'token_verification',
  },
  {
    text: "Feb 06 10:14:30 modulemanager\terror\tError initializing module 'token_verification' on 'conference.example.com: /usr/lib/prosody/util/startup.lua:203: module 'inspect' not found:",
    id: 'library-missing',
    says: ['lua-inspect'],
  },
  {
    text: "module 'cjson.safe' not found:No LuaRocks module found for cjson.safe",
    id: 'library-missing',
    says: ['apt-get install --yes --no-install-recommends lua-cjson'],
  },
  {
    text: "module 'luajwtjitsi' not found",
    id: 'library-missing',
    says: ['luarocks --lua-version=5.4 install luajwtjitsi'],
  },
  {text: "module 'unbound' not found", id: 'library-unknown', says: ['called lunbound']},
  {
    text: `${old}modulemanager error Error initializing module 'x' on 'h': s.lua:1: module 'prosody.util.queue' not found:`,
    id: 'library-of-other-prosody',
    says: ['as util.queue only', 'run Prosody 13.0'],
  },
  {
    text: `${old}modulemanager error Error initializing module 'x' on 'h': s.lua:1: module 'util.paseto' not found:`,
    id: 'library-of-other-prosody',
    says: ['Prosody 13.0 has it, Prosody 0.12 has not'],
  },
  {text: "module 'net.httpserver' not found:", id: 'library-of-other-prosody', says: ['run Prosody 0.12']},
  {
    text: "Failed to load plugin library 'token/util', error: /usr/lib/prosody/modules/token/util.lib.lua: No such file or directory",
    id: 'shared-library-missing',
    says: ['jitsi has a token/util.lib.lua', 'add the whole tree of jitsi'],
  },
  {
    text: "Error initializing module 'x' on 'h': /usr/lib/prosody/core/moduleapi.lua:133: Failed to load plugin library 'util', error: /usr/lib/prosody/modules/util.lib.lua: No such file or directory",
    id: 'shared-library-missing',
    module: 'x',
    says: ['prosody-mods add jitsi/util'],
  },
  {
    text: "modulemanager warn Error initializing module 'a' on 'h': /usr/lib/prosody/core/moduleapi.lua:173: Unable to load required module, mod_muc_lobby_rooms: /usr/lib/prosody/modules/mod_muc_lobby_rooms.lua: No such file or directory",
    id: 'module-not-installed',
    module: 'muc_lobby_rooms',
    says: ['mod_a needs it', 'prosody-mods add jitsi/muc_lobby_rooms'],
  },
  {
    text: "Error initializing module 'a' on 'h': /usr/lib/prosody/core/moduleapi.lua:140: Dependency on disabled module mod_c2s",
    id: 'dependency-disabled',
    module: 'a',
    says: ['take "c2s" out of modules_disabled'],
  },
  {
    text: `${old}modulemanager warn\tNot loading module, due to missing features 'split-user-roles': /p/mod_a.lua`,
    id: 'metadata-refused',
    module: 'a',
    says: ['run Prosody 13.0'],
  },
  {
    text: "modulemanager warn\tNot loading module, due to conflicting features '{mod_bookmarks}': /p/mod_bookmarks2.lua",
    id: 'metadata-refused',
    module: 'bookmarks2',
    says: ['conflicts with mod_bookmarks', '13.0.json: features'],
  },
  {
    text: 'modulemanager warn\tNot loading module, we have Lua 5.4 but the module requires one of (5.1, 5.2): /p/mod_a.lua',
    id: 'metadata-refused',
    says: ['it asks for Lua 5.1, 5.2'],
  },
  {
    text: "Unable to load module 'a': /p/mod_a.lua:1: unexpected symbol near '<'",
    id: 'syntax-error',
    says: ['a page of a web server'],
  },
  {
    text: "Unable to load module 'a': /p/mod_a.lua:9: '=' expected near 'x'",
    id: 'syntax-error',
    module: 'a',
    says: ['line 9'],
  },
  {
    text: `${old}modulemanager error Error initializing module 'a' on 'h': /p/mod_a.lua:3: attempt to call a nil value (method 'may')`,
    id: 'api-missing',
    says: ['module:may came with Prosody 13.0'],
  },
  {
    text: "Error initializing module 'a' on 'h': /p/mod_a.lua:3: attempt to call method 'http_url' (a nil value)",
    id: 'api-missing',
    says: ['mod_http adds module:http_url'],
  },
  {
    text: "Error initializing module 'a' on 'h': /p/mod_a.lua:3: attempt to call a nil value (global 'unpack')",
    id: 'lua-missing',
    says: ['table.unpack'],
  },
  {
    text: "Error initializing module 'a' on 'h': /p/mod_a.lua:3: attempt to index a nil value (local 'settings')",
    id: 'nil-value',
    module: 'a',
  },
  {
    text: 'runnerX1 error\tEncountered error: /p/mod_a.lua:3: attempt to compare number with nil',
    id: 'module-error',
    module: null,
  },
  {
    text: "Error initializing module 'muc' on 'h': MUC should be loaded as a component, please see https://prosody.im/doc/components",
    id: 'component-only',
    module: 'muc',
  },
  {text: "warn\tAttempt to read a non-existent global 'tonumbr'", id: 'global-missing', says: ['tonumbr']},
  {text: 'storagemanager warn\tFalling back to null driver for accounts storage on h', id: 'storage-lost'},
  {
    text: "Error initializing module 'storage_sql' on 'h': /usr/lib/prosody/util/startup.lua:203: module 'DBI' not found:",
    id: 'sql-library-missing',
    says: ['lua-dbi-postgresql'],
  },
  {
    text: 'h:storage_sql error\tLuaDBI or LuaSQLite3 are required for using SQL databases but neither are installed',
    id: 'sql-library-missing',
    module: 'storage_sql',
  },
  {
    text: '/usr/share/lua/5.4/DBI.lua:49: Cannot load driver PostgreSQL. Available drivers are: SQLite3',
    id: 'sql-library-missing',
    says: ['recommends lua-dbi-postgresql'],
  },
  {text: 'Prosody was unable to find LuaSec', id: 'start-library-missing', says: ['recommends lua-sec']},
  {
    text: "localhost:mam error\tConfig option 'max_archive_query_results' not understood, expecting a number",
    id: 'option-value',
    module: 'mam',
    says: ['it takes a number'],
  },
  {
    text: 'h:a warn\tThis module uses deprecated module:once() - switch to module:on_ready() or (better) expose function module.ready()',
    id: 'deprecated-api',
    module: 'a',
  },
]

describe('a message of Prosody', () => {
  it.each([...rows, ...fieldRows])('$id: $text', async ({text, id, module, says = [], silent = []}) => {
    const result = await explained(text)
    expect(result.explained.map((one) => one.id)).toEqual([id])
    const [one] = result.explained
    if (one === undefined) throw new Error('nothing is explained')
    if (module !== undefined) expect(one.module).toBe(module)
    for (const words of says) expect(said(one)).toContain(words)
    for (const words of silent) expect(said(one)).not.toContain(words)
    expect(result.unknown).toEqual([])
  })

  it('has a test for every id that needs no project', () => {
    const inProjects: readonly ExplanationId[] = [
      'module-unreached',
      'shadowed',
      'wrong-prosody',
      'option-missing',
    ]
    const tested = new Set([...[...rows, ...fieldRows].map(({id}) => id), ...inProjects])
    expect([...tested].sort()).toEqual([...explanationIds].sort())
  })

  const bare = missingFile('muc_moderation')
  it.each([
    ['a date', `Feb 06 10:14:30 ${bare}`],
    ['an ISO date', `2026-02-12T10:00:00.123456Z ${bare}`],
    ['journald', `Feb 06 10:14:30 myhost prosody[1234]: ${bare}`],
    ['docker compose', `prosody-1  | 2026-02-12 10:00:00 ${bare}`],
    [
      'colours',
      `\u001b[1mmodulemanager\u001b[0m \u001b[31merror\u001b[0m\t${bare.replace(/^.*?error\t/, '')}`,
    ],
    ['a carriage return', `${bare}\r`],
    ['tabs of syslog', bare.replaceAll('\t', '#011')],
  ])('is understood behind %s', async (_, text) => {
    const {explained: found} = await explained(`${text}\n`)
    expect(found.map(({id, module}) => [id, module])).toEqual([['module-not-installed', 'muc_moderation']])
  })

  it('counts repetitions, keeps the first line, and names all hosts', async () => {
    const on = (host: string): string =>
      `modulemanager error\tError initializing module 'x' on '${host}': a.lua:1: module 'basexx' not found:\n\tno file '/usr/share/lua/5.3/basexx.lua'\n`
    const {explained: found, target} = await explained(`general info\tok\n${on('a')}${on('b')}${on('a')}`)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({line: 2, count: 3, hosts: ['a', 'b']})
    expect(target.lua).toBe('5.3')
  })

  it('names the file that its stack trace names, past Prosody’s own', async () => {
    const trace =
      "\tno field package.preload['basexx']\n\tstack traceback:\n\t[C]: in upvalue '_real_require'\n\t/usr/lib/prosody/util/startup.lua:203: in function 'require'\n\t...prosody-plugins/token/util.lib.lua:7: in main chunk\n"
    const {explained: found} = await explained(
      `Error initializing module 'x' on 'h': a: module 'basexx' not found:\n${trace}`,
    )
    expect(found[0]?.causes[0]).toMatchObject({sure: true, text: 'token/util.lib.lua requires it'})
    expect(found[0]?.causes[0]?.evidence[0]).toContain('token/util.lib.lua:7')
  })

  it('has an explanation for each module that it kept from loading, whatever is missing', async () => {
    const failing = ['http', 'unpack'].flatMap((name) =>
      ['a', 'b'].map(
        (module) =>
          `modulemanager error\tError initializing module '${module}' on 'h': /p/mod_${module}.lua:3: attempt to call a nil value (global '${name}')\n`,
      ),
    )
    const newer = ['a', 'b'].map(
      (module) =>
        `modulemanager error\tError initializing module '${module}' on 'h': /p/util.lib.lua:3: attempt to call a nil value (method 'may')\n`,
    )
    const {explained: found} = await explained([old, ...failing, ...newer, ...newer])
    expect(found.map(({id, module, count}) => [id, module, count])).toEqual([
      ['global-missing', 'a', 1],
      ['global-missing', 'b', 1],
      ['lua-missing', 'a', 1],
      ['lua-missing', 'b', 1],
      ['api-missing', 'a', 2],
      ['api-missing', 'b', 2],
    ])
    expect(found[1]?.happened).toContain('mod_b stopped at line 3')
  })

  const reads = (name: string, place: string): string =>
    `startup warn\tAttempt to read a non-existent global '${name}'\n\tstack traceback:\n\t${place}: in main chunk\n\t[C]: in function 'xpcall'\n`

  it('of a variable that is not there names all code that reads it', async () => {
    const {explained: found} = await explained([
      reads('tonumbr', '/p/mod_a.lua:3'),
      reads('tonumbr', '/p/mod_b.lua:4'),
      reads('tonumbr', '/p/mod_a.lua:3'),
    ])
    expect(found.map(({id, count}) => [id, count])).toEqual([['global-missing', 3]])
    expect(found[0]?.causes.slice(0, 2)).toEqual([
      {sure: true, text: 'mod_a.lua reads it', evidence: ['the stack trace: /p/mod_a.lua:3']},
      {sure: true, text: 'mod_b.lua reads it', evidence: ['the stack trace: /p/mod_b.lua:4']},
    ])
    expect(found[0]?.steps[0]?.command).toBe('prosody-mods lint')
  })

  it('of a variable that a file outside of modules reads asks for no correction', async () => {
    const {explained: found} = await explained(reads('module', '/usr/share/lua/5.4/ltn12.lua:12'))
    const [one] = found
    if (one === undefined) throw new Error('nothing is explained')
    expect(said(one)).toContain('ltn12.lua reads it')
    expect(said(one)).not.toContain('misspelled')
  })

  it('of a variable is one with the error of the code that read it', async () => {
    const error =
      "modulemanager error\tError initializing module 'a' on 'h': /p/mod_a.lua:3: attempt to index a nil value (global 'http')\n"
    const {explained: found} = await explained([reads('http', '/p/mod_a.lua:3'), error])
    expect(found.map(({id, module}) => [id, module])).toEqual([['global-missing', 'a']])
    const both = await explained([reads('http', '/p/mod_a.lua:3'), reads('http', '/p/mod_b.lua:3'), error])
    expect(both.explained.map(({module}) => module)).toEqual([null, 'a'])
  })

  it('of a disabled module names all that need it', async () => {
    const needs = (module: string): string =>
      `modulemanager error\tError initializing module '${module}' on 'h': /usr/lib/prosody/core/moduleapi.lua:140: Dependency on disabled module mod_c2s\n`
    const {explained: found} = await explained([needs('a'), needs('b'), needs('a')])
    expect(found).toHaveLength(1)
    expect(found[0]?.causes.map(({text}) => text)).toEqual([
      'modules_disabled has "c2s"',
      'mod_a needs it',
      'mod_b needs it',
    ])
  })

  it('takes none of Prosody’s own loaders for what asks', async () => {
    const trace =
      "\tstack traceback:\n\t/usr/lib/prosody/core/moduleapi.lua:133: in function 'core.moduleapi.require'\n\t/p/mod_a.lua:2: in main chunk\n\t/usr/lib/prosody/core/modulemanager.lua:270: in upvalue 'do_load_module'\n"
    const {explained: found} = await explained(
      `Error initializing module 'a' on 'h': /usr/lib/prosody/core/moduleapi.lua:133: Failed to load plugin library 'unheard', error: /p/unheard.lib.lua: No such file or directory\n${trace}`,
    )
    expect(found[0]?.causes[0]).toMatchObject({text: 'mod_a.lua requires it'})
  })

  it('of a timer is one with the error that the timer passes on', async () => {
    const error = '/p/mod_a.lua:60: attempt to call a boolean value'
    const {explained: found} = await explained(
      `runnerX1 error\tEncountered error: ${error}\nserver_epoll error\tError in timer: /usr/lib/prosody/util/async.lua:154: ${error}\n`,
    )
    expect(found.map(({happened, count}) => [happened, count])).toEqual([
      ['the code of mod_a stopped at line 60: attempt to call a boolean value', 2],
    ])
  })

  it('of a value that is nil is understood without a file', async () => {
    const {explained: method} = await explained(
      `${old}attempt to call a nil value (method 'default_permission')`,
    )
    expect(method.map(({id}) => id)).toEqual(['api-missing'])
    const {explained: global} = await explained("attempt to call a nil value (global 'setfenv')")
    expect(global.map(({id}) => id)).toEqual(['lua-missing'])
  })

  it('of a file that was left out is one with that of its absence', async () => {
    const {explained: found} = await explained(
      `modulemanager warn\tNot loading module, due to missing features 'x': /p/mod_a.lua\n${missingFile('a')}`,
    )
    expect(found.map(({id}) => id)).toEqual(['metadata-refused'])
  })
})

describe('a name that means something to a shell', () => {
  it.each([
    ["Unable to load module 'x;reboot': /p/mod_x;reboot.lua: No such file or directory", "'x;reboot'"],
    ["module '$(reboot)' not found", "'$(reboot)'"],
  ])('stands in quotes in a command: %s', async (text, quoted) => {
    const commands = (await explained(text)).explained.flatMap(({steps}) =>
      steps.map(({command}) => command ?? ''),
    )
    const named = commands.filter((command) => command.includes('reboot'))
    expect(named.length).toBeGreaterThan(0)
    for (const command of named) expect(command).toMatch(/ '[^']*reboot[^']*'$/)
    expect(named.join(' ')).toContain(quoted)
  })
})

describe('a log of a Prosody that is not known', () => {
  it.each([
    ['0.9.10', '0.12', 'Debian bookworm'],
    ['0.11 nightly build 39 (2019-03-01, 0123456789ab)', '0.12', 'Debian bookworm'],
    ['13.9.1', '13.0', 'Debian trixie'],
    ['trunk nightly build 7', '13.0', 'Debian trixie'],
  ])('%s is told, and what holds for the nearest one: %s', async (version, line, debian) => {
    const result = await explained([
      `general info\tHello and welcome to Prosody version ${version}\n`,
      missingFile('muc_moderation'),
    ])
    const greets = version.split(' ')[0] ?? ''
    expect(result.target).toMatchObject({prosody: line, from: 'nearest', greets})
    const [first] = renderExplain(result).split('\n')
    expect(first).toContain(`Prosody ${line} with Lua 5.4 on ${debian}, the nearest that is known`)
    expect(first).toContain(`the log is of Prosody ${greets}`)
  })

  it.each([
    [missingFile('mam'), 'module-of-other-prosody', 'the log is of Prosody 0.9.10'],
    ["module 'util.jid' not found:", 'library-of-other-prosody', 'run Prosody 0.12 or 13.0'],
    [
      "h:x error\tError initializing module 'x' on 'h': /p/mod_x.lua:3: attempt to call method 'get_option_enum' (a nil value)",
      'api-missing',
      'run Prosody 13.0',
    ],
    [
      "h:x error\tError initializing module 'x' on 'h': /p/mod_x.lua:3: attempt to call method 'add_timer' (a nil value)",
      'api-missing',
      'Prosody 0.9.10 may have no such method',
    ],
  ])('is not taken for one that has what it lacks: %s', async (text, id, words) => {
    const {explained: found} = await explained([
      'general info\tHello and welcome to Prosody version 0.9.10\n',
      text,
    ])
    expect(found.map((one) => one.id)).toEqual([id])
    const answers = found.map(said).join('\n')
    expect(answers).toContain(words)
    expect(answers).not.toContain('--reinstall')
    expect(answers).not.toContain('may be incomplete')
  })

  it('does not count where none greets', async () => {
    const result = await explained(missingFile('mam'))
    expect(result.target).toMatchObject({prosody: '13.0', from: 'default', greets: null})
  })
})

describe('a text that collectors of logs have put something around', () => {
  const wrappings: readonly (readonly [string, (line: string) => string])[] = [
    ['a journal', (line) => `Feb 03 12:00:00 chat prosody[812]: ${line}`],
    ['syslog', (line) => `2026-02-03T12:00:00.123456+02:00 chat prosody[812]: ${line}`],
    ['docker compose', (line) => `prosody-1  | ${line}`],
    ['docker compose of old, with colours', (line) => `\u001b[36mprosody_1  |\u001b[0m ${line}`],
    ['docker logs with times', (line) => `2026-02-03T12:00:00.123456789Z ${line}`],
    ['kubectl with times', (line) => `2026-02-03T12:00:00.123456789Z stdout F ${line}`],
    ['a file of Docker', (line) => JSON.stringify({log: `${line}\n`, stream: 'stdout', time: '2026'})],
  ]

  it.each(wrappings)('is told like one without: %s', async (_, wrap) => {
    for (const {text} of [...rows, ...fieldRows]) {
      const lines = text.split('\n')
      const {explained: bare} = await explained(text)
      const {explained: wrapped} = await explained(lines.map((line) => `${wrap(line)}\n`))
      expect(wrapped, text).toEqual(bare.map((one) => ({...one, message: expect.any(String) as string})))
    }
  })

  it('is that of one program, whatever others write between its lines', async () => {
    const {explained: found} = await explained([
      'prosody-1  | A problem occurred while reading the config file /config/prosody.cfg.lua\n',
      'jicofo-1   | Error: something else: 1\n',
      'prosody-1  |\n',
      "prosody-1  | Error: /config/conf.d/chat.cfg.lua:7: syntax error near '}'\n",
    ])
    expect(found.map(({happened}) => happened)).toEqual([
      "Prosody does not start: it can't read /config/conf.d/chat.cfg.lua, line 7: syntax error near '}'",
    ])
  })

  it.each(['', 'prosody-1  | '])('goes on where a journal names its writer once, behind %j', async (head) => {
    const {explained: found} = await explained([
      `${head}Feb 03 12:00:00 chat prosody[812]: modulemanager: Error initializing module 'x' on 'h': s.lua:1: error loading module 'cjson' from file '/usr/local/lib/lua/5.2/cjson.so':\n`,
      `${head}                                   /usr/local/lib/lua/5.2/cjson.so: undefined symbol: lua_objlen\n`,
    ])
    expect(found.map(({id, happened}) => [id, happened])).toEqual([
      [
        'library-incompatible',
        'the Lua library cjson is there, and its compiled file does not load: /usr/local/lib/lua/5.2/cjson.so: undefined symbol: lua_objlen',
      ],
    ])
  })
})

describe('what is not understood', () => {
  it('is listed: warnings and errors of a log, each once', async () => {
    const line = 'c2s1 warn\tsomething new'
    const result = await explained(
      `general info\tfine\nOct 01 10:00:00 ${line}\nOct 01 10:00:01 ${line}\n${missingFile('ping')}\n`,
    )
    expect(result.unknown).toEqual([{line: 2, text: `Oct 01 10:00:00 ${line}`, count: 2}])
    expect(renderExplain(result)).toContain('not understood')
  })

  it('is any line where the text is no log', async () => {
    const result = await explained('hello there\nit does not work\n')
    expect(result.explained).toEqual([])
    expect(result.unknown.map(({text}) => text)).toEqual(['hello there', 'it does not work'])
  })

  it('is no library that Prosody only tried at debug level', async () => {
    const result = await explained(
      "h:storage_sql debug\tCould not load LuaDBI: s.lua:211: module 'DBI' not found:\n",
    )
    expect(result.explained).toEqual([])
  })

  it('is shown with what could drive a terminal spelled out', async () => {
    const text = "c2s1 warn\tbad \u009b31m \u202e name\nUnable to load module 'x\u0007y': gone\n"
    const shown = renderExplain(await explained(text))
    expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001a\u007f-\u009f]/)
  })
})

describe('any input', () => {
  it('of random bytes is no reason to fail', async () => {
    const random = seeded(7)
    const bytes = Buffer.from(Array.from({length: 300_000}, () => random(256)))
    const result = await explain(textLines([bytes.toString('latin1')]), nowhere())
    expect(result.explained).toEqual([])
    expect(() => renderExplain(result)).not.toThrow()
  })

  it('that is cut anywhere gives no error', async () => {
    const whole = [...rows, ...fieldRows].map(({text}) => text).join('\n')
    for (let end = 0; end < whole.length; end += 97) await explained(whole.slice(0, end))
  })

  it('in pieces is read as a whole', async () => {
    const whole = [...rows, ...fieldRows].map(({text}) => text).join('\n')
    const pieces = whole.match(/[^]{1,7}/g) ?? []
    expect((await explained(pieces)).explained).toEqual((await explained(whole)).explained)
  })

  it.each([
    ['blanks', ' '],
    ['dots', '.lua:1: '],
    ['modules', 'mod_'],
    ['slashes', 'lua/'],
    ['levels', 'error '],
  ])('of long lines of %s is read in time', async (_, unit) => {
    const line = `${unit.repeat(4000 / unit.length)}\n`
    const lines = Array.from({length: 500}, () => line)
    expect(await processorTime(() => explained(lines))).toBeLessThan(20_000_000)
  })
})
