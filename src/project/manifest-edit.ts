import {parseTree, type Node} from 'jsonc-parser'

/** A change that is to be made in a manifest's text; every line that need not change stays as it is. */
export interface ManifestChange {
  /** The key path from the top of the document. */
  readonly path: readonly string[]
  /** The new value; undefined removes the key. */
  readonly value: unknown
}

/** How a file is written. */
interface Form {
  readonly eol: string
  /** The white space before a line, for one level. */
  readonly indent: string
}

/** What to write in place of a stretch of the text. */
interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/**
 * Applies changes one by one to valid JSON. New keys go where sorted order puts them, if the others are
 * sorted, else last; into an object on one line they are written on that line.
 */
export function editManifest(text: string, changes: readonly ManifestChange[]): string {
  const form = formOf(text)
  let current = text
  for (const change of changes) {
    // A key that was written twice has to go twice.
    for (let edit = editFor(current, change, form); edit !== undefined;) {
      current = current.slice(0, edit.from) + edit.text + current.slice(edit.to)
      edit = change.value === undefined ? editFor(current, change, form) : undefined
    }
  }
  return current
}

/** Undefined where what shall go is not there. */
function editFor(text: string, {path, value}: ManifestChange, form: Form): Edit | undefined {
  const root = parseTree(text)
  if (root?.type !== 'object') throw new Error('a manifest that was parsed before is an object')
  let object = root
  for (const [depth, key] of path.entries()) {
    const property: Node | undefined = propertiesOf(object).findLast((one) => keyOf(one) === key)
    const found: Node | undefined = property?.children?.[1]
    const isLast = depth === path.length - 1
    if (property === undefined || found === undefined) {
      return value === undefined ? undefined : insertion(text, {object, depth, path, value}, form)
    }
    if (isLast && value === undefined) return removal(object, property)
    if (isLast || found.type !== 'object') {
      const isOneLine = !slice(text, object).includes('\n')
      const fresh = json(
        nested(path.slice(depth + 1), value),
        isOneLine ? undefined : {...form, depth: depth + 1},
      )
      return {from: found.offset, to: found.offset + found.length, text: fresh}
    }
    object = found
  }
  throw new Error('a change names a key')
}

interface Insertion {
  readonly object: Node
  /** The depth of the object that is added to: 0 for the document's own. */
  readonly depth: number
  readonly path: readonly string[]
  readonly value: unknown
}

function insertion(text: string, {object, depth, path, value}: Insertion, form: Form): Edit {
  const properties = propertiesOf(object)
  const [first] = properties
  const key = path[depth] ?? ''
  const fresh = nested(path.slice(depth + 1), value)
  if (first === undefined) {
    const shown = json({[key]: fresh}, {...form, depth})
    return {from: object.offset, to: object.offset + object.length, text: shown}
  }
  const isOneLine = !slice(text, object).includes('\n')
  const name = `${JSON.stringify(key)}: `
  const shown = name + json(fresh, isOneLine ? undefined : {...form, depth: depth + 1})
  const gap = isOneLine ? ' ' : form.eol + indentOf(text, first, form.indent.repeat(depth + 1))
  const previous = properties[insertionIndex(properties.map(keyOf), key) - 1]
  if (previous === undefined) return {from: first.offset, to: first.offset, text: `${shown},${gap}`}
  const end = previous.offset + previous.length
  return {from: end, to: end, text: `,${gap}${shown}`}
}

/** Takes the comma that parted it from its neighbour along. */
function removal(object: Node, property: Node): Edit {
  const properties = propertiesOf(object)
  const index = properties.indexOf(property)
  const [previous, next] = [properties[index - 1], properties[index + 1]]
  const end = property.offset + property.length
  if (previous !== undefined) return {from: previous.offset + previous.length, to: end, text: ''}
  if (next !== undefined) return {from: property.offset, to: next.offset, text: ''}
  return {from: object.offset, to: object.offset + object.length, text: '{}'}
}

function insertionIndex(existing: readonly string[], key: string): number {
  const isSorted = existing.every((name, index) => index === 0 || (existing[index - 1] ?? '') < name)
  if (!isSorted) return existing.length
  const index = existing.findIndex((name) => name > key)
  return index === -1 ? existing.length : index
}

/** JSON over several lines, the first of them at `depth`; without a form on one line: `{"a": 1, "b": 2}`. */
function json(value: unknown, form: (Form & {readonly depth: number}) | undefined): string {
  if (form !== undefined) {
    return JSON.stringify(value, undefined, form.indent).replaceAll(
      '\n',
      form.eol + form.indent.repeat(form.depth),
    )
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item) => json(item, undefined)).join(', ')}]`
  const members = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${json(item, undefined)}`,
  )
  return `{${members.join(', ')}}`
}

function nested(path: readonly string[], value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => ({[key]: inner}), value)
}

function propertiesOf(object: Node): readonly Node[] {
  return object.children ?? []
}

function keyOf(property: Node): string {
  return String(property.children?.[0]?.value)
}

function slice(text: string, {offset, length}: Node): string {
  return text.slice(offset, offset + length)
}

/** What stands before a property on its line, if that is only space. */
function indentOf(text: string, property: Node, otherwise: string): string {
  const before = text.slice(text.lastIndexOf('\n', property.offset - 1) + 1, property.offset)
  return before.trim() === '' ? before : otherwise
}

/** The file's own newline style and indent; two spaces where it shows none. */
function formOf(text: string): Form {
  return {
    eol: text.includes('\r\n') ? '\r\n' : '\n',
    indent: /^([\t ]+)\S/m.exec(text)?.[1] ?? '  ',
  }
}
