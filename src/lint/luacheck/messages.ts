import type {Details} from './issue.ts'

/** What a message may tell of an issue. */
export interface Said {
  readonly code: string
  readonly details: Details
  readonly endColumn: number
  /** The line of `details.other`. */
  readonly otherLine?: number | undefined
  /** Of a field of a global: its path below that. */
  readonly path?: string | undefined
  readonly limitLength?: number | undefined
  readonly maxComplexity?: number | undefined
  /** Whether the global is set in a module. */
  readonly isModule?: boolean | undefined
}

type Message = string | ((said: Said) => string)

/** luacheck's own words, by code. */
const messages: Readonly<Record<string, Message>> = {
  '011': ({details: {text = ''}}) => text,
  '021': ({details: {text = ''}}) => text,
  '022': 'unpaired push directive',
  '023': 'unpaired pop directive',
  '111': ({details: {name = ''}, isModule}) =>
    `setting non-${isModule === true ? 'module' : 'standard'} global variable '${name}'`,
  '112': ({details: {name = ''}}) => `mutating non-standard global variable '${name}'`,
  '113': ({details: {name = ''}}) => `accessing undefined variable '${name}'`,
  '121': ({details: {name = ''}}) => `setting read-only global variable '${name}'`,
  '122': (said) =>
    `${indirectly(said)}setting read-only field '${said.path ?? ''}' of global '${said.details.name ?? ''}'`,
  '131': ({details: {name = ''}}) => `unused global variable '${name}'`,
  '142': (said) =>
    `${indirectly(said)}setting undefined field '${said.path ?? ''}' of global '${said.details.name ?? ''}'`,
  '143': (said) =>
    `${indirectly(said)}accessing undefined field '${said.path ?? ''}' of global '${said.details.name ?? ''}'`,
  '211': unusedLocal,
  '212': ({details: {name = ''}}) =>
    name === '...' ? 'unused variable length argument' : `unused argument '${name}'`,
  '213': ({details: {name = ''}}) => `unused loop variable '${name}'`,
  '214': ({details: {name = ''}}) => `used variable '${name}' with unused hint`,
  '221': ({details: {name = ''}}) => `variable '${name}' is never set`,
  '231': ({details: {name = ''}}) => `variable '${name}' is never accessed`,
  '232': ({details: {name = ''}}) => `argument '${name}' is never accessed`,
  '233': ({details: {name = ''}}) => `loop variable '${name}' is never accessed`,
  '241': ({details: {name = ''}}) => `variable '${name}' is mutated but never accessed`,
  '311': (said) => `value assigned to variable '${said.details.name ?? ''}'${unusedOrOverwritten(said)}`,
  '312': (said) => `value of argument '${said.details.name ?? ''}'${unusedOrOverwritten(said)}`,
  '313': (said) => `value of loop variable '${said.details.name ?? ''}'${unusedOrOverwritten(said)}`,
  '314': ({details: {field}, otherLine}) =>
    `value assigned to ${field?.isIndex === true ? 'index' : 'field'} '${field?.text ?? ''}' is overwritten on line ${otherLine ?? 0} before use`,
  '321': ({details: {name = ''}}) => `accessing uninitialized variable '${name}'`,
  '331': ({details: {name = ''}}) => `value assigned to variable '${name}' is mutated but never accessed`,
  '341': ({details: {name = ''}}) => `mutating uninitialized variable '${name}'`,
  '411': (said) => `variable '${said.details.name ?? ''}' was previously defined${onLine(said)}`,
  '412': (said) =>
    `variable '${said.details.name ?? ''}' was previously defined as an argument${onLine(said)}`,
  '413': (said) =>
    `variable '${said.details.name ?? ''}' was previously defined as a loop variable${onLine(said)}`,
  '421': (said) => `shadowing definition of variable '${said.details.name ?? ''}'${onLine(said)}`,
  '422': (said) => `shadowing definition of argument '${said.details.name ?? ''}'${onLine(said)}`,
  '423': (said) => `shadowing definition of loop variable '${said.details.name ?? ''}'${onLine(said)}`,
  '431': (said) => `shadowing upvalue '${said.details.name ?? ''}'${onLine(said)}`,
  '432': (said) => `shadowing upvalue argument '${said.details.name ?? ''}'${onLine(said)}`,
  '433': (said) => `shadowing upvalue loop variable '${said.details.name ?? ''}'${onLine(said)}`,
  '511': 'unreachable code',
  '512': 'loop is executed at most once',
  '521': ({details: {label = ''}}) => `unused label '${label}'`,
  '531': 'right side of assignment has more values than left side expects',
  '532': 'right side of assignment has less values than left side expects',
  '541': 'empty do..end block',
  '542': 'empty if branch',
  '551': 'empty statement',
  '561': ({details: {complexity}, maxComplexity = 0}) =>
    `cyclomatic complexity of ${textOf(complexity?.what ?? '')} is too high (${complexity?.value ?? 0} > ${maxComplexity})`,
  '571': ({details: {limit = ''}}) =>
    `numeric for loop goes from #(expr) down to ${limit} but loop step is not negative`,
  '581': ({details: {operators = ['', '']}}) =>
    `'not (x ${operators[0]} y)' can be replaced by 'x ${operators[1]} y' (if neither side is a table or NaN)`,
  '582': 'Error prone negation: negation is executed before relational operator.',
  '611': 'line contains only whitespace',
  '612': 'line contains trailing whitespace',
  '613': 'trailing whitespace in a string',
  '614': 'trailing whitespace in a comment',
  '621': 'inconsistent indentation (SPACE followed by TAB)',
  '631': ({endColumn, limitLength = 0}) => `line is too long (${endColumn} > ${limitLength})`,
}

/** Writes the message of an issue as luacheck words it. */
export function messageOf(said: Said): string {
  const message = messages[said.code] ?? ''
  return typeof message === 'string' ? message : message(said)
}

function unusedLocal({details: {name = '', isFunction, recursion}}: Said): string {
  if (isFunction !== true) return `unused variable '${name}'`
  const how = recursion === undefined ? '' : recursion === 'self' ? 'recursive ' : 'mutually recursive '
  return `unused ${how}function '${name}'`
}

function unusedOrOverwritten({otherLine}: Said): string {
  return otherLine === undefined ? ' is unused' : ` is overwritten on line ${otherLine} before use`
}

function onLine({otherLine}: Said): string {
  return ` on line ${otherLine ?? 0}`
}

function indirectly({details: {global}}: Said): string {
  return global?.indirect === true ? 'indirectly ' : ''
}

/** Names of fields are bytes; luacheck prints them as they are. Made here alone: names may be long, and are many. */
function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString()
}
