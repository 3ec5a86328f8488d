import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {packagesToShip} from '../shipped-packages.ts'

/**
 * Returns the licences of the program and of all packages in it, as a comment of JavaScript.
 * @param root folder with node_modules in it
 */
export function licences(root: string): string {
  const others = packagesToShip(root).flatMap(({name, version, folder, files}) =>
    files
      .filter((path) => /^(?:licen[cs]e|copying|notice|readme)[^\/]*$/i.test(path))
      .map((path) => section(`${name} ${version}`, readFileSync(join(root, folder, path), 'utf8'))),
  )
  const own = section('prosody-mods', readFileSync(join(root, 'LICENSE'), 'utf8'))
  return `/*!\n${[own, ...new Set(others)].join('\n').replaceAll('*/', '* /')}*/\n`
}

function section(title: string, text: string): string {
  return `==== ${title}\n\n${text.replaceAll('\r\n', '\n').trim()}\n`
}
