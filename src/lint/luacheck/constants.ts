import type * as Ast from 'luaparse'
import type {Issues} from './issue.ts'
import type {Span} from './model.ts'
import {isCall} from './names.ts'
import {printable} from '../source/printable.ts'
import {spanOf, type Places} from './places.ts'

/** A literal that stands in code. */
export interface Constant {
  readonly value: string | number | boolean
  /** The literal as it is written. */
  readonly text: string
}

/** Returns the value of a literal, or of a number with a minus; undefined for anything else. */
export function constantOf(node: Ast.Expression): Constant | undefined {
  switch (node.type) {
    case 'BooleanLiteral':
      return {value: node.value, text: String(node.value)}
    case 'StringLiteral':
      return {value: node.value, text: printable(node.value)}
    case 'NumericLiteral':
      return numberOf(node, '')
    case 'UnaryExpression':
      return node.operator === '-' && node.argument.type === 'NumericLiteral'
        ? numberOf(node.argument, '-')
        : undefined
    default:
      return undefined
  }
}

function numberOf({value, raw}: Ast.NumericLiteral, sign: '' | '-'): Constant | undefined {
  if (!Number.isFinite(value)) return undefined
  return {value: sign === '-' ? -value : value, text: `${sign}${raw}`}
}

interface Field {
  readonly place: Span
  readonly text: string
  readonly isIndex: boolean
}

/** Reports fields of a table that later ones of the same table overwrite. */
export function checkFields(node: Ast.TableConstructorExpression, issues: Issues, places: Places): void {
  const {fields} = node
  if (fields.length < 2) return
  const seen = new Map<Constant['value'], Field>()
  let index = 1
  for (let at = 0; at < fields.length; at += 1) {
    const field = fields[at]
    if (field === undefined) continue
    const isIndex = field.type === 'TableValue'
    const key = isIndex ? {value: index, text: String(index)} : keyOf(field)
    if (isIndex) index += 1
    if (key === undefined || key.value === false) continue
    const place = isIndex ? valuePlace(field.value, places, at === fields.length - 1) : spanOf(field.key)
    const before = seen.get(key.value)
    if (before !== undefined) issues.add('314', before.place, {field: before, other: place})
    seen.set(key.value, {place, text: key.text, isIndex})
  }
}

function keyOf(field: Ast.TableKey | Ast.TableKeyString): Constant | undefined {
  if (field.type === 'TableKey') return constantOf(field.key)
  return {value: field.key.name, text: field.key.name}
}

/** A value in parentheses is what stands inside, but for calls and at the table's end. */
function valuePlace(node: Ast.Expression, places: Places, isLast: boolean): Span {
  const around = places.around(node)
  if (around === undefined) return spanOf(node)
  if (isLast) return around.outer
  return isCall(node) || node.type === 'VarargLiteral' ? around.inner : spanOf(node)
}
