/**
 * Joins the modules that tsc has written to build/ into the few files of dist/, since each file costs a start
 * about half a millisecond. Other packages stay outside, in dist/node_modules.
 */
import {createHash} from 'node:crypto'
import {readFileSync, readdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build} from 'rolldown'
import {shippedPackages} from './shipped-packages.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const dist = join(root, 'dist')
const outside = Object.keys(shippedPackages).filter((name) => shippedPackages[name]?.length !== 0)

for (const entry of readdirSync(dist)) {
  if (entry !== 'types') rmSync(join(dist, entry), {recursive: true})
}
await build({
  cwd: root,
  input: {
    main: 'build/main.js',
    oclif: 'build/oclif.js',
    index: 'build/index.js',
    'lint-worker': 'build/lint/worker.js',
  },
  external: outside.map((name) => new RegExp(`^${name}(?:/|$)`, 'v')),
  platform: 'node',
  tsconfig: false,
  transform: {target: 'node20.19', define: {BUILD_DIGEST: JSON.stringify(buildDigest())}},
  output: {
    dir: dist,
    // Flat: src/package-folder.ts counts on it.
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    minify: {compress: false, mangle: false, codegen: {removeWhitespace: true}},
  },
  logLevel: 'warn',
})

/** Changes with any code that what is kept of Lua files may depend on: ours, and the versions of all packages. */
function buildDigest(): string {
  const digest = createHash('sha256')
  const names = readdirSync(join(root, 'build'), {recursive: true, encoding: 'utf8'})
  const files = names.filter((name) => name.endsWith('.js')).map((name) => join('build', name))
  for (const file of [...files.sort(), 'package.json', 'package-lock.json'])
    digest.update(`${file}\n`).update(readFileSync(join(root, file)))
  return digest.digest('hex')
}
