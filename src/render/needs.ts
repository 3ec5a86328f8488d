import {shownVersion} from '../text/shown-version.ts'
import {out as pc} from './colours.ts'
import type {ClosureReport} from '../resolve/closure.ts'
import type {TreeModule, TreeResult, WhyResult} from '../operations/needs-graph.ts'
import type {Needs} from '../project/lockfile.ts'
import {visible} from '../plain-text.ts'
import {byKey, count, lines, moduleTitle, verbText} from './common.ts'
import {folded} from './terminal-lines.ts'
import {widthOf} from './width.ts'

/** Says in words what serves a library. */
export function serverText(server: string): string {
  const [kind, name = ''] = server.split(':')
  const [rock = '', version] = name.split('@')
  switch (kind) {
    case 'debian':
      return `Debian's ${name}`
    case 'copy':
      return `copied from Debian's ${name}`
    case 'rock':
      return `rock ${rock}${version === undefined ? '' : ` ${version}`}`
    case 'missing':
      return 'nothing known'
    default:
      return server
  }
}

/** Says what must be in the image for one module: a line for each package, as that is what is installed. */
export function needLines({libraries = {}}: Needs): string[] {
  const all = Object.entries(libraries)
  if (all.length === 0) return []
  const rows = [...byKey(all, ([, server]) => server)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([server, found]) =>
        [
          packageText(server),
          found
            .map(([name]) => visible(name))
            .sort()
            .join(', '),
        ] as const,
    )
  const wide = Math.max(...rows.map(([name]) => widthOf(name)))
  return [
    `  needs ${count(all.length, 'Lua library', 'Lua libraries')}:`,
    ...rows.flatMap(([name, names]) =>
      folded(`    ${name}${' '.repeat(wide - widthOf(name))}  ${names}`, wide + 6),
    ),
  ]
}

/** Says how to get what modules need into an image, once for all of them; [] where none needs any. */
export function bringLines(needs: readonly Needs[]): string[] {
  const servers = needs.flatMap(({libraries = {}}) => Object.values(libraries))
  if (servers.length === 0) return []
  return folded(
    `libraries: ${pc.bold('prosody-mods deps')} has the commands that bring them into an image`,
    2,
  )
}

function packageText(server: string): string {
  const [kind, name = ''] = server.split(':')
  if (kind === 'debian') return name
  if (kind === 'copy') return `${name} (copied)`
  return kind === 'missing' ? pc.yellow('nothing known') : serverText(server)
}

/** Says what came in, or could, beside what was asked for. */
export function closureLines({broughtIn, offered}: ClosureReport, dryRun: boolean): string[] {
  return [
    ...broughtIn.flatMap(({module, version, neededBy, needs}) => [
      `${verbText('added', dryRun)}${pc.bold(module)}${version === 'local' ? '' : ` ${shownVersion(version)}`}, which ${joined(neededBy)} ${neededBy.length === 1 ? 'needs' : 'need'}`,
      ...needLines(needs),
    ]),
    ...offered.map(
      ({name, publishedBy, usedBy}) =>
        `${pc.cyan('note:')} ${joined(usedBy)} would use mod_${name}: prosody-mods add ${publishedBy.join(' or ')}`,
    ),
  ]
}

/** Names that are told one by one; of more, their number. */
const fewNames = 4

function joined(names: readonly string[]): string {
  if (names.length <= fewNames) return names.join(' and ')
  return `${names.slice(0, fewNames - 1).join(', ')} and ${names.length - fewNames + 1} more`
}

/** Writes the modules as a tree of what needs what. */
export function renderTree({target, modules, published}: TreeResult): string {
  const byKey = new Map(modules.map((module) => [module.module, module]))
  const shown = new Set<string>()
  const roots = modules.filter(({wanted}) => wanted)
  if (modules.length === 0) return lines('no modules; add some with "prosody-mods add <module>"')
  return lines(
    target === null
      ? pc.yellow(
          'the lockfile does not say what modules need: "prosody-mods install" looks it up for lines of Prosody that are known',
        )
      : pc.dim(`for Prosody ${target.prosody} with Lua ${target.lua} on Debian ${target.debian}`),
    roots.flatMap((module) => branch(module, '', {byKey, shown, published})),
  )
}

interface Drawing {
  readonly byKey: ReadonlyMap<string, TreeModule>
  /** Keys whose needs were drawn. */
  readonly shown: Set<string>
  readonly published: TreeResult['published']
}

function branch(module: TreeModule, indent: string, drawing: Drawing): string[] {
  const {byKey, shown} = drawing
  const rows = rowsOf(module.needs, drawing.published)
  if (shown.has(module.module) && rows.length > 0)
    return [`${moduleTitle(module)} ${pc.dim('(shown above)')}`]
  shown.add(module.module)
  return [
    moduleTitle(module),
    ...rows.flatMap((row, index) => {
      const isLast = index === rows.length - 1
      const next = `${indent}${isLast ? '   ' : '│  '}`
      const mark = `${indent}${isLast ? '└─ ' : '├─ '}`
      const child = byKey.get(row.server)
      const note = row.optional ? pc.dim(' (optional)') : ''
      if (child === undefined) return [`${mark}${visible(row.text)}${note}`]
      const [first = '', ...rest] = branch(child, next, drawing)
      return [`${mark}${first}${note}`, ...rest]
    }),
  ]
}

interface Row {
  readonly server: string
  readonly text: string
  readonly optional: boolean
}

/** Modules of other sources and of the core first, each once, then libraries. */
function rowsOf({optional, ...certain}: Needs, published: TreeResult['published']): Row[] {
  const of = (table: Omit<Needs, 'optional'>, isOptional: boolean): Row[] => [
    ...Object.entries(table.modules ?? {}).map(([name, server]) => ({
      server,
      text: `mod_${name}: ${moduleServer(name, server, published)}`,
      optional: isOptional,
    })),
    ...Object.entries(table.shared ?? {}).map(([name, server]) => ({
      server,
      text: `${name}.lib.lua: ${serverText(server)}`,
      optional: isOptional,
    })),
    ...Object.entries(table.libraries ?? {}).map(([name, server]) => ({
      server,
      text: `${name}: ${serverText(server)}`,
      optional: isOptional,
    })),
  ]
  const rows = [...of(certain, false), ...of(optional ?? {}, true)]
  const seen = new Set<string>()
  return rows.filter(({server}) => {
    const isAgain = server.includes('/') && seen.has(server)
    seen.add(server)
    return !isAgain
  })
}

function moduleServer(name: string, server: string, published: TreeResult['published']): string {
  const keys = Object.hasOwn(published, name) ? (published[name] ?? []) : []
  if (server === 'prosody') return "Prosody's own"
  return keys.length === 0 ? serverText(server) : `not in the project: prosody-mods add ${keys.join(' or ')}`
}

/** Writes the chains of needs that bring something in. */
export function renderWhy({name, kind, chains}: WhyResult): string {
  const what = {
    module: `module ${name}`,
    core: `mod_${name} of Prosody's own`,
    library: `Lua library ${name}`,
    shared: `${name}.lib.lua`,
    package: `Debian package ${name}`,
    rock: `rock ${name}`,
  }[kind]
  if (chains.length === 0) return lines(`${what}: the manifest names it, and no module needs it`)
  return lines(
    `${what} is needed by`,
    chains.map(({modules, needs, optional}) => {
      const end = needs === name ? '' : ` (for ${visible(needs)})`
      return `  ${modules.join(' → ')}${end}${optional ? pc.dim(' (optional)') : ''}`
    }),
  )
}
