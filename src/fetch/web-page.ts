import {readSync} from 'node:fs'
import {ProsodyModsError} from '../errors.ts'
import {redactUrl} from '../net/redact-url.ts'
import {rawOf, repositoryOf} from '../sources/forge-pages.ts'
import {opening, withRegular} from '../regular-file.ts'

/** Whether bytes begin as an HTML page does, a mark of byte order and comments before it left aside. */
function isWebPage(bytes: Buffer): boolean {
  const head = bytes.toString('latin1', 0, 4096).replace(/^\u00ef\u00bb\u00bf/, '')
  return /^(?:\s|<!--[\s\S]*?-->|<\?xml[^>]*>)*<(?:!doctype\s+html|html|head|body)\b/i.test(head)
}

/** Tells whether a file begins as an HTML page does; one that is not there any more is none. */
export function isWebPageAt(path: string): boolean {
  try {
    const head = Buffer.alloc(4096)
    return withRegular(path, opening.followed, (file) => isWebPage(head.subarray(0, readSync(file, head))))
  } catch {
    return false
  }
}

/**
 * Makes the error of an address that gave a web page in place of a file.
 * @param url what was asked for
 */
export function webPage(url: string): ProsodyModsError {
  const raw = rawOf(url)
  const shown = redactUrl(url)
  const source = repositoryOf(url)
  return new ProsodyModsError('MODULE_UNKNOWN', `${shown} is a web page, not a module`, {
    hint: hintFor(raw, source),
    details: {url: shown, raw: raw ?? null},
  })
}

function hintFor(raw: string | undefined, source: string | undefined): string {
  if (raw !== undefined) return `the file itself is at ${raw}`
  if (source === undefined)
    return 'name the file itself: the address behind "raw" or "download" on such a page'
  return `a repository is declared as a source in prosody-mods.json: "sources": {"<id>": ${source}}; then prosody-mods add <id>/<module>`
}
