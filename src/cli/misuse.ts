import {parseArgs} from 'node:util'
import {ProsodyModsError} from '../errors.ts'
import {nearestNames} from '../text/nearest.ts'
import {nearestWords} from '../text/nearest-words.ts'
import {shellWord} from '../text/shell-word.ts'
import {globalFlags, type CommandDefinition, type FlagDefinition} from './definition.ts'
import {usualFlag, withVersions} from './habits.ts'
import {optionsOf} from './parse.ts'

/** The words that stand behind a command, and what the command takes. */
export interface Line {
  readonly name: string
  readonly words: readonly string[]
  readonly definition: CommandDefinition
}

/** Throws USAGE for the mistakes that are made most, in words; the rest is oclif's to explain. */
export function refuseMisuse(line: Line): void {
  // A negative number is a word for oclif, and a flag for Node.js.
  if (line.words.some((word) => /^-\d/.test(word))) return
  const flags: Readonly<Record<string, FlagDefinition>> = {...line.definition.flags, ...globalFlags}
  const {tokens} = parseArgs({
    args: [...line.words],
    options: optionsOf(flags),
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const operands: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind === 'option') refuseFlag(token, flags, line)
  }
  refuseOperands(operands, line)
}

interface GivenFlag {
  readonly name: string
  readonly rawName: string
  readonly value: string | undefined
}

function refuseFlag(
  {name, rawName, value}: GivenFlag,
  flags: Readonly<Record<string, FlagDefinition>>,
  line: Line,
): void {
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined
  if (flag === undefined) {
    const near = nearFlags(name, [...Object.keys(flags), 'help']).map((one) => `--${one}`)
    throw misuse(`${line.name} has no flag ${rawName}`, {
      hint: near.length === 0 ? helpHint(line) : `did you mean ${near.join(' or ')}?`,
      details: {flag: rawName, near},
    })
  }
  if (flag.type === 'switch') {
    if (value === undefined) return
    throw misuse(`${rawName} takes no value`, {hint: `write ${rawName} alone`, details: {flag: rawName}})
  }
  if (value === undefined) {
    throw misuse(`the value of ${rawName} is missing`, {
      hint: `write ${rawName} ${flag.value}`,
      details: {flag: rawName},
    })
  }
  if (flag.type !== 'count' || /^\d+$/.test(value)) return
  throw misuse(`${rawName}: expected a whole number from 0, got ${JSON.stringify(value)}`, {
    hint: `for example ${rawName} ${flag.default}`,
    details: {flag: rawName, value},
  })
}

/** A letter alone is like every other. */
function nearFlags(name: string, known: readonly string[]): readonly string[] {
  const usual = usualFlag(name, known)
  if (usual !== undefined) return [usual]
  if (name.length < 2) return []
  const near = nearestWords(name, known, 2)
  return near.length > 0 ? near : nearestNames(name, known, 2)
}

function refuseOperands(given: readonly string[], line: Line): void {
  const {name, definition} = line
  const {operands, insteadOfOperands} = definition
  const [first] = given
  if (operands === undefined) {
    if (first === undefined) return
    throw misuse(`${name} takes flags only, got ${given.map((one) => JSON.stringify(one)).join(' ')}`, {
      hint: insteadOfOperands?.(given.join(' ')) ?? helpHint(line),
      details: {operands: given},
    })
  }
  if (first === undefined && operands.required) {
    throw misuse(`${name} needs <${operands.name}>: ${operands.description}`, {
      hint: `for example ${definition.examples[0] ?? ''}`,
      details: {missing: operands.name},
    })
  }
  if (operands.many || given.length < 2) return
  if (operands.name === 'module') refuseLooseVersions(given, line)
  throw misuse(`${name} takes one <${operands.name}>, got ${given.length}: ${given.join(' ')}`, {
    hint: helpHint(line),
    details: {operands: given},
  })
}

/** Throws USAGE for a version that is a word of its own, of a command that takes modules. */
export function refuseLooseVersions(
  given: readonly string[],
  {name, definition}: Pick<Line, 'name' | 'definition'>,
): void {
  if (!['spec', 'module'].includes(definition.operands?.name ?? '')) return
  const meant = withVersions(given)
  if (meant === undefined) return
  throw misuse(`a version is no word of its own: ${given.join(' ')}`, {
    hint: `did you mean "prosody-mods ${name} ${meant.map(shellWord).join(' ')}"?`,
    details: {operands: given, meant},
  })
}

function helpHint({name}: Line): string {
  return `"prosody-mods ${name} --help" shows what it takes`
}

function misuse(
  message: string,
  options: {readonly hint: string; readonly details: Readonly<Record<string, unknown>>},
): ProsodyModsError {
  return new ProsodyModsError('USAGE', message, options)
}
