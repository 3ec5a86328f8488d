import {shownVersion} from '../text/shown-version.ts'
import {out as pc} from './colours.ts'
import type {ClosureReport} from '../resolve/closure.ts'
import type {Needs} from '../project/lockfile.ts'
import {visible} from '../plain-text.ts'
import {byKey, count, verbText} from './common.ts'
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
    ...rows.map(([name, names]) => `    ${name}${' '.repeat(wide - widthOf(name))}  ${names}`),
  ]
}

/** Says how to get what modules need into an image, once for all of them; [] where none needs any. */
export function bringLines(needs: readonly Needs[]): string[] {
  const servers = needs.flatMap(({libraries = {}}) => Object.values(libraries))
  if (servers.length === 0) return []
  return [`libraries: ${pc.bold('prosody-mods deps')} has the commands that bring them into an image`]
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
