import {readFileSync, readdirSync} from 'node:fs'
import {createRequire} from 'node:module'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

/** What the one file of a single-file build holds, which tools/single/program.js gives to all code in it. */
interface EmbeddedFiles {
  /** Returns the bytes of a file of the package; throws ENOENT as Node.js does. */
  read(path: string): Buffer
  /** Lists what lies in a folder of the package. */
  list(folder: string): string[]
  /** Loads a package that is part of the file. */
  require(name: string): unknown
  /** Returns a program of dist/ as a text that needs no other. */
  program(name: string): string
}

declare const PROSODY_MODS_FILES: EmbeddedFiles | undefined
const embedded = typeof PROSODY_MODS_FILES === 'undefined' ? undefined : PROSODY_MODS_FILES

/** Holds package.json and registry/; right from src/ and, all output lying flat in it, from dist/. */
const folder = fileURLToPath(new URL('../', import.meta.url))

/** The folder of the package; undefined where it has none. */
export const packageFolder = embedded === undefined ? folder : undefined

/** Reads a file that comes with the package; throws what Node.js throws. */
export function readPackageFile(path: string): Buffer {
  return embedded === undefined ? readFileSync(join(folder, path)) : embedded.read(path)
}

/** Lists the names in a folder of the package. */
export function listPackageFiles(path: string): string[] {
  return embedded === undefined ? readdirSync(join(folder, path)) : embedded.list(path)
}

/** What package.json says of the program. */
export interface PackageJson {
  readonly name: string
  readonly version: string
  readonly description: string
  /** Where it is described. */
  readonly homepage: string
}

/** Reads what package.json says of the program. */
export function packageJson(): PackageJson {
  return JSON.parse(readPackageFile('package.json').toString()) as PackageJson
}

/** Returns where whoever reads a hint can open a file of the package: its path, or its address where it has none. */
export function packagePlace(path: string): string {
  if (embedded === undefined) return join(folder, path)
  const {homepage, version} = packageJson()
  return `${homepage.replace(/#.*/, '')}/blob/v${version}/${path}`
}

/** Loads a package when it is asked for, and not when the code that may need it is loaded. */
export function requirePackage(name: string): unknown {
  return embedded === undefined ? createRequire(import.meta.url)(name) : embedded.require(name)
}

/** A program for a thread of its own: its file, or all of its text. */
export interface ThreadProgram {
  readonly program: string
  readonly isText: boolean
}

/** Finds a program of dist/ that a thread can run. */
export function threadProgram(name: string): ThreadProgram {
  return embedded === undefined
    ? {program: join(folder, 'dist', name), isText: false}
    : {program: embedded.program(name), isText: true}
}
