import {mainOf, moduleOfPath} from '../src/module-name.ts'
/**
 * What the code of whole trees of modules needs, and what serves it, as the Markdown of
 * docs/reference/needs-of-known-modules.md:
 * `tsx tools/closure-totals.ts --prosody <line> --debian <suite> [<name>=]<folder>…`.
 * A tree holds mod_<name>.lua or mod_<name>/…; its Lua files are read, never run.
 */
import {readFileSync, readdirSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {parseArgs} from 'node:util'
import type {FileFacts, Requirement} from '../src/facts/fact-types.ts'
import {factsOf} from '../src/facts/facts.ts'
import {optionalIn} from '../src/resolve/gather-needs.ts'
import {embeddedRegistry} from '../src/registry/registry.ts'
import {libraryPaths} from '../src/prosody/module-files.ts'
import {serveLibrary} from '../src/resolve/libraries.ts'
import {isCoreLibrary, needsTargetOf} from '../src/resolve/needs.ts'

const kinds = {
  require: ['lua', 'prosody', 'debian', 'copy', 'rock', 'unknown', 'computed'],
  'module:require': ['own', 'core', 'tree', 'unknown', 'computed'],
  'module:depends': ['core', 'tree', 'registry', 'unknown', 'computed'],
} as const
type Kind = keyof typeof kinds

interface Outcome {
  readonly by: string
  /** Of what is unknown. */
  readonly reason?: string
}

interface Row extends Outcome {
  readonly kind: Kind
  /** The name, or the expression that computes it. */
  readonly what: string
  readonly optional: boolean
  readonly tree: string
  /** file:line */
  readonly place: string
}

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {prosody: {type: 'string', default: '13.0'}, debian: {type: 'string', default: 'trixie'}},
})
const registry = embeddedRegistry()
const line = registry.prosodyLine(values.prosody)
if (line === undefined) throw new Error(`nothing is known of Prosody ${values.prosody}`)
const target = needsTargetOf({prosody: values.prosody, lua: line.lua, debian: values.debian}, registry)
const trees = positionals.map((text) => readTree(text))
const rows = trees.flatMap(({rows}) => rows)

console.log(`### Prosody ${values.prosody}, Lua ${line.lua}, Debian ${values.debian}\n`)
printTotals()
printOpen()
process.exitCode = trees.some(({broken}) => broken > 0) ? 1 : 0

interface Tree {
  readonly name: string
  readonly files: number
  /** Files that are not valid Lua. */
  readonly broken: number
  readonly rows: readonly Row[]
}

function readTree(text: string): Tree {
  const [, name = basename(text), folder = text] = /^([^=/]+)=(.+)$/.exec(text) ?? []
  const paths = luaFilesIn(folder)
  const root = commonFolder(paths)
  const seen = new Set(paths.map((path) => path.slice(root.length)))
  const rows: Row[] = []
  let broken = 0
  for (const path of [...seen].sort()) {
    const {facts, problem} = factsOf(readFileSync(join(folder, root, path)), mainOf(path))
    if (facts !== undefined) rows.push(...rowsOf(facts, path, {name, seen}))
    else {
      broken += 1
      console.error(`${name} ${path}: ${problem.message}`)
    }
  }
  return {name, files: seen.size, broken, rows}
}

function luaFilesIn(folder: string): string[] {
  return readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile() && entry.name.endsWith('.lua'))
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length))
}

/** With a slash at the end; '' for none. */
function commonFolder(paths: readonly string[]): string {
  let common = paths[0] === undefined ? '' : `${dirname(paths[0])}/`.replace(/^\.\/$/, '')
  while (!paths.every((path) => path.startsWith(common))) common = common.replace(/[^/]*\/$/, '')
  return common
}

interface Place {
  readonly name: string
  /** Paths of all Lua files of the tree. */
  readonly seen: ReadonlySet<string>
}

function rowsOf(facts: FileFacts, path: string, {name: tree, seen}: Place): Row[] {
  const isOptional = optionalIn(facts)
  const row = (kind: Kind, one: Requirement, serve: (name: string) => Outcome): Row => ({
    kind,
    what: one.name ?? one.text.replace(/\s+/g, ' '),
    ...(one.name === null ? {by: 'computed'} : serve(one.name)),
    optional:
      kind === 'require' ? isOptional(one) : one.optional || (kind === 'module:depends' && one.conditional),
    tree,
    place: `${path}:${one.line}`,
  })
  const module = moduleOfPath(path) ?? ''
  return [
    ...facts.requires.map((one) => row('require', one, servedLibrary)),
    ...facts.libraries.map((one) => row('module:require', one, (name) => sharedLibrary(name, module, seen))),
    ...facts.depends.map((one) => row('module:depends', one, (name) => dependency(name, seen))),
  ]
}

function servedLibrary(name: string): Outcome {
  return serveLibrary(name, target, registry.libraries)
}

function sharedLibrary(name: string, module: string, seen: ReadonlySet<string>): Outcome {
  if (libraryPaths(module, name).some((path) => isOwn(path, module) && seen.has(path))) return {by: 'own'}
  if (isCoreLibrary(name, target)) return {by: 'core'}
  if ([module, name].some((folder) => libraryPaths(folder, name).some((path) => seen.has(path))))
    return {by: 'tree'}
  return {by: 'unknown', reason: 'neither the tree nor Prosody has such a library'}
}

function isOwn(path: string, module: string): boolean {
  return path.startsWith(`mod_${module}/`)
}

function dependency(name: string, seen: ReadonlySet<string>): Outcome {
  if (target.coreModules.has(name)) return {by: 'core'}
  if ([`mod_${name}.lua`, `mod_${name}/mod_${name}.lua`].some((path) => seen.has(path))) return {by: 'tree'}
  const {names} = registry.index
  if (Object.hasOwn(names, name)) return {by: 'registry'}
  return {by: 'unknown', reason: 'nobody that is known publishes it'}
}

function printTotals(): void {
  for (const [kind, outcomes] of Object.entries(kinds)) {
    const body = trees.map((tree) => {
      const own = tree.rows.filter((row) => row.kind === kind)
      const counts = outcomes.map((by) => own.filter((row) => row.by === by).length)
      const optional = own.filter((row) => row.by === 'unknown' && row.optional).length
      return [tree.name, tree.files, own.length, ...counts, optional]
    })
    printTable([`\`${kind}\``, 'files', 'all', ...outcomes, 'of unknown: optional'], body)
  }
}

/** What is unknown or computed, each thing once with all its places. */
function printOpen(): void {
  const open = rows.filter(({by}) => by === 'unknown' || by === 'computed')
  const things = grouped(open, ({kind, what, by, reason = by}) => `${kind} \`${what}\` | ${reason}`)
  const body = [...things].map(([thing, found]) => {
    const places = grouped(found, ({place, optional}) => `${place}${optional ? ' (optional)' : ''}`)
    const text = [...places].map(
      ([place, at]) => `${place} in ${[...new Set(at.map(({tree}) => tree))].join(', ')}`,
    )
    return [thing, text.join('; ')]
  })
  printTable(['need | why it stays open', 'places'], body)
}

function grouped(found: readonly Row[], keyOf: (row: Row) => string): [key: string, rows: Row[]][] {
  const groups = new Map<string, Row[]>()
  for (const row of found) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row])
  return [...groups].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}

function printTable(head: readonly string[], body: readonly (readonly (string | number)[])[]): void {
  const text = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`
  const first = text(head)
  const rule = first.replace(/[^|]+/g, ' --- ').trim()
  console.log([first, rule, ...body.map(text), ''].join('\n'))
}
