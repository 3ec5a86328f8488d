import {existsSync, readFileSync, readdirSync} from 'node:fs'
import {dirname, join, sep} from 'node:path'

/**
 * Packages that the product runs on, each with the files of it that Node.js loads: files, or folders with all code in
 * them. They go into dist/node_modules as they are (docs/decisions/020-packed-packages.md).
 */
export const shippedPackages: Readonly<Record<string, readonly string[]>> = {
  '@oclif/core': ['lib'],
  // Joined into the files of dist/: what remains is its licence.
  'env-paths': [],
  'jsonc-parser': ['lib/umd'],
  luaparse: ['luaparse.js'],
  openpgp: ['dist/node/openpgp.min.cjs'],
  semver: ['classes', 'functions', 'internal', 'ranges', 'index.js'],
  // One file with everything in it.
  tar: ['dist/commonjs/index.min.js', 'dist/commonjs/package.json'],
  unbash: [],
  undici: [],
  'xz-decompress': ['dist/package/xz-decompress.js'],
  yaml: ['dist'],
  zstddec: [],
}

/** The same of packages that those need, where not all of their code is loaded. */
const partsOfNeeded: Readonly<Record<string, readonly string[]>> = {
  '@isaacs/fs-minipass': [],
  'balanced-match': ['dist/commonjs'],
  'brace-expansion': ['dist/commonjs'],
  chownr: [],
  ejs: ['lib/cjs'],
  fdir: ['dist/index.cjs'],
  'is-safe-filename': [],
  minimatch: ['dist/commonjs'],
  minipass: [],
  minizlib: [],
  tinyglobby: ['dist/index.cjs'],
  wordwrap: ['index.js'],
  yallist: [],
}

interface PackageJson {
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
}

/** An installed package, and what of it is shipped. */
export interface ShippedPackage {
  readonly name: string
  readonly version: string
  /** Its folder from the one that node_modules is in. */
  readonly folder: string
  /** Paths in its folder, sorted. */
  readonly files: readonly string[]
}

/**
 * Lists the packages that the product runs on and all that these need, by their folders. Throws for one that is not
 * installed, and for one without code or licence where it should have some.
 * @param root folder with node_modules in it
 */
export function packagesToShip(root: string): readonly ShippedPackage[] {
  const found = new Map<string, ShippedPackage>()
  const take = (name: string, asker: string): void => {
    const folder = folderOf(name, asker, root)
    if (found.has(folder)) return
    const {version, dependencies = {}} = readPackage(join(root, folder))
    found.set(folder, {name, version, folder, files: filesOf(name, join(root, folder))})
    for (const needed of Object.keys(dependencies)) take(needed, folder)
  }
  for (const name of Object.keys(shippedPackages)) take(name, '')
  return [...found.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1))
}

/** Looks where Node.js looks: in node_modules of the asking folder, and of each around it. */
function folderOf(name: string, asker: string, root: string): string {
  const folder = join(asker, 'node_modules', name)
  if (existsSync(join(root, folder, 'package.json'))) return folder
  if (asker === '') throw new Error(`package ${name} is not installed: run npm ci`)
  return folderOf(name, dirname(asker) === '.' ? '' : dirname(asker), root)
}

function readPackage(folder: string): PackageJson {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson
}

function filesOf(name: string, folder: string): readonly string[] {
  const all = readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !/^(?:.*\/)?node_modules\//.test(path))
  const parts = shippedPackages[name] ?? partsOfNeeded[name]
  const code = all.filter((path) => isCode(path) && isIn(parts, path))
  for (const part of parts ?? [])
    if (!code.some((path) => isIn([part], path))) throw new Error(`${name}: expected code in ${part}`)
  return ['package.json', ...licencesOf(name, all), ...code].sort()
}

/** Types, maps of sources, pages and programs are not loaded. */
function isCode(path: string): boolean {
  return /\.(?:[cm]?js|json|wasm)$/.test(path) && path !== 'package.json'
}

function isIn(parts: readonly string[] | undefined, path: string): boolean {
  return parts?.some((part) => path === part || path.startsWith(`${part}/`)) ?? true
}

/** A package without a file of its licence tells it in its README. */
function licencesOf(name: string, paths: readonly string[]): readonly string[] {
  const own = paths.filter((path) => /^(?:licen[cs]e|copying|notice)[^/]*$/i.test(path))
  const told = own.length > 0 ? own : paths.filter((path) => /^readme[^/]*$/i.test(path))
  if (told.length === 0) throw new Error(`${name}: expected a licence`)
  return told
}
