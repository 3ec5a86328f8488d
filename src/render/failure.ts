import {err as pc} from './colours.ts'
import {ProsodyModsError, messageOf} from '../errors.ts'
import {jsonText, visible} from '../plain-text.ts'
import {widthOf} from './width.ts'
import {wrap} from './wrap.ts'

/** The part of an error that a user gets to see. */
export interface Failure {
  readonly code: string
  readonly exitCode: number
  readonly message: string
  readonly hint: string | undefined
  readonly details: Readonly<Record<string, unknown>>
  readonly stack: string | undefined
  /** What it came from, nearest first. */
  readonly causes: readonly string[]
}

/** What oclif puts on the errors that it throws about flags, arguments and commands. */
interface OclifError extends Error {
  readonly oclif?: {readonly exit?: number}
}

/**
 * Reads what was thrown as a failure: oclif's own errors are USAGE, and whatever is neither its nor ours is INTERNAL.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof ProsodyModsError) {
    const {code, exitCode, message, hint, details, stack} = error
    return {code, exitCode, message, hint, details, stack, causes: causesOf(error)}
  }
  const {oclif, stack} = error instanceof Error ? (error as OclifError) : {oclif: undefined, stack: undefined}
  if (oclif?.exit === 0) return plain({code: 'EXIT', exitCode: 0, message: ''})
  if (oclif !== undefined) {
    return {
      ...plain({code: 'USAGE', exitCode: 2, message: usageMessage(messageOf(error))}),
      hint: 'see --help',
    }
  }
  return {
    ...plain({code: 'INTERNAL', exitCode: 1, message: messageOf(error)}),
    hint: 'this is a defect of prosody-mods; --verbose shows where it happened',
    stack,
    causes: causesOf(error),
  }
}

/** How a failure is shown. */
interface FailureView {
  readonly json: boolean
  readonly verbose: boolean
  /** Of the terminal; undefined where there is none, and lines are as long as they are. */
  readonly columns?: number | undefined
}

/** Writes a failure as text, or as JSON in its documented shape. */
export function renderFailure(failure: Failure, options: FailureView): string {
  if (options.json) {
    const {code, exitCode, message, hint, details} = failure
    return `${jsonText({error: {code, exitCode, message, hint: hint ?? null, details}}, 2)}\n`
  }
  const {columns, verbose} = options
  const lines = [...told(pc.red(`error[${failure.code}]:`), failure.message, columns)]
  if (failure.hint !== undefined) lines.push(...told(pc.cyan('hint:'), failure.hint, columns))
  if (verbose) lines.push(...failure.causes.flatMap((cause) => told(pc.dim('caused by:'), cause, columns)))
  if (verbose && failure.stack !== undefined && isDefect(failure)) lines.push(pc.dim(failure.stack))
  return `${lines.join('\n')}\n`
}

/** Lines of a text keep their margin, and what goes on below is moved in a little more. */
function told(label: string, text: string, columns: number | undefined): readonly string[] {
  const lines = belonging(`${label} ${visible(text)}`.split('\n'))
  if (columns === undefined) return lines
  return lines.flatMap((line) => {
    if (widthOf(line) <= columns) return line
    const indent = /^ */.exec(line)?.[0].length ?? 0
    return wrap(unbroken(line), {columns, indent, hang: indent + 2})
  })
}

/** Lines that go on with the first one are moved in, all of them where one is not. */
function belonging([first = '', ...others]: readonly string[]): readonly string[] {
  const isFlush = others.some((line) => /^\S/.test(line))
  return [first, ...(isFlush ? others.map((line) => (line === '' ? line : `  ${line}`)) : others)]
}

/** A command is for copying: in quotation marks, or to the end of its clause, it stays on one line where that is wide enough. */
function unbroken(text: string): string {
  return text.replaceAll(/"prosody-mods [^"]{1,60}"|(?<=: )prosody-mods [^;"]{1,60}(?=;|$)/g, (command) =>
    command.replaceAll(' ', '\u00a0'),
  )
}

/** Where an error of a known kind was thrown helps nobody but who works on this program. */
function isDefect({code}: Failure): boolean {
  return code === 'INTERNAL' || (process.env['PROSODY_MODS_DEBUG'] ?? '') !== ''
}

function causesOf(error: unknown): readonly string[] {
  const causes: string[] = []
  for (let at = error; at instanceof Error && at.cause !== undefined; at = at.cause) {
    const text = messageOf(at.cause)
    // The same told otherwise says nothing more.
    if (text !== '' && text !== messageOf(at)) causes.push(text)
  }
  return causes
}

function plain(part: Pick<Failure, 'code' | 'exitCode' | 'message'>): Failure {
  return {...part, hint: undefined, details: {}, stack: undefined, causes: []}
}

/** oclif repeats "See more help with --help", which our hint says. */
function usageMessage(message: string): string {
  return message.replace(/\n*See more help with --help\s*$/, '').trim()
}
