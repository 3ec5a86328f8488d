import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

/** What Prosody is expected to do with a module that is enabled where it belongs. */
export interface BootCase {
  readonly files: Readonly<Record<string, string>>
  readonly host: string
  /** Of a module that can't be loaded; undefined for one that can. */
  readonly reason?: RegExp
  /** Where it fails: file in the module's folder, and line. */
  readonly at?: readonly [file: string, line: number]
}

const main = (name: string, text: string): Readonly<Record<string, string>> => ({[`mod_${name}.lua`]: text})

/** One of each that loads, or fails in its own way. */
export function bootCases(line: '0.12' | '13.0'): Readonly<Record<string, BootCase>> {
  return {
    plain: {
      files: main('plain', 'module:log("warn", "plain is here")\nmodule:hook("resource-bind", print)\n'),
      host: 'localhost',
    },
    rooms: {
      files: main('rooms', 'module:depends "muc"\nmodule:hook("muc-room-created", print)\n'),
      host: 'conference.localhost',
    },
    echo_component: {
      files: main('echo_component', 'assert(module:get_host_type() == "component")\n'),
      host: 'echo-component.localhost',
    },
    auth_own: {files: main('auth_own', 'module:provides("auth", {})\n'), host: 'auth-own.localhost'},
    auth_else: {files: main('auth_else', 'module:provides("auth", {})\n'), host: 'auth-else.localhost'},
    storage_own: {
      files: main('storage_own', 'module:provides("storage", { open = function () return {} end })\n'),
      host: 'storage-own.localhost',
    },
    storage_broken: {
      files: main('storage_broken', '\nerror("no disk")\n'),
      host: 'storage-broken.localhost',
      reason: /^no disk$/,
      at: ['mod_storage_broken.lua', 2],
    },
    everywhere: {files: main('everywhere', 'module:set_global()\n'), host: '*'},
    no_library: {
      files: main('no_library', 'local bits = require "nobody_has_bits"\n'),
      host: 'localhost',
      reason: /^Lua library nobody_has_bits is not installed for Lua 5\.\d$/,
      at: ['mod_no_library.lua', 1],
    },
    no_util: {
      files: main('no_util', '\n\nlocal util = require "util.nobody_has_it"\n'),
      host: 'localhost',
      reason: /^library util\.nobody_has_it is neither Prosody's nor installed for Lua 5\.\d$/,
      at: ['mod_no_util.lua', 3],
    },
    no_net: {
      files: main('no_net', 'local url = require "net.nobody_has_it"\n'),
      host: 'localhost',
      reason: /^library net\.nobody_has_it is neither Prosody's nor installed for Lua 5\.\d$/,
      at: ['mod_no_net.lua', 1],
    },
    no_part: {
      files: main('no_part', 'local part = module:require "part"\n'),
      host: 'localhost',
      reason: /^its library part\.lib\.lua is in none of the plugin paths$/,
      at: ['mod_no_part.lua', 1],
    },
    bad_part: {
      files: {
        ...main('bad_part', 'local part = module:require "part"\n'),
        'part.lib.lua': '\nerror("no good")\n',
      },
      host: 'localhost',
      reason: /^no good$/,
      at: ['part.lib.lua', 2],
    },
    raises: {
      files: main('raises', 'local none\n\nlocal field = none.field\n'),
      host: 'localhost',
      reason: /^attempt to index a nil value \(local 'none'\)$/,
      at: ['mod_raises.lua', 3],
    },
    needs_raises: {
      files: main('needs_raises', 'module:depends "raises"\n'),
      host: 'localhost',
      reason:
        /^it needs mod_raises, which was not loaded: prosody-modules\/own\/mod_raises\/mod_raises\.lua:3: attempt to index/,
      at: ['mod_needs_raises.lua', 1],
    },
    needs_nobody: {
      files: main('needs_nobody', '\nmodule:depends "nobody_has_it"\n'),
      host: 'localhost',
      reason: /^it needs mod_nobody_has_it: there is no such module in any of the plugin paths$/,
      at: ['mod_needs_nobody.lua', 2],
    },
    no_feature: {
      files: main('no_feature', '--% requires: nobody-has-it\nmodule:log("info", "here")\n'),
      host: 'localhost',
      reason: /^its metadata requires nobody-has-it, which this Prosody lacks$/,
    },
    other_lua: {
      files: main('other_lua', '--% lua: 5.0\nmodule:log("info", "here")\n'),
      host: 'localhost',
      ...(line === '0.12'
        ? {}
        : {reason: /^its metadata asks for Lua 5\.0, and this Prosody runs with Lua 5\.\d$/}),
    },
    no_option: {
      files: main(
        'no_option',
        'assert(module:get_option_string("no_option_url"), "no_option_url is not set")\n',
      ),
      host: 'localhost',
      reason: /^no_option_url is not set$/,
      at: ['mod_no_option.lua', 1],
    },
    joins_option: {
      files: main(
        'joins_option',
        'local prefix = module:get_option_string("joins_prefix", "rooms")\nlocal domain = module:get_option_string("joins_domain")\n\nlocal rooms = prefix .. "." .. domain\n',
      ),
      host: 'localhost',
      reason: /^attempt to concatenate a nil value \(local 'domain'\)$/,
      at: ['mod_joins_option.lua', 4],
    },
    joins_part: {
      files: {
        ...main('joins_part', 'module:require "part"\n'),
        'part.lib.lua': 'return "rooms." .. module:get_option_string("part_domain")\n',
      },
      host: 'localhost',
      reason: /^attempt to concatenate a nil value/,
      at: ['part.lib.lua', 1],
    },
    moves_and_raises: {
      files: main('moves_and_raises', 'module.host = "*"\nerror("no room here")\n'),
      host: 'localhost',
      reason: /^no room here$/,
      at: ['mod_moves_and_raises.lua', 2],
    },
    exits: {
      files: main('exits', '\nos.exit(0)\n'),
      host: 'localhost',
      reason: /^it calls os\.exit, which ends Prosody$/,
      at: ['mod_exits.lua', 2],
    },
    stops: {
      files: main('stops', 'prosody.shutdown("enough")\n'),
      host: 'localhost',
      reason: /^it stops Prosody: enough$/,
      at: ['mod_stops.lua', 1],
    },
    killed: {
      files: main('killed', 'os.execute("kill -9 $PPID")\n'),
      host: 'localhost',
      reason: /^Prosody ended by SIGKILL while it loaded it/,
    },
    late: {
      files: main(
        'late',
        'prosody.events.add_handler("server-started", function ()\n  error("too late")\nend)\n',
      ),
      host: 'localhost',
      reason: /^Prosody failed at server-started: too late$/,
      at: ['mod_late.lua', 2],
    },
    answers: {
      files: main(
        'answers',
        'module:hook_global("server-started", function ()\n  return "no later handler is called"\nend, -1)\n',
      ),
      host: 'localhost',
    },
    loops: {
      files: main('loops', 'local i = 0\nwhile true do i = i + 1 end\n'),
      host: 'localhost',
      reason: /^it was still loading after 3 seconds$/,
      at: ['mod_loops.lua', 2],
    },
    sleeps: {
      files: main('sleeps', 'require "socket".sleep(1000)\n'),
      host: 'localhost',
      reason: /^it was still loading after 3 seconds, and Prosody had to be ended$/,
    },
  }
}

/** Writes modules into a folder of a source. */
export async function writeCases(folder: string, cases: Readonly<Record<string, BootCase>>): Promise<void> {
  for (const [name, {files}] of Object.entries(cases)) {
    await mkdir(join(folder, `mod_${name}`), {recursive: true})
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, `mod_${name}`, file), text)
  }
}
