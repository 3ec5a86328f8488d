import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {CliOutput, Sandbox} from './cli.ts'
import {writeManifest} from './network.ts'
import {suites, type ProsodyLine} from './project.ts'

const host = 'module:hook("resource-bind", function () module:log("info", "hello"); end);\n'
const rooms =
  'module:depends("muc_mam");\nmodule:hook("muc-occupant-joined", function () module:log("info", "joined"); end);\n'
const plainRooms = 'module:hook("muc-room-created", function () module:log("info", "made"); end);\n'

/** Modules of a project's own, by name, each for another place. */
const modules: Readonly<Record<string, string>> = {
  greeting: `local json = require "cjson";\nlocal basexx = require "basexx";\nmodule:log("debug", json.encode { basexx.to_hex("a") });\n${host}`,
  room_note: rooms,
  room_plain: plainRooms,
  room_base: 'module:depends("muc");\n',
  follower: 'module:depends("room_base");\n',
  auth_nobody: 'module:provides("auth", {});\n',
  linked: `local url = require "net.url";\nmodule:log("debug", "host is " .. url.parse("http://localhost").host);\n${host}`,
  hashed: `local argon2 = require "argon2";\nmodule:log("debug", argon2.hash_encoded("a", "somesalt"));\n${host}`,
  lost: `local lost = require "a_library_of_nobody";\nmodule:log("debug", lost);\n${host}`,
}

/** Writes a project with modules of its own, from a folder beside its manifest, and installs them. */
export async function ownProject(
  sandbox: Sandbox,
  names: readonly string[],
  {line = '13.0', ...image}: {readonly line?: ProsodyLine; readonly [key: string]: unknown} = {},
): Promise<void> {
  for (const name of names) {
    await mkdir(join(sandbox.project, 'own'), {recursive: true})
    await writeFile(join(sandbox.project, `own/mod_${name}.lua`), modules[name] ?? '')
  }
  await writeManifest(sandbox, {
    prosody: line,
    image: {debian: suites[line], ...image},
    sources: {acme: {kind: 'path', path: 'own'}},
    modules: Object.fromEntries(names.map((name) => [`acme/${name}`, '*'])),
  })
  const installed = await sandbox.cli(['install'])
  if (installed.code !== 0) throw new Error(installed.stdout + installed.stderr)
}

/** What `image init` and `image write` say as JSON. */
export interface WriteOutput {
  readonly image: Readonly<Record<string, unknown>>
  readonly changed: readonly string[]
  readonly files: readonly {readonly path: string; readonly action: string; readonly diff: string | null}[]
  readonly notes: readonly string[]
}

/** Takes what a command of images did out of its output. */
export function writtenIn({json}: CliOutput): WriteOutput {
  return json as WriteOutput
}

/** Reads a file of a project. */
export function textOf({project}: Sandbox, path: string): Promise<string> {
  return readFile(join(project, path), 'utf8')
}
