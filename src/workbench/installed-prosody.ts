import {accessSync, constants, statSync} from 'node:fs'
import {delimiter, isAbsolute, join} from 'node:path'
import {readRegular} from '../regular-file.ts'

/** A Prosody that is installed on this machine, as its files say; nothing of it is run. */
export interface InstalledProsody {
  /** Absolute path of the program. */
  readonly program: string
  /** `0.12.3`; null where its package does not say. */
  readonly version: string | null
  /** The release line: `0.12`; null where the version does not say. */
  readonly line: string | null
  /** The version of Lua that runs it: `5.4`; null where the program does not say. */
  readonly lua: string | null
}

/** Finds the Prosody that PATH leads to; undefined where there is none. */
export function installedProsody(env: NodeJS.ProcessEnv): InstalledProsody | undefined {
  const program = programIn('prosody', env)
  if (program === undefined) return undefined
  const text = quietly(program) ?? ''
  const folder = /^CFG_SOURCEDIR\s*=\s*['"]([^'"\n]+)['"]/m.exec(text)?.[1] ?? '/usr/lib/prosody'
  const version = /^\d+(?:\.\d+)+/.exec(quietly(join(folder, 'prosody.version'))?.trim() ?? '')?.[0] ?? null
  return {
    program,
    version,
    line: version?.split('.').slice(0, 2).join('.') ?? null,
    lua: /^#!.*\blua(?:jit)?-?(5\.\d)\b/.exec(text)?.[1] ?? null,
  }
}

/** Finds a program by the absolute folders of PATH; undefined where there is none. */
export function programIn(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(isAbsolute)
  return folders.map((folder) => join(folder, name)).find((path) => isProgram(path))
}

/** Reads which suite of Debian this machine is: `bookworm`; undefined for other systems. */
export function suiteOfMachine(path = '/etc/os-release'): string | undefined {
  const text = quietly(path) ?? ''
  const isDebian = /^ID=["']?debian["']?$/m.test(text)
  return isDebian ? /^VERSION_CODENAME=["']?([a-z]+)["']?$/m.exec(text)?.[1] : undefined
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function quietly(path: string): string | undefined {
  try {
    return readRegular(path, 'prosodyConfig').toString('utf8')
  } catch {
    return undefined
  }
}
