import {ProsodyModsError} from '../errors.ts'
import type {FileFacts} from '../lua/fact-types.ts'
import {factsOf} from '../lua/facts.ts'
import {problemIn, type LuaProblem} from '../lua/parse.ts'
import {mainOf} from '../lua/module-files.ts'
import {blobOf, type Workbench} from './workbench.ts'

/** A Lua file that lies in the store. */
export interface StoredLua {
  /** `source/name`, for messages. */
  readonly module: string
  /** In the release. */
  readonly path: string
  readonly sha256: string
}

/** The facts of a Lua file. Throws LUA_INVALID with file, line and column, and STORE_CORRUPT. */
export function readLua(file: StoredLua, bench: Workbench): FileFacts {
  const main = mainOf(file.path)
  const known = bench.analyses.known(file.sha256, main)
  if (known !== undefined) return known
  const {facts, problem} = factsOf(blobOf(bench, file.sha256, nameOf(file)), main)
  if (problem !== undefined) throw invalid(file, problem)
  bench.analyses.add(file.sha256, main, facts)
  return facts
}

/** Throws as readLua does, and takes less time than to find facts. */
export function checkLua(file: StoredLua, bench: Workbench): void {
  if (bench.analyses.known(file.sha256, mainOf(file.path)) !== undefined) return
  const problem = problemIn(blobOf(bench, file.sha256, nameOf(file)))
  if (problem !== undefined) throw invalid(file, problem)
}

function nameOf({module, path}: StoredLua): string {
  return `${module}: ${path}`
}

function invalid(file: StoredLua, {line, column, message}: LuaProblem): ProsodyModsError {
  const name = nameOf(file)
  return new ProsodyModsError('LUA_INVALID', `${name}:${line}:${column}: not valid Lua: ${message}`, {
    hint: 'Prosody could not load this module, so it is refused; nothing was written',
    details: {file: name, line, column},
  })
}
