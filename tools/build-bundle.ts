/**
 * Joins the modules that tsc has written to build/ into the few files of dist/, since each file costs a start
 * about half a millisecond, and a module in ECMAScript's format more than one in Node's own. Other packages stay
 * outside, in dist/node_modules, but for those of which shippedPackages lists no code.
 */
import {createHash} from 'node:crypto'
import {readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build, type BuildOptions, type OutputOptions, type Plugin} from 'rolldown'
import {shippedPackages} from './shipped-packages.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const dist = join(root, 'dist')
const outside = Object.keys(shippedPackages).filter((name) => shippedPackages[name]?.length !== 0)

/**
 * What undici loads of Node.js and never uses here: its own HTTP, for a limit that we set and a class of answers that
 * we have none of, and HTTP/2. Loading these takes as long as ten requests.
 */
const unused: Readonly<Record<string, string>> = {
  'node:http': 'module.exports = {maxHeaderSize: 16384, IncomingMessage: class {}}',
  './client-h2.js': 'module.exports = undefined',
}

for (const entry of readdirSync(dist)) {
  if (entry !== 'types') rmSync(join(dist, entry), {recursive: true})
}
writeFileSync(join(dist, 'package.json'), `${JSON.stringify({type: 'commonjs'})}\n`)

const output: OutputOptions = {
  dir: dist,
  format: 'cjs',
  dynamicImportInCjs: false,
  // Flat: src/package-files.ts counts on it.
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  minify: {compress: false, mangle: false, codegen: {removeWhitespace: true}},
}
const graph = new Map<string, readonly string[]>()
const shared: BuildOptions = {
  cwd: root,
  external: outside.map((name) => new RegExp(`^${name}(?:/|$)`, 'v')),
  platform: 'node',
  tsconfig: false,
  transform: {target: 'node20.19', define: {BUILD_DIGEST: JSON.stringify(buildDigest())}},
  plugins: [withoutUnused(), noting(graph)],
  logLevel: 'warn',
  // Help lists all commands, a run loads one: the groups say what lies where.
  checks: {ineffectiveDynamicImport: false},
}
/** What runs in scripts and images: install first of all. Other commands lie together in a file of their own. */
const frequent = ['install', 'list', 'verify', 'add', 'remove', 'version'].map(
  (name) => `build/commands/${name}.js`,
)
const core = closureOf('build/main.js', ...frequent)
const commands = closureOf('build/commands/index.js')
const resolve = closureOf('build/context/resolve-and-write.js')
await build({
  ...shared,
  input: {main: 'build/main.js', oclif: 'build/oclif.js', index: 'build/index.js'},
  output: {
    ...output,
    codeSplitting: {
      // What is loaded together lies together; each function is first called when the graph is known.
      groups: [
        {name: 'core', test: core, priority: 5},
        // Of projects that have some, when they are opened.
        {name: 'mirrors', test: closureOf('build/workbench/mirrors.js'), priority: 4},
        {name: 'shared', test: (id) => commands(id) && resolve(id), priority: 3},
        {name: 'commands', test: commands, priority: 2},
        {name: 'resolve', test: resolve, priority: 2},
        {name: 'http', test: closureOf('build/net/dispatcher.js'), priority: 1},
      ],
    },
  },
})
await build({...shared, input: {load: 'build/load.js'}, output: {...output, codeSplitting: false}})
// A thread loads all that it is made of, so it gets no more than it needs.
await build({
  ...shared,
  input: {'lint-worker': 'build/lint/worker.js'},
  output: {...output, codeSplitting: false},
})

for (const entry of readdirSync(dist)) if (entry.endsWith('.js')) toAscii(join(dist, entry))

/** Tells whether a module is loaded whenever one of others is. */
function closureOf(...paths: readonly string[]): (id: string) => boolean {
  let found: Set<string> | undefined
  return (id) => {
    if (found === undefined) {
      found = new Set(paths.map((path) => join(root, path)))
      for (const one of found) for (const imported of graph.get(one) ?? []) found.add(imported)
    }
    return found.has(id)
  }
}

/** Notes what each module imports by statement. */
function noting(imports: Map<string, readonly string[]>): Plugin {
  return {
    name: 'note-imports',
    moduleParsed({id, importedIds}) {
      imports.set(id, importedIds)
    },
  }
}

/** Puts `unused` in place of what it is named for. */
function withoutUnused(): Plugin {
  return {
    name: 'without-unused',
    resolveId: (id, importer = '') =>
      Object.hasOwn(unused, id) && importer.includes('/node_modules/undici/') ? `\0unused ${id}` : undefined,
    load: (id) => unused[/^\0unused (.+)$/.exec(id)?.[1] ?? ''],
  }
}

/** Writes other characters as escapes: V8 keeps and reads a text of ASCII at half the size, and dist/load.js wants one. */
function toAscii(path: string): void {
  const code = readFileSync(path, 'utf8')
  const escaped = code.replaceAll(/\P{ASCII}/gu, (character) =>
    Array.from({length: character.length}, (_, index) => escapeOf(character.charCodeAt(index))).join(''),
  )
  if (escaped !== code) writeFileSync(path, escaped)
}

function escapeOf(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}

/** Changes with any code that what is kept of Lua files may depend on: ours, and the versions of all packages. */
function buildDigest(): string {
  const digest = createHash('sha256')
  const names = readdirSync(join(root, 'build'), {recursive: true, encoding: 'utf8'})
  const files = names.filter((name) => name.endsWith('.js')).map((name) => join('build', name))
  for (const file of [...files.sort(), 'package.json', 'package-lock.json'])
    digest.update(`${file}\n`).update(readFileSync(join(root, file)))
  return digest.digest('hex')
}
