import {cp, mkdir, readdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {forEachLimited} from '../src/limit.ts'
import {mustRun} from '../test/helpers/program.ts'
import type {BenchServer} from './server.ts'
import type {Workspace} from './workspace.ts'

/** The one that Debian's Prosody runs on. */
export const luarocks = ['luarocks', '--lua-version=5.4']

/** Folder of the rocks on the bench's server. */
export const rocksPath = '/rocks'

/**
 * Makes an .all.rock of each module folder with the real luarocks and puts them on the server, with the manifests
 * that luarocks-admin writes.
 */
export async function serveRocks(
  modules: {readonly folder: string; readonly names: readonly string[]},
  server: BenchServer,
  workspace: Workspace,
): Promise<void> {
  const made = join(workspace.folder, 'rocks')
  await mkdir(made)
  await forEachLimited(modules.names, {limit: 2}, async (name) => {
    await makeRock(`mod_${name}`, {from: join(modules.folder, `mod_${name}`), made}, workspace)
  })
  await mustRun(['luarocks-admin', '--lua-version=5.4', 'make_manifest', made], {env: workspace.env})
  for (const name of await readdir(made)) await server.serve(`${rocksPath}/${name}`, join(made, name))
}

/** A rockspec that needs the modules and holds nothing: luarocks then deals with all of them in one process. */
export async function writeBundle(folder: string, names: readonly string[]): Promise<string> {
  const path = join(folder, 'bench_bundle-1-1.rockspec')
  const dependencies = names.map((name) => JSON.stringify(`mod_${name}`)).join(', ')
  const text = rockspec('bench_bundle', `dependencies = {${dependencies}}`, 'type = "none"')
  await writeFile(path, text)
  return path
}

/** One luarocks process for each module, as `luarocks install` takes one rock at a time. */
export function moduleByModule(command: readonly string[], names: readonly string[]): readonly string[] {
  const loop = `for name do ${command.map(shellWord).join(' ')} "mod_$name" || exit; done`
  return ['sh', '-c', loop, 'sh', ...names]
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

async function makeRock(
  name: string,
  {from, made}: {readonly from: string; readonly made: string},
  {folder, env}: Workspace,
): Promise<void> {
  const source = join(folder, 'rock-sources', name)
  await cp(from, source, {recursive: true})
  const spec = join(source, `${name}-1-1.rockspec`)
  await writeFile(spec, rockspec(name, '', await buildTable(name, source)))
  const command = [...luarocks, 'make', '--pack-binary-rock', '--deps-mode', 'none', spec]
  await mustRun(command, {cwd: source, env})
  await cp(join(source, `${name}-1-1.all.rock`), join(made, `${name}-1-1.all.rock`))
}

/** Lua files as modules, where Prosody looks for them in a rock; folders and the rest beside the rockspec. */
async function buildTable(name: string, source: string): Promise<string> {
  const entries = await readdir(source, {withFileTypes: true})
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const files = entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
  const modules = files
    .filter((file) => file.endsWith('.lua'))
    .map((file) => `[${JSON.stringify(moduleName(name, file))}] = ${JSON.stringify(file)}`)
  const others = files.filter((file) => !file.endsWith('.lua'))
  return [
    'type = "builtin"',
    `modules = {${modules.join(', ')}}`,
    `copy_directories = {${strings(folders)}}`,
    `install = {conf = {${strings(others)}}}`,
  ].join(', ')
}

function moduleName(name: string, file: string): string {
  const stem = file.replace(/(?:\.lib)?\.lua$/, '')
  return stem.startsWith('mod_') ? stem : `${name}.${stem}`
}

function strings(values: readonly string[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ')
}

function rockspec(name: string, more: string, build: string): string {
  return `package = "${name}"\nversion = "1-1"\nsource = {url = "file://."}\n${more}\nbuild = {${build}}\n`
}
