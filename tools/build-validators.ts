/** Compiles the JSON Schemas of the manifest, the lockfile and the user's configuration into plain functions: build/validators.js. */
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {Ajv2020} from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'

const root = new URL('../', import.meta.url)

function schema(name: string): object {
  return JSON.parse(readFileSync(new URL(`registry/schema/${name}.schema.json`, root), 'utf8')) as object
}

const ajv = new Ajv2020({
  code: {source: true, esm: true},
  strict: true,
  strictRequired: false,
  strictTypes: false,
})
for (const name of ['manifest', 'lockfile', 'config']) ajv.addSchema(schema(name), name)

const code = standalone.default(ajv, {
  validateManifest: 'manifest',
  validateLockfile: 'lockfile',
  validateConfig: 'config',
})
if (/\brequire\(/.test(code))
  throw new Error('the compiled validators need ajv at run time; leave that keyword out')
mkdirSync(new URL('build/', root), {recursive: true})
writeFileSync(fileURLToPath(new URL('build/validators.js', root)), code)
