import {applyEdits, modify, type FormattingOptions, type JSONPath} from 'jsonc-parser'

/** Changes of a manifest's text; every line that need not change stays as it is. */
export interface ManifestChange {
  /** Key path from the top of the document. */
  readonly path: readonly string[]
  /** undefined removes the key. */
  readonly value: unknown
}

/** Applies changes one by one. New keys go where sorted order puts them, if the others are sorted, else last. */
export function editManifest(text: string, changes: readonly ManifestChange[]): string {
  const formattingOptions = formOf(text)
  return changes.reduce((current, {path, value}) => {
    const edits = modify(current, [...path] as JSONPath, value, {
      formattingOptions,
      getInsertionIndex: (existing) => insertionIndex(existing, path.at(-1) ?? ''),
    })
    return applyEdits(current, edits)
  }, text)
}

function insertionIndex(existing: readonly string[], key: string): number {
  const isSorted = existing.every((name, index) => index === 0 || (existing[index - 1] ?? '') < name)
  if (!isSorted) return existing.length
  const index = existing.findIndex((name) => name > key)
  return index === -1 ? existing.length : index
}

/** The file's own newline style and indent; two spaces where it shows none. */
function formOf(text: string): FormattingOptions {
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const indent = /^([\t ]+)\S/m.exec(text)?.[1] ?? '  '
  return {
    eol,
    insertSpaces: !indent.includes('\t'),
    tabSize: indent.includes('\t') ? 1 : indent.length,
    keepLines: true,
  }
}
