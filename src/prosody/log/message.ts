import {mainOf} from '../../module-name.ts'
import {failureIn, type LogFailure} from './failure.ts'
import type {LogLine} from './line.ts'
import {serverFailureIn} from './server-messages.ts'

/** A message of Prosody's that says what went wrong with a module. */
export interface FoundMessage {
  /** The module's name; undefined where the message names none. */
  readonly module: string | undefined
  readonly host: string | undefined
  /** What Prosody did: load the file, run it, or call a function of it later. */
  readonly phase: 'load' | 'run' | 'later'
  readonly failure: LogFailure
}

type Reader = readonly [RegExp, (match: RegExpExecArray, line: LogLine) => FoundMessage]

const later = (failure: LogFailure, line: LogLine): FoundMessage => ({
  ...ownerIn(line),
  phase: 'later',
  failure,
})

/** The words of core/, util/ and net/ of Prosody 0.12 and 13.0; the first that fits counts. */
const readers: readonly Reader[] = [
  [
    /Unable to load module '([^']+)'(?:: ?(.*))?/,
    ([, module, rest]) => ({
      module,
      host: undefined,
      phase: 'load',
      // The beginning of the message, without the path.
      failure:
        rest === undefined || rest.trim() === ''
          ? {kind: 'absent', path: '', skipped: undefined}
          : failureIn(rest),
    }),
  ],
  [
    /Error (initializing|loading) module '([^']+)' on '([^':]*)'?: ?(.*)/,
    ([, , module, host, rest = '']) => ({module, host, phase: 'run', failure: failureIn(rest)}),
  ],
  [
    /Failed to load storage driver plugin (\S+) on ([^\s:]+): ?(.*)/,
    ([, driver = '', host, rest = '']) => ({
      module: `storage_${driver}`,
      host,
      phase: 'run',
      failure: failureIn(rest),
    }),
  ],
  [
    /Falling back to null driver for \S+ storage on (\S+)/,
    ([, host]) => ({module: undefined, host, phase: 'later', failure: {kind: 'null-storage'}}),
  ],
  // 0.12 prints a set as its values, 13.0 in braces.
  [
    /Not loading module, due to (missing|conflicting|conflict with) (?:features|built-in features) '\{?([^'}]*)\}?': (\S+)/,
    ([, kind, values = '', path = '']) =>
      skipped(path, kind === 'missing' ? 'requires' : 'conflicts', values),
  ],
  [
    /Not loading module, we have Lua \S+ but the module requires one of \(([^)]*)\): (\S+)/,
    ([, values = '', path = '']) => skipped(path, 'lua', values),
  ],
  [
    /Prosody was unable to find (\S+)/,
    ([, dependency = '']) => ({
      module: undefined,
      host: undefined,
      phase: 'load',
      failure: {kind: 'start', dependency},
    }),
  ],
  [
    /Config option '([^']+)' (?:not understood, expecting|is set to|expects|expected|not in set of|does not take|out of bounds) ?(.*)/,
    ([, option = '', expected = ''], line) => later({kind: 'option', option, expected}, line),
  ],
  [
    /Invalid value (?:"[^"]*" )?for '(tls_profile(?:_version)?)': (.*)/,
    ([, option = '', expected = ''], line) => later({kind: 'option', option, expected}, line),
  ],
  // core/hostmanager.lua
  [
    /(?<!\S)(\S+): Option '([^']+)' has no effect for virtual hosts/,
    ([, host, option = '']) => ({
      module: undefined,
      host,
      phase: 'later',
      failure: {kind: 'host-option', option},
    }),
  ],
  [
    /This module uses deprecated module:once\(\)/,
    (_, line) =>
      later(
        {kind: 'deprecated', method: 'module:once', instead: 'module:on_ready, or a function module.ready'},
        line,
      ),
  ],
  [
    /(?:deprecated|legacy) is_admin\(\) API/,
    (_, line) =>
      later(
        {kind: 'deprecated', method: 'core.usermanager.is_admin', instead: 'module:may, and roles'},
        line,
      ),
  ],
  [
    /Attempt to read a non-existent global '([^']+)'/,
    ([, name = ''], line) => later({kind: 'global', name}, line),
  ],
  // Errors of handlers and timers, and of the program itself; also what stands alone.
  [
    /(?:Encountered error|Error in timer|Traceback\[\w+\]|Prosody startup error|error in callback|Failed to execute command|Error calling on\w+|(?<!\S)lua(?:5\.\d)?): (.*)/,
    ([, rest = ''], line) => later(failureIn(rest), line),
  ],
  [
    /module '[^'\s]+' not f|Failed to load plugin library '|Unable to load required module, mod_|Dependency on disabled module mod_|No SQL library available|LuaDBI or LuaSQLite3 are|Please install at least one of LuaDBI|Driver '\w+' not found|Cannot load driver |attempt to (?:call|index) /,
    ({input}, line) => later(failureIn(input), line),
  ],
  // An error at a place in a module, without its head.
  [
    /(?<!\S)(?:\S*\/)?(?:mod_[^\s/]+|[^\s/]+\.lib)\.lua:\d+: (?!in )/,
    ({input}, line) => later(failureIn(input), line),
  ],
]

/** Tells what a line of a log says; undefined where it is none of the messages that are known. */
export function messageIn(line: LogLine): FoundMessage | undefined {
  if (line.level === 'debug' || (line.level === 'info' && !toldAtInfo.test(line.text))) return undefined
  const failure = serverFailureIn(line.text)
  if (failure !== undefined) return later(failure, line)
  if (!hint.test(line.text)) return undefined
  for (const [pattern, read] of readers) {
    const match = pattern.exec(line.text)
    if (match === null) continue
    const found = read(match, line)
    // The head of an error about which nothing is known.
    if (found.phase !== 'later' || found.failure.kind !== 'other' || traceback.test(line.text)) return found
  }
  return undefined
}

/** What went wrong, and Prosody (mod_component, util/startup.lua) logs at the level of what goes well. */
const toldAtInfo =
  /Component authentication failed for |Given token does not match calculated token|Shutting down: Refusing to run as root/

/** Heads that nothing else has, so that what follows is an error in any case: functions in C name no place. */
const traceback =
  /(?:Encountered error|Error in timer|Traceback\[\w+\]|error in callback|Error calling on\w+): /

/** Reads the error of a line that nothing but the line before it tells to be one; undefined where it has no place. */
export function errorIn(line: LogLine): FoundMessage | undefined {
  const failure = failureIn(line.text)
  return failure.kind === 'other' ? undefined : later(failure, line)
}

/** Asked first: most lines of a log have none of these words. */
const hint =
  /Unable to load|Error |Failed to load|Falling back|Not loading module|unable to find|Config option|no effect for|deprecated|legacy|non-existent|Encountered error|Traceback\[|error in callback|Failed to execute|lua|module|SQL|river|attempt to |Attempt to |Invalid value|Error calling/

function skipped(path: string, reason: 'requires' | 'conflicts' | 'lua', values: string): FoundMessage {
  const module = mainOf(path)
  const list = values.split(/[, ]+/).filter((value) => value !== '')
  return {module, host: undefined, phase: 'load', failure: {kind: 'skipped', path, reason, values: list}}
}

/** The module and the host that a line was logged for, as far as it says. */
export interface LineOwner {
  readonly module: string | undefined
  readonly host: string | undefined
}

/** Reads who logs from `host:module`, as modules log. */
export function ownerIn({origin}: LogLine): LineOwner {
  const [, host, module] = /^(.+):([a-z0-9_-]+)$/.exec(origin ?? '') ?? []
  return {host, module}
}
