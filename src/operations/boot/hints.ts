import {mainOf} from '../../module-name.ts'
import {join} from 'node:path'
import {factsOf} from '../../facts/facts.ts'
import {SourceLines} from '../../lua/source-lines.ts'
import {contextFolder} from '../../project/lockfile.ts'
import {readRegular} from '../../regular-file.ts'
import type {Enabled} from './modules.ts'
import type {Reason} from './reasons.ts'
import {unsetNames} from '../explain/options.ts'

type Place = Pick<Reason, 'file' | 'line'>

/**
 * Says what to do about a module that was not loaded, where that is known: the temporary configuration sets no
 * options of modules, and what installs their Lua libraries is another command's.
 * @param folder the project's
 */
export function bootHint(
  {module, options}: Enabled,
  {reason, ...place}: Place & {readonly reason: string | null},
  folder: string,
): string | null {
  // Of a module that it needs another row tells.
  if (reason === null || reason.startsWith('it needs mod_')) return null
  // Names below net. are not all of Prosody's: net.url is a rock.
  if (/^(?:Lua library \S+ is not|library net\.\S+ is neither)/.test(reason))
    return '"prosody-mods deps" says what brings it'
  const named = options.filter((name) => name.length > 2 && reason.includes(name)).slice(0, 1)
  const names = named.length > 0 ? named : unsetAt(reason, place, folder)
  if (names.length === 0) return null
  const what =
    names.length === 1 ? `the option ${names.join('')}, which is` : `${names.join(' and ')}, which are`
  return `it reads ${what} not set here; prosody-mods options ${module}`
}

/** Options without a default that the code at a place goes on with as nil. */
function unsetAt(text: string, {file, line}: Place, folder: string): readonly string[] {
  if (file === null || line === null || !file.startsWith(`${contextFolder}/`)) return []
  const bytes = readOwn(join(folder, file))
  const facts = bytes === undefined ? undefined : factsOf(bytes, mainOf(file)).facts
  if (bytes === undefined || facts === undefined) return []
  return unsetNames(facts, {line, text, source: new SourceLines(bytes.toString('utf8'))})
}

/** Undefined for what is not there any more, or is no file. */
function readOwn(file: string): Buffer | undefined {
  try {
    return readRegular(file, 'module')
  } catch {
    return undefined
  }
}
