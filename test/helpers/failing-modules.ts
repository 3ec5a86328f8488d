import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

/** Modules that fail, each in a way of its own. Name → Lua. */
const failing: Readonly<Record<string, string>> = {
  needs_library: 'local base = require "basexx";\n',
  needs_nested: 'local inner = module:require "inner";\n',
  needs_newer: 'local queue = require "prosody.util.paseto";\n',
  needs_older: 'local server = require "net.httpserver";\n',
  needs_unheard: 'local x = require "unheard.of";\n',
  calls_newer: 'module:default_permission("prosody:user", ":x");\n',
  needs_sibling: 'local sibling = module:require "unheard_library";\n',
  calls_http_url: 'local url = module:http_url();\n',
  calls_unpack: 'local a = unpack({ 1 });\n',
  is_hidden: 'module:log("debug", "the right one");\n',
  calls_unheard: 'module:unheard_of();\n',
  takes_wrong_util: 'local util = module:require "util";\nlocal get = util.get_room_from_jid;\nget("a");\n',
  reads_nothing: 'local settings = nil;\n\nlocal url = settings.url;\n',
  requires_feature: '--% requires: unheard-of-feature\nmodule:log("debug", "x");\n',
  conflicts_feature: '--% conflicts: mod_bookmarks\nmodule:log("debug", "x");\n',
  asks_old_lua: '--% lua: 5.1\nmodule:log("debug", "x");\n',
  depends_on_missing: 'module:depends("not_there_either");\n',
  depends_on_disabled: 'module:depends("c2s");\n',
  asks_component:
    'if module:get_host_type() ~= "component" then\n  error("mod_asks_component must be loaded on a component");\nend\n',
  raises_table: 'error({ code = 1 });\n',
  raises_in_load: 'function module.load()\n  local t;\n  t.x = 1;\nend\n',
  raises_late:
    'module:hook("own-event", function ()\n  local t;\n  return t.field;\nend);\nmodule:add_timer(0.1, function ()\n  module:fire_event("own-event");\nend);\n',
  raises_in_timer: 'module:add_timer(0.1, function ()\n  local t;\n  return t.field;\nend);\n',
  reads_option: 'module:get_option_number("wrong_number");\nmodule:get_option_boolean("wrong_boolean");\n',
}

/** What no release may have, or what would bring Jitsi's in: in a folder of their own, before all others; `is_hidden` stands in the way of the other. */
const outside: Readonly<Record<string, string>> = {
  needs_jitsi: 'local jwt = module:require "luajwtjitsi";\n',
  has_bad_syntax: 'local a = 1\nlocal b = = 2\n',
  has_not_lua: '<!DOCTYPE html>\n<html><body>404</body></html>\n',
  is_hidden: 'error("the wrong one");\n',
}

/** Names that modules_enabled of the host shall have. */
export const enabled: readonly string[] = [
  ...new Set([...Object.keys(failing), ...Object.keys(outside)]),
  ...['muc_moderation', 'token_verification', 'unheard_of'],
]

/** Writes own/, a source with the failing modules, and outside/, which plugin_paths shall name first. */
export async function writeFailing(folder: string): Promise<void> {
  const own = join(folder, 'own')
  for (const [name, text] of Object.entries(failing)) {
    await mkdir(join(own, `mod_${name}`), {recursive: true})
    await writeFile(join(own, `mod_${name}/mod_${name}.lua`), text)
  }
  await writeFile(
    join(own, 'mod_needs_nested/inner.lib.lua'),
    'local json = require "cjson.safe";\nreturn {};\n',
  )
  await writeFile(join(own, 'mod_takes_wrong_util/util.lib.lua'), 'return { other = true };\n')
  await mkdir(join(folder, 'outside'))
  for (const [name, text] of Object.entries(outside))
    await writeFile(join(folder, `outside/mod_${name}.lua`), text)
}

/** Hosts that ask for what is not there, as a file of Prosody's configuration. */
export const failingHosts = `wrong_number = "many"
wrong_boolean = "perhaps"

VirtualHost "auth.localhost"
  authentication = "jwt"
  storage = "unheard_of"
  modules_enabled = { "mod_ping", "smack", "auth_cyrus", "cloud_notify_extensions" }

VirtualHost "sql.localhost"
  storage = "sql"
  sql = { driver = "PostgreSQL", database = "prosody", host = "localhost", username = "prosody", password = "x" }

Component "lobby.localhost" "unheard_component"
`
