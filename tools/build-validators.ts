/** Compiles the JSON Schemas of the manifest, the lockfile and the user's configuration into plain functions: build/validators.js. */
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {Ajv2020} from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'

const root = new URL('../', import.meta.url)

/** What people read in a schema has no place in code that every run loads. */
const prose = new Set(['$comment', 'description', 'examples', 'title'])

function schema(name: string): object {
  const text = readFileSync(new URL(`registry/schema/${name}.schema.json`, root), 'utf8')
  return withoutProse(JSON.parse(text)) as object
}

/** Takes annotations away; a key whose value is no text or list is a property of that name. */
function withoutProse(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withoutProse)
  if (typeof part !== 'object' || part === null) return part
  return Object.fromEntries(
    Object.entries(part)
      .filter(([key, value]) => !prose.has(key) || (typeof value !== 'string' && !Array.isArray(value)))
      .map(([key, value]) => [key, withoutProse(value)]),
  )
}

const ajv = new Ajv2020({
  code: {source: true, esm: true},
  strict: true,
  strictRequired: false,
  strictTypes: false,
})
for (const name of ['manifest', 'lockfile', 'config']) ajv.addSchema(schema(name), name)

const generated = standalone.default(ajv, {
  validateManifest: 'manifest',
  validateLockfile: 'lockfile',
  validateConfig: 'config',
})
if (/\brequire\(/.test(generated))
  throw new Error('the compiled validators need ajv at run time; leave that keyword out')

/**
 * Tables of Unicode are slow to make, and nearly all text is ASCII, of which the classes used have controls alone: a
 * pattern with such classes looks at ASCII without them.
 */
const helper = `
const ascii = /^[\\0-\\x7f]*$/
function asciiFirst(inAscii, source) {
  const quick = new RegExp(inAscii, 'u')
  let whole
  return {test: (text) => ascii.test(text) ? quick.test(text) : (whole ??= new RegExp(source, 'u')).test(text)}
}
`
const code = generated.replaceAll(/new RegExp\(("(?:[^"\\]|\\.)*"), "u"\)/g, (made, literal: string) => {
  const source = JSON.parse(literal) as string
  if (!source.includes('\\p{')) return made
  const inAscii = source.replaceAll('\\p{Cc}', '\\0-\\x1f\\x7f').replaceAll(/\\p\{(?:Cf|Cs|Zl|Zp)\}/g, '')
  if (inAscii.includes('\\p{')) throw new Error(`what has ASCII of the classes in ${source}?`)
  return `asciiFirst(${JSON.stringify(inAscii)}, ${literal})`
})
mkdirSync(new URL('build/', root), {recursive: true})
writeFileSync(fileURLToPath(new URL('build/validators.js', root)), helper + code)
