import {shownVersion} from '../text/shown-version.ts'
import {out as pc} from './colours.ts'
import type {ClosureReport} from '../resolve/closure.ts'
import type {Needs} from '../project/lockfile.ts'
import {visible} from '../plain-text.ts'

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

/** Says what must be in the image for one module, a line each. */
export function needLines({libraries = {}}: Needs): string[] {
  const rows = Object.entries(libraries)
  if (rows.length === 0) return []
  return [`  needs: ${rows.map(([name, server]) => `${visible(name)} (${serverText(server)})`).join(', ')}`]
}

/** Says what came in, or could, beside what was asked for. */
export function closureLines({broughtIn, offered}: ClosureReport, dryRun: boolean): string[] {
  return [
    ...broughtIn.flatMap(({module, version, neededBy, needs}) => [
      `${dryRun ? 'would add' : 'added'} ${pc.bold(module)}${version === 'local' ? '' : ` ${shownVersion(version)}`}, which ${joined(neededBy)} ${neededBy.length === 1 ? 'needs' : 'need'}`,
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
