import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {file} from './answers.ts'
import type {Sandbox} from './cli.ts'
import {copyForEverybody, type PackageCopy} from './package-copy.ts'
import type {TestServer} from './server.ts'
import {sha256Of} from '../../src/digest.ts'

/** A library of our own in the place of the rock net-url, in two files. */
export const rockFiles: Readonly<Record<string, string>> = {
  'net/url.lua': `local split = require "net.url_parts";\nreturn { parse = function (text) return split(text); end };\n`,
  'net/url_parts.lua': `return function (text) return { host = text:match("^%a+://([^/:]+)") }; end;\n`,
}

const revision = '0123456789abcdef0123456789abcdef01234567'

/** The path at which a host with raw files has one of them. */
export function rawPath(file: string): string {
  return `/acme/lua-url/${revision}/src/${file}`
}

/** Has a host have our library where GitHub would, as a project's user says. */
export async function serveRock({config}: Sandbox, server: TestServer): Promise<void> {
  await mkdir(config, {recursive: true})
  const mirrors = {'https://raw.githubusercontent.com': server.url, 'https://github.com': server.url}
  await writeFile(join(config, 'config.json'), JSON.stringify({mirrors}))
  for (const [path, text] of Object.entries(rockFiles)) server.on(rawPath(path), file(text))
}

/** Makes a copy of the package whose registry takes our library for the rock net-url. */
export async function packageWithRock(): Promise<PackageCopy> {
  const copy = await copyForEverybody()
  const path = join(copy.folder, 'registry/libraries.json')
  const libraries = JSON.parse(await readFile(path, 'utf8')) as {rocks: Record<string, object>}
  const files = Object.entries(rockFiles).map(([to, text]) => ({
    ...{path: `src/${to}`, to, sha256: sha256Of(text), size: text.length},
  }))
  const rock = libraries.rocks['net.url']
  libraries.rocks['net.url'] = {...rock, source: {repository: 'acme/lua-url', revision, files}}
  await writeFile(path, JSON.stringify(libraries))
  return copy
}
