/**
 * Writes dist-single/prosody-mods.mjs, or a file of that name into the folder that is named: the program in one file that
 * Node.js runs, without npm and with nothing beside it (docs/decisions/020-packed-packages.md). What it is made of has been
 * built before.
 */
import {constants, brotliCompressSync} from 'node:zlib'
import {mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {licences} from './single/licences.ts'
import {joinPackages} from './single/packages.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const [folder = join(root, 'dist-single')] = process.argv.slice(2)
const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {version: string}

const packages = await joinPackages(root)
const files = new Map<string, Buffer>()
for (const path of packagePaths()) files.set(path, readFileSync(join(root, path)))
for (const [path, code] of packages.code) files.set(`packages/${path}`, Buffer.from(code))
const names = Object.fromEntries(
  Object.entries(packages.names).map(([name, path]) => [name, `packages/${path}`]),
)
const threads = {'lint-worker.js': withRequired(['dist/lint-worker.js'])}

const texts = new Map([...files].map(([path, bytes]) => [path, packed(bytes)]))
const table = {files: placesOf(texts), names, threads}
const program = readFileSync(join(root, 'tools/single/program.js'), 'utf8').replace(
  'export function',
  'function',
)
const text = `#!/usr/bin/env node
/*! prosody-mods ${version}, all of it; licences stand at the end of this file */
${program}
const prosodyModsTable = ${JSON.stringify(table)}
const prosodyModsData = () => {/*${[...texts.values()].join('')}*/}
const prosodyModsMain = prosodyMods(prosodyModsTable, prosodyModsData, 'dist/main.js')
if (prosodyModsMain !== undefined)
  prosodyModsMain.main(process.argv.slice(2)).then((exitCode) => prosodyModsMain.leave(exitCode))
${licences(root)}`
mkdirSync(folder, {recursive: true})
writeFileSync(resolve(folder, 'prosody-mods.mjs'), text, {mode: 0o755})

/** Where each text begins, and how long it is, when all stand one behind the other. */
function placesOf(all: ReadonlyMap<string, string>): Record<string, readonly [number, number]> {
  let at = 0
  const places: Record<string, readonly [number, number]> = {}
  for (const [path, one] of all) {
    places[path] = [at, one.length]
    at += one.length
  }
  return places
}

/** What the program reads of its package, sorted. */
function packagePaths(): readonly string[] {
  const dist = readdirSync(join(root, 'dist')).filter((name) => /\.js(?:on)?$/.test(name))
  const unused = new Set(['load.js', 'index.js', 'package.json'])
  const others = ['docs/guide', 'docs/lint', 'docs/reference', 'registry'].flatMap((place) =>
    readdirSync(join(root, place), {recursive: true, withFileTypes: true})
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length)),
  )
  return [
    'package.json',
    ...dist.filter((name) => !unused.has(name)).map((name) => `dist/${name}`),
    ...others,
  ].sort()
}

/** Files, and all that these load when they are loaded. */
function withRequired(paths: readonly string[]): readonly string[] {
  const found = new Set(paths)
  for (const path of found)
    for (const [, id = ''] of (files.get(path)?.toString() ?? '').matchAll(/\(["'`]([^"'`\s]+)["'`]\)/g)) {
      const at = id.startsWith('./') ? join(path, '..', id) : names[id]
      if (at !== undefined && files.has(at)) found.add(at)
    }
  return [...found]
}

function packed(bytes: Buffer): string {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  }
  return brotliCompressSync(bytes, {params}).toString('base64')
}
