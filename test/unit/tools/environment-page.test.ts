import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {filesOf} from '../../../tools/references.ts'

const root = join(import.meta.dirname, '../../..')
const page = readFileSync(join(root, 'docs/reference/environment.md'), 'utf8')
const sources = filesOf(root).filter((path) => path.startsWith('src/') && path.endsWith('.ts'))

/** What is set for programs that are started, and what the build puts in. */
const others = new Set(['PROSODY_MODS_FILES'])
/** Read by what we are made of: Node.js, and the package that knows the folders of users. */
const readElsewhere = ['XDG_*', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_STATE_HOME']

/** The variables that a file reads: by their name behind `env`, taken out of it, or as a constant. */
function variablesIn(text: string): string[] {
  const named = [...text.matchAll(/\benv\[['"`](\w+)['"`]\]/g)].map(([, name = '']) => name)
  const taken = [...text.matchAll(/\{([^{}]*)\} = (?:\w+\.)*env\b/g)].flatMap(([, names = '']) =>
    names.split(',').map((one) => one.trim().split(/\W/)[0] ?? ''),
  )
  const constant = text.match(/\bPROSODY_MODS_[A-Z_]+\b|'(?:https?|no|all)_proxy'/g) ?? []
  return [...named, ...taken, ...constant.map((one) => one.replaceAll("'", ''))].filter((name) => name !== '')
}

it('has every variable that src reads, and no other', () => {
  const read = new Set(sources.flatMap((path) => variablesIn(readFileSync(join(root, path), 'utf8'))))
  const listed = [...page.matchAll(/`([A-Za-z][A-Za-z_*]+)`/g)]
    .map(([, name = '']) => name)
    .filter((name) => /^[A-Z]+(?:_[A-Z_*]+)?$|_proxy$/.test(name))
  expect([...read].filter((name) => !others.has(name) && !listed.includes(name))).toEqual([])
  expect([...new Set(listed)].filter((name) => !read.has(name) && !readElsewhere.includes(name))).toEqual([])
  expect(read.size).toBeGreaterThan(15)
})

it('knows how variables are read', () => {
  const text =
    "const a = env['ABC']; const {D, E: e = ''} = process.env; const x = 'PROSODY_MODS_Y'; valueOf('no_proxy')"
  expect(variablesIn(text)).toEqual(['ABC', 'D', 'E', 'PROSODY_MODS_Y', 'no_proxy'])
})
