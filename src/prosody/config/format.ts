import {shownAs} from './operators.ts'
import type {Value} from './values.ts'

/** Writes values by a format as `string.format` does; undefined where a value is not known or the format is not plain. */
export function formatted([format, ...values]: readonly Value[]): string | undefined {
  if (format?.kind !== 'string') return undefined
  let at = 0
  const parts = (format.value.match(/%.?|[^%]+/gs) ?? []).map((part) => {
    if (!part.startsWith('%')) return part
    if (part === '%%') return '%'
    const value = values[at]
    at += 1
    return value === undefined ? undefined : shownBy(part[1], value)
  })
  return parts.includes(undefined) ? undefined : parts.join('')
}

function shownBy(letter: string | undefined, value: Value): string | undefined {
  if (letter === 's') return shownAs(value)
  if (letter !== 'd' && letter !== 'i') return undefined
  return value.kind === 'number' && Number.isInteger(value.value) ? String(value.value) : undefined
}
