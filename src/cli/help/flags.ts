import type {FlagDefinition, FlagDefinitions} from '../definition.ts'

/** Lists flags as help does: how each is written, and what it does. */
export function flagRows(flags: FlagDefinitions): readonly (readonly [string, string])[] {
  const hasChars = Object.values(flags).some((flag) => charOf(flag) !== undefined)
  return Object.entries(flags).map(
    ([name, flag]) => [written(name, flag, hasChars), described(flag)] as const,
  )
}

function written(name: string, flag: FlagDefinition, hasChars: boolean): string {
  const char = charOf(flag)
  const front = char === undefined ? (hasChars ? '    ' : '') : `-${char}, `
  const value = flag.type === 'switch' ? '' : `=${flag.value}${flag.type === 'list' ? '...' : ''}`
  return `${front}--${name}${value}`
}

function described(flag: FlagDefinition): string {
  return flag.type === 'count' ? `${flag.description} [default: ${flag.default}]` : flag.description
}

function charOf(flag: FlagDefinition): string | undefined {
  return 'char' in flag ? flag.char : undefined
}
