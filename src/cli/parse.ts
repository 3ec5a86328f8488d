import {parseArgs, type ParseArgsConfig} from 'node:util'
import {globalFlags, type CommandDefinition, type FlagDefinition, type AnyInput} from './definition.ts'

/**
 * Takes the words behind a command apart where they are well-formed and plain. Undefined for everything else, which is
 * not wrong by that: oclif reads it then, and explains what is wrong with it.
 */
export function parsePlain(words: readonly string[], definition: CommandDefinition): AnyInput | undefined {
  const flags: Readonly<Record<string, FlagDefinition>> = {...definition.flags, ...globalFlags}
  const found = tokens(words, flags)
  if (found === undefined) return undefined
  const values = new Map<string, FlagValue>()
  const operands: string[] = []
  for (const token of found) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind === 'option-terminator') return undefined
    if (token.kind !== 'option') continue
    const value = valueOf(flags[token.name], token, values.get(token.name))
    if (value === undefined) return undefined
    values.set(token.name, value)
  }
  const {required = false, many = false} = definition.operands ?? {}
  if (operands.length < (required ? 1 : 0) || operands.some((word) => word === '' || word === '-'))
    return undefined
  if (!many && operands.length > (definition.operands === undefined ? 0 : 1)) return undefined
  const withDefaults = Object.entries(flags).map(([name, flag]) => [
    name,
    values.get(name) ?? defaultOf(flag),
  ])
  return {flags: Object.fromEntries(withDefaults) as AnyInput['flags'], operands}
}

type Tokens = NonNullable<ReturnType<typeof parseArgs<ParseArgsConfig & {tokens: true}>>['tokens']>
type OptionToken = Extract<Tokens[number], {kind: 'option'}>

function tokens(
  words: readonly string[],
  flags: Readonly<Record<string, FlagDefinition>>,
): Tokens | undefined {
  try {
    const options = optionsOf(flags)
    return parseArgs({args: [...words], options, allowPositionals: true, tokens: true}).tokens
  } catch {
    return undefined
  }
}

/** Writes flags as Node.js's `parseArgs` wants them. */
export function optionsOf(
  flags: Readonly<Record<string, FlagDefinition>>,
): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [
      name,
      {
        type: flag.type === 'switch' ? ('boolean' as const) : ('string' as const),
        ...('char' in flag ? {short: flag.char} : {}),
      },
    ]),
  )
}

type FlagValue = string | boolean | number | readonly string[]

/**
 * Undefined for what oclif may read in another way: `-C=folder`, `--source=--json`, one flag twice.
 * @param before what the same flag was given before
 */
function valueOf(
  flag: FlagDefinition | undefined,
  {value, rawName, inlineValue}: OptionToken,
  before: FlagValue | undefined,
): FlagValue | undefined {
  if (flag === undefined || (before !== undefined && flag.type !== 'list')) return undefined
  if (flag.type === 'switch') return true
  if (value === undefined || value.startsWith('-')) return undefined
  if (inlineValue && !rawName.startsWith('--')) return undefined
  if (flag.type === 'text') return value
  if (flag.type === 'list') return [...(typeof before === 'object' ? before : []), value]
  return /^\d{1,9}$/.test(value) ? Number(value) : undefined
}

function defaultOf(flag: FlagDefinition): boolean | number | undefined {
  if (flag.type === 'switch') return false
  return flag.type === 'count' ? flag.default : undefined
}
