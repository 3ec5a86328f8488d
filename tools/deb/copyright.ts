import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {packagesToShip, type ShippedPackage} from '../shipped-packages.ts'

/** Licences that Debian has the text of (Debian policy 12.5). */
const common: Readonly<Record<string, string>> = {
  'Apache-2.0': 'Apache-2.0',
  'LGPL-3.0+': 'LGPL-3',
}

/** Tells whether a file of a package is its licence, or tells it. */
export function isLicence(path: string): boolean {
  return /^(?:licen[cs]e|copying|notice|readme)[^\/]*$/i.test(path)
}

/**
 * Writes debian/copyright in its form that machines read
 * (https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/), of the program and all packages in it.
 * @param root folder with node_modules in it
 */
export function copyright(root: string): string {
  const {homepage} = readJson(join(root, 'package.json')) as {homepage: string}
  const own = readFileSync(join(root, 'LICENSE'), 'utf8')
  const head = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: prosody-mods
Source: ${homepage.replace(/#.*/, '')}
`
  const first = stanza('*', {id: 'Expat', holders: holdersIn(own), text: own})
  const others = packagesToShip(root).map((shipped) =>
    stanza(`dist/${shipped.folder}/*`, termsOf(shipped, root)),
  )
  return [head, first, ...others].join('\n')
}

interface Terms {
  readonly id: string
  readonly holders: readonly string[]
  readonly text: string
}

function termsOf({name, folder, files}: ShippedPackage, root: string): Terms {
  const {license, author} = readJson(join(root, folder, 'package.json')) as {
    license: string
    author?: unknown
  }
  const text = files
    .filter(isLicence)
    .map((path) => readFileSync(join(root, folder, path), 'utf8'))
    .join('\n')
  const holders = holdersIn(text)
  const also = holders.length > 0 ? holders : [nameOf(author) ?? `the authors of ${name}`]
  const known = common[license]
  const reference = `On Debian systems, the text of this licence is in /usr/share/common-licenses/${known ?? ''}.`
  return {
    id: license.replaceAll(/[()]/g, '').toLowerCase() === 'mit' ? 'Expat' : license.replaceAll(/[()]/g, ''),
    holders: also,
    text: known === undefined ? text : reference,
  }
}

function holdersIn(text: string): readonly string[] {
  const found = text.matchAll(/^[\s#*]*(?:copyright\s+)?(?:\(c\)|©|copyright)\s+(?:©|\(c\))?\s*(.*\w.*)$/gim)
  return [...new Set(Array.from(found, ([, holder = '']) => holder.trim()))].filter(
    (holder) => !/^(?:notice|holders?|owner|\[yyyy\])/i.test(holder),
  )
}

function nameOf(author: unknown): string | undefined {
  if (typeof author === 'string') return author
  const name = typeof author === 'object' && author !== null && 'name' in author ? author.name : undefined
  return typeof name === 'string' ? name : undefined
}

function stanza(files: string, {id, holders, text}: Terms): string {
  const lines = text
    .replaceAll('\r\n', '\n')
    .trim()
    .split('\n')
    .map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`))
  return `Files: ${files}\nCopyright: ${holders.join('\n           ')}\nLicense: ${id.replaceAll(' OR ', ' or ').replaceAll(' AND ', ' and ')}\n${lines.join('\n')}\n`
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}
