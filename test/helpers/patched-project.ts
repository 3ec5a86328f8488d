import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Sandbox} from './cli.ts'

/** What the module and Prosody's own mod_ping log once they are patched. */
export const patchedLogs = {module: 'linked is patched', prosody: 'ping is patched'} as const

/** Paths of the patches, from the project's folder, and of the file that one of them changes. */
export const patchPaths = {
  module: 'patches/linked.patch',
  prosody: 'patches/ping.patch',
  patched: 'prosody-modules/acme/mod_linked/mod_linked.lua',
} as const

/** For the third line of the module `linked` of ownProject. */
const linked = `--- a/mod_linked.lua
+++ b/mod_linked.lua
@@ -3 +3,2 @@
 module:hook("resource-bind", function () module:log("info", "hello"); end);
+module:log("info", "${patchedLogs.module}");
`

/** For a file that Prosody 0.12 and 13.0 have alike from its tenth line on. */
const ping = `--- a/plugins/mod_ping.lua
+++ b/plugins/mod_ping.lua
@@ -10,6 +10,7 @@
 
 module:add_feature("urn:xmpp:ping");
+module:log("info", "${patchedLogs.prosody}");
 
 local function ping_handler(event)
 \tevent.origin.send(st.reply(event.stanza));
 \treturn true;
`

/** Has a project of ownProject with the module `linked` patch that, and Prosody itself. */
export async function patchProject(sandbox: Sandbox): Promise<void> {
  const at = (path: string): string => join(sandbox.project, path)
  await mkdir(at('patches'))
  await writeFile(at(patchPaths.module), linked)
  await writeFile(at(patchPaths.prosody), ping)
  const manifest = JSON.parse(await readFile(at('prosody-mods.json'), 'utf8')) as object
  const patches = {'acme/linked': [patchPaths.module], prosody: [patchPaths.prosody]}
  await writeFile(at('prosody-mods.json'), JSON.stringify({...manifest, patches}, undefined, 2))
  const {code, stdout, stderr} = await sandbox.cli(['install'])
  if (code !== 0) throw new Error(stdout + stderr)
}
