import {readFileSync, readdirSync} from 'node:fs'
import {join, posix, sep} from 'node:path'
import ts from 'typescript'
import {layers, shared} from './layers.ts'

/** Path below src/ → those that it imports: by statement, as types, or while it runs. */
export type ImportGraph = ReadonlyMap<string, ReadonlySet<string>>

/** The imports of all TypeScript files in a folder. */
export function importGraph(folder: string): ImportGraph {
  const paths = readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .map((path) => path.split(sep).join('/'))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
  return new Map(
    paths.map((path) => [path, importsOf(path, readFileSync(join(folder, path), 'utf8'))] as const),
  )
}

/** The files that a file imports by a relative path, below the same folder. */
export function importsOf(path: string, text: string): ReadonlySet<string> {
  const found = new Set<string>()
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node)
    if (specifier !== undefined && ts.isStringLiteralLike(specifier) && specifier.text.startsWith('.'))
      found.add(posix.normalize(posix.join(posix.dirname(path), specifier.text)))
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true))
  return found
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined
  const isDynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
  return isDynamic ? node.arguments[0] : undefined
}

/** Imports that tools/layers.ts does not allow, and folders that it does not name. */
export function upwardImports(graph: ImportGraph): string[] {
  return [...graph].flatMap(([path, imports]) => {
    const room = roomOf(path)
    if (room === undefined)
      return isShared(path) && imports.size > 0
        ? [...imports].filter((one) => !isShared(one)).map((one) => `${path} imports ${one}`)
        : []
    const allowed = layers[room]
    if (allowed === undefined) return [`${path} is in no room`]
    return [...imports]
      .filter((one) => {
        const other = roomOf(one)
        return other === undefined ? !isShared(one) : other !== room && !allowed.includes(other)
      })
      .map((one) => `${path} imports ${one}`)
  })
}

/** Permissions of tools/layers.ts that no import uses. */
export function unusedPermissions(graph: ImportGraph): string[] {
  const used = new Set(
    [...graph].flatMap(([path, imports]) =>
      [...imports].map((one) => `${roomOf(path) ?? ''} → ${roomOf(one) ?? ''}`),
    ),
  )
  return Object.entries(layers)
    .flatMap(([room, allowed]) => allowed.map((one) => `${room} → ${one}`))
    .filter((one) => !used.has(one))
}

/** Files that import each other in a circle, each circle once, as it is met first. */
export function importCycles(graph: ImportGraph): string[] {
  const done = new Set<string>()
  const way: string[] = []
  const found: string[] = []
  const visit = (path: string): void => {
    const start = way.indexOf(path)
    if (start !== -1) found.push([...way.slice(start), path].join(' → '))
    if (start !== -1 || done.has(path)) return
    way.push(path)
    for (const one of graph.get(path) ?? []) visit(one)
    way.pop()
    done.add(path)
  }
  for (const path of graph.keys()) visit(path)
  return found
}

/** The folder at the top of src/; undefined for a file there. */
function roomOf(path: string): string | undefined {
  const [room, ...rest] = path.split('/')
  return rest.length === 0 ? undefined : room
}

function isShared(path: string): boolean {
  return shared.some((name) => path === `${name}.ts`)
}
