import {prefixed} from '../module-name.ts'
import type {InvertedNeed, TreeModule, TreeResult} from '../operations/needs-graph/tree.ts'
import type {Needs} from '../project/lockfile.ts'
import {inLine} from '../plain-text.ts'
import {out as pc} from './colours.ts'
import {count, lines, moduleTitle} from './common.ts'
import {serverText} from './needs.ts'
import {hanging, wrap} from './prose.ts'
import {firstOf, type Room} from './room.ts'

/** How a tree is shown. */
export interface TreeView extends Room {
  /** Levels below the roots; Infinity for all. */
  readonly depth: number
}

/** Lines that are shown on a terminal unless all are asked for. */
const most = 100

const notLookedUp =
  'the lockfile does not say what modules need: "prosody-mods install" looks it up for lines of Prosody that are known'

/** Writes the modules as a tree of what needs what or, inverted, of what is needed by what. */
export function renderTree(result: TreeResult, view: TreeView): string {
  const {target, modules, inverted} = result
  if (modules.length === 0) return lines('no modules; add some with "prosody-mods add <module>"')
  const nodes =
    inverted === null ? forward(result, view.depth) : inverted.map((need) => backward(need, result, view))
  const {items, rest} = firstOf(
    nodes.flatMap((node) => draw(node, view.columns)),
    most,
    view,
  )
  return lines(
    target === null
      ? wrap(notLookedUp, view.columns).map(pc.yellow)
      : pc.dim(`for Prosody ${target.prosody} with Lua ${target.lua} on Debian ${target.debian}`),
    nodes.length === 0 ? 'nothing is needed' : items,
    rest > 0
      ? hanging(
          '',
          `… and ${count(rest, 'more line')}: --all, --depth <number>, or name a module`,
          view.columns,
        ).map(pc.dim)
      : [],
  )
}

interface Node {
  readonly text: string
  readonly children: readonly Node[]
}

/** Draws a node; what is too long for the terminal goes on below itself. */
function draw({text, children}: Node, columns: number, {mark, below} = {mark: '', below: ''}): string[] {
  const rail = `${below}${children.length > 0 ? '│ ' : '  '}`
  const own = wrap(text, columns - rail.length)
  return [
    ...own.map((line, index) => (index === 0 ? mark : rail) + line),
    ...children.flatMap((child, index) => {
      const isLast = index === children.length - 1
      const marks = {mark: `${below}${isLast ? '└─ ' : '├─ '}`, below: `${below}${isLast ? '   ' : '│  '}`}
      return draw(child, columns, marks)
    }),
  ]
}

interface Drawing {
  readonly byKey: ReadonlyMap<string, TreeModule>
  /** Keys whose needs were drawn. */
  readonly shown: Set<string>
  readonly published: TreeResult['published']
}

/** What modules need. */
function forward({modules, roots, part, published}: TreeResult, depth: number): Node[] {
  const drawing: Drawing = {
    byKey: new Map(modules.map((one) => [one.module, one])),
    shown: new Set(),
    published,
  }
  if (part !== null) {
    const text = `${pc.bold(part.module)}${pc.dim(`, of ${part.of}`)}`
    return [{text, children: childrenOf(part.needs, depth, drawing)}]
  }
  return roots.flatMap((key) => {
    const module = drawing.byKey.get(key)
    return module === undefined ? [] : [branch(module, depth, drawing)]
  })
}

function branch(module: TreeModule, depth: number, drawing: Drawing): Node {
  const {shown, published} = drawing
  const text = moduleTitle(module)
  if (depth <= 0) return {text, children: []}
  if (shown.has(module.module) && rowsOf(module.needs, published).length > 0)
    return {text: `${text} ${pc.dim('(shown above)')}`, children: []}
  shown.add(module.module)
  return {text, children: childrenOf(module.needs, depth, drawing)}
}

function childrenOf(needs: Needs, depth: number, drawing: Drawing): Node[] {
  if (depth <= 0) return []
  return rowsOf(needs, drawing.published).map(({server, text, optional}) => {
    const module = drawing.byKey.get(server)
    const node =
      module === undefined ? {text: inLine(text), children: []} : branch(module, depth - 1, drawing)
    return optional ? {...node, text: `${node.text}${pc.dim(' (optional)')}`} : node
  })
}

interface Row {
  readonly server: string
  readonly text: string
  readonly optional: boolean
}

/** Modules of other sources and of the core first, each once, then libraries. */
function rowsOf({optional, ...certain}: Needs, published: TreeResult['published']): Row[] {
  const of = (table: Omit<Needs, 'optional'>, isOptional: boolean): Row[] =>
    (['modules', 'shared', 'libraries'] as const).flatMap((kind) =>
      Object.entries(table[kind] ?? {}).map(([name, server]) => ({
        server,
        text: `${shownName(kind, name)}: ${served({kind, name, server}, published)}`,
        optional: isOptional,
      })),
    )
  const rows = [...of(certain, false), ...of(optional ?? {}, true)]
  const seen = new Set<string>()
  return rows.filter(({server}) => {
    const isAgain = server.includes('/') && seen.has(server)
    seen.add(server)
    return !isAgain
  })
}

function shownName(kind: InvertedNeed['kind'], name: string): string {
  return {modules: prefixed(name), shared: `${name}.lib.lua`, libraries: name}[kind]
}

function served(
  {kind, name, server}: Pick<InvertedNeed, 'kind' | 'name' | 'server'>,
  published: TreeResult['published'],
): string {
  if (kind !== 'modules') return serverText(server)
  const keys = Object.hasOwn(published, name) ? (published[name] ?? []) : []
  if (server === 'prosody') return "Prosody's own"
  return keys.length === 0 ? serverText(server) : `not in the project: prosody-mods add ${keys.join(' or ')}`
}

/** What needs a thing, and what needs that, up to what the manifest names. */
function backward(need: InvertedNeed, {modules, published}: TreeResult, {depth}: TreeView): Node {
  const byKey = new Map(modules.map((one) => [one.module as string, one]))
  const above = (key: string, level: number, path: readonly string[]): Node[] => {
    if (level <= 0) return []
    const using = modules.filter(({needs}) => serversOf(needs).includes(key) && !path.includes(key))
    return using.map((one) => ({
      text: moduleTitle(one),
      children: above(one.module, level - 1, [...path, key]),
    }))
  }
  const {kind, name, neededBy} = need
  return {
    text: inLine(`${shownName(kind, name)}: ${served(need, published)}`),
    children:
      depth <= 0
        ? []
        : neededBy.flatMap(({module, optional}) => {
            const user = byKey.get(module)
            const note = optional ? pc.dim(' (optional)') : ''
            return user === undefined
              ? []
              : [{text: `${moduleTitle(user)}${note}`, children: above(module, depth - 1, [])}]
          }),
  }
}

function serversOf({optional, ...certain}: Needs): string[] {
  return [certain, optional ?? {}].flatMap(({modules, shared}) => [
    ...Object.values(modules ?? {}),
    ...Object.values(shared ?? {}),
  ])
}
