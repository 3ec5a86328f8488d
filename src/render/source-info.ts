import type {KnownOfSource, SourceInfo} from '../operations/info/source.ts'
import {visible} from '../plain-text.ts'
import {out as pc} from './colours.ts'
import {count} from './common.ts'
import {labelled, nextLines, type Labelled} from './labelled.ts'
import {address} from './links.ts'
import {hanging} from './prose.ts'
import type {Room} from './room.ts'

const kinds: Readonly<Record<string, string>> = {
  github: 'repository on GitHub',
  hg: 'Mercurial repository',
  debian: 'Debian packages',
  path: 'folder or file of yours',
  url: 'file or archive under a URL',
}

const layouts: Readonly<Record<SourceInfo['layout'], string>> = {
  folders: 'a folder for each module, each of which is taken by itself',
  flat: 'one tree whose modules share files: all of a project come from one release',
}

const vouchers: Readonly<Record<SourceInfo['voucher'], string>> = {
  registry: 'by digests of the registry',
  signature: 'by the signed index of its archive',
  'first-use': 'trusted on first use, and pinned by their digests',
  user: 'what you declared is taken, and pinned by its digests',
}

/** Writes for people what a source is, and what to do with it. */
export function sourceLines(source: SourceInfo, {columns, all}: Room): string[] {
  const {id, title, homepage, licence, kind, place, spelling, layout, known} = source
  const from =
    source.from === 'registry' ? 'in the registry' : 'declared in this project or in your configuration'
  const rows: Labelled[] = [
    ['home', homepage === null ? '' : address(visible(homepage))],
    ['source', `${kinds[kind] ?? kind}, ${from}`],
    ['place', visible(place)],
    ['licence', licence ?? ''],
    ['versions', spelling],
    ['layout', layouts[layout]],
    ...(known === null ? [] : knownRows(id, known)),
    ['verified', verifiedText(source)],
    ['here', hereText(source, all)],
  ]
  return [
    ...hanging('', `${pc.bold(id)}${title === null ? '' : `  ${title}`}`, columns),
    '',
    ...labelled(rows, columns),
    '',
    ...nextLines(nextCommands(source)),
  ]
}

function knownRows(id: string, {modules, gone, releases, newest, historyUntil}: KnownOfSource): Labelled[] {
  const retired = gone === 0 ? '' : `, and ${gone} that it had once`
  const history = historyUntil === null ? '' : `; of each module every version until ${historyUntil} besides`
  return [
    ['modules', modules === 0 ? 'none that is known by name' : `${modules}${retired}`],
    ['releases', releases === 0 ? 'none that is known beforehand' : `${releases} known whole${history}`],
    [
      'newest',
      newest === null ? '' : `${newest.version} of ${newest.date} (${newest.revision.slice(0, 12)})`,
    ],
  ]
}

function verifiedText({known, voucher}: SourceInfo): string {
  const {upstream = 0, debian = 0, fork = 0} = known?.digests ?? {}
  const seen = [
    ...(upstream > 0 ? [`${upstream} seen in the publisher's repository`] : []),
    ...(debian > 0 ? [`${debian} in Debian's package`] : []),
    ...(fork > 0 ? [`${fork} in a fork of the repository`] : []),
  ]
  if (seen.length === 0) return vouchers[voucher]
  return `by the digest of each file: ${seen.join(', ')}; releases that are not known: ${vouchers[voucher]}`
}

const mostLocked = 8

function hereText({locked}: SourceInfo, all: boolean): string {
  const shown = locked
    .slice(0, all ? locked.length : mostLocked)
    .map(({module, version}) => `${module}${version === 'local' ? '' : ` ${version.slice(0, 12)}`}`)
  const rest = locked.length - shown.length
  return [...shown, ...(rest > 0 ? [`and ${count(rest, 'more module')}`] : [])].join(', ')
}

function nextCommands({id, layout, known, scheme}: SourceInfo): string[] {
  const isFlat = layout === 'flat'
  return [
    ...((known?.modules ?? 0) > 0 ? [`search --source ${id}`] : []),
    ...(scheme === 'single' ? [] : [`versions ${id}${isFlat ? '' : '/<module>'}`]),
    `add ${id}/<module>`,
    ...(isFlat ? [`add ${id}   (all of it)`] : []),
  ]
}
