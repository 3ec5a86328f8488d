import type {Compatibility} from '../facts/compatibility.ts'
import type {Named} from '../facts/fact-types.ts'
import type {ModuleFacts} from '../facts/module-facts.ts'
import {shortDigest} from '../digest.ts'
import {splitKey} from '../module-key.ts'
import {mainOf} from '../module-name.ts'
import type {InfoRelease, InfoResult, InfoSource} from '../operations/info/types.ts'
import type {RegistryMove} from '../registry/types.ts'
import {inLine, visible} from '../plain-text.ts'
import {shownVersion} from '../text/shown-version.ts'
import {out as pc} from './colours.ts'
import {fittedInside} from './columns.ts'
import {count, flawText, lines, placementText} from './common.ts'
import {labelled, nextLines, type Labelled} from './labelled.ts'
import {address, link} from './links.ts'
import {hanging, wrap} from './prose.ts'
import {firstOf, type Room} from './room.ts'
import {sourceLines} from './source-info.ts'
import {trustWord} from './trust.ts'

/** Writes for people what is known of a module, or of a source. */
export function renderInfo(result: InfoResult, room: Room): string {
  const {columns} = room
  const blocks = [
    coreLines(result, columns),
    ...(result.source === null ? [] : [sourceLines(result.source, room)]),
    ...result.sources.map((source) => moduleLines(source, room)),
    result.moves.flatMap((move) => hanging(`${pc.cyan('note:')} `, visible(moveText(move)), columns)),
  ].filter((block) => block.length > 0)
  return lines(blocks.flatMap((block, index) => (index === 0 ? block : ['', ...block])))
}

function coreLines({name, core, moves}: InfoResult, columns: number): string[] {
  if (core.length === 0) return []
  const move = moves.find((one) => one.change === 'core' && one.core === undefined)
  const since = move === undefined ? '' : `, since ${move.since}`
  return wrap(`mod_${name} is part of Prosody ${core.join(' and ')}${since}`, columns)
}

function moveText({source, module, until, note}: RegistryMove): string {
  return until === undefined ? note : `${source ?? ''}/${module}, last known in ${until}: ${note}`
}

function moduleLines(source: InfoSource, room: Room): string[] {
  const {module, summary, releases, placement, analysis} = source
  const [newest] = releases
  const version = newest === undefined || newest.version === 'local' ? '' : ` ${shownVersion(newest.version)}`
  const name = splitKey(module)[1]
  const {columns} = room
  return [
    `${pc.bold(module)}${version}`,
    ...(summary === null ? [] : hanging('  ', visible(summary), columns)),
    '',
    ...labelled(aboutRows(source), columns),
    ...labelled(
      [
        [
          'enable',
          isForOthers(source)
            ? 'nothing: other modules load its libraries'
            : enableText(name, placement, analysis),
        ],
      ],
      columns,
    ),
    ...labelled(codeRows(source, room), columns),
    ...(analysis?.problems ?? []).map(({file, line, message}) =>
      pc.red(`  ${visible(file)}:${line}: ${visible(message)}`),
    ),
    ...releaseLines(releases, room),
    ...advisoryLines(source, columns),
    ...(newest === undefined ? [] : fileLines(newest, columns)),
    '',
    ...nextLines(nextCommands(source)),
  ]
}

function aboutRows(source: InfoSource): Labelled[] {
  const {module, title, homepage, licence, facts, xeps, compatibility, page, locked, releases} = source
  const home = homepage === null ? '' : `, ${address(visible(homepage))}`
  return [
    ['page', page === null ? '' : address(visible(page))],
    ['source', `${splitKey(module)[0]}: ${visible(title)}${home}`],
    ['licence', licence ?? ''],
    ['stage', facts.stage ?? ''],
    ['about', xeps.map(xepLink).join(', ')],
    ['Prosody', compatibilityText(compatibility)],
    ['gone', facts.gone === undefined ? '' : pc.yellow(`since ${facts.gone}: its publisher has it no more`)],
    ['successor', facts.supersededBy ?? ''],
    ['needs', (facts.dependencies ?? []).join(', ')],
    ['here', locked === null ? '' : `${shownVersion(locked.version)}, ${trustWord(locked.trust)}`],
    ['known', releases.length === 0 ? 'no release with known digests' : ''],
  ]
}

function xepLink(xep: string): string {
  return link(xep, `https://xmpp.org/extensions/${xep.toLowerCase()}.html`)
}

function compatibilityText(rows: readonly Compatibility[]): string {
  const said = (works: boolean | null): string =>
    rows
      .filter((one) => one.works === works)
      .map(({prosody}) => prosody)
      .join(', ')
  const told = [
    [said(true), 'works with'],
    [said(false), 'does not work with'],
    [said(null), 'is not sure of'],
  ].flatMap(([versions = '', what = '']) => (versions === '' ? [] : [`${what} ${versions}`]))
  return told.length === 0 ? '' : visible(`by its README it ${told.join('; ')}`)
}

/** Whether the newest release has libraries and no main file, which only other modules load. */
function isForOthers({module, releases: [newest]}: InfoSource): boolean {
  return (
    newest !== undefined && !Object.keys(newest.files).some((path) => mainOf(path) === splitKey(module)[1])
  )
}

/** What can't be told is said to be so: the shape is the same whether the code is known or not. */
function enableText(
  name: string,
  placement: InfoSource['placement'],
  analysis: InfoSource['analysis'],
): string {
  if (placement !== null) return placementText(name, placement)
  return analysis === null ? 'not known: its code was not read yet' : 'not known: its code does not say'
}

/** What is most telling of a module's code; --json has all of it, with places. */
function codeRows({module, analysis}: InfoSource, room: Room): Labelled[] {
  if (analysis === null)
    return [['code', `not read yet; "prosody-mods options ${module}" fetches and reads it`]]
  const rows: [what: string, names: readonly string[]][] = [
    // One place is what "enable" has told.
    ['loaded', analysis.loading.length < 2 ? [] : analysis.loading.map(loadingText)],
    ['modules', namesOf(analysis.depends)],
    ['libraries', namesOf([...analysis.requires, ...analysis.libraries])],
    ['provides', namesOf(analysis.provides)],
    ['HTTP', [...new Set(analysis.provides.flatMap(({routes}) => routes))].map(visible)],
    ['hooks', namesOf(analysis.hooks)],
    ['fires', namesOf(analysis.fires)],
    ['features', namesOf(analysis.features)],
    ['stores', namesOf(analysis.stores)],
    ['XEPs', analysis.xeps.map(xepLink)],
    ['metadata', Object.entries(analysis.metadata).map(([key, value]) => visible(`${key}: ${value}`))],
  ]
  const options = new Set(analysis.options.map(({name, text}) => name ?? text)).size
  return [
    ...rows.map(([what, names]): Labelled => [what, some(names, room)]),
    ['options', options === 0 ? 'none' : `${options}; "prosody-mods options ${module}" writes them out`],
  ]
}

function loadingText({where, evidence, line}: ModuleFacts['loading'][number]): string {
  return `${where} (${inLine(evidence)}${line === null ? '' : `, line ${line}`})`
}

function namesOf(facts: readonly (Named & {readonly optional?: boolean})[]): string[] {
  // What is required in one place without a condition is not optional.
  const names = new Map<string, boolean>()
  for (const {name, text, optional = false} of facts) {
    const shown = name ?? `(${text.replaceAll(/\s+/g, ' ')})`
    names.set(shown, optional && (names.get(shown) ?? true))
  }
  return [...names].map(([name, optional]) => inLine(optional ? `${name} (optional)` : name))
}

const mostNames = 12

function some(names: readonly string[], room: Room): string {
  const {items, rest} = firstOf(names, mostNames, room)
  return `${items.join(', ')}${rest > 0 ? ` … ${names.length} in all` : ''}`
}

const mostReleases = 10

function releaseLines(releases: readonly InfoRelease[], room: Room): string[] {
  if (releases.every(({version, revision}) => version === 'local' && revision === null)) return []
  const {items, rest} = firstOf(releases, mostReleases, room)
  const rows = items.map(({version, revision, date, sameAsPrevious, advisories}) => [
    shownVersion(version),
    date ?? '',
    version === revision ? '' : (revision?.slice(0, 12) ?? ''),
    [
      ...(sameAsPrevious ? ['same files as the release before'] : []),
      ...(advisories.length === 0 ? [] : [`has ${advisories.join(', ')}`]),
    ].join('; '),
  ])
  const heads = [
    {title: 'RELEASE'},
    {title: 'DATE'},
    {title: 'REVISION', spare: 1},
    {title: '', fold: 20},
  ] as const
  return [
    ...apart(fittedInside(heads, rows, room.columns)),
    ...(rest > 0 ? [pc.dim(`  … and ${count(rest, 'older release')}: --all`)] : []),
  ]
}

function advisoryLines({advisories, releases: [newest]}: InfoSource, columns: number): string[] {
  if (advisories.length === 0) return []
  const isMended = newest?.advisories.length === 0
  const title = isMended ? 'known flaws of older releases:' : pc.yellow('known flaws:')
  return ['', `  ${title}`, ...advisories.flatMap((one) => hanging('    ', flawText(one), columns))]
}

function fileLines({version, files, evidence}: InfoRelease, columns: number): string[] {
  const rows = Object.entries(files).map(([path, {sha256, size, basis}]) => [
    path,
    size === null ? '' : String(size),
    shortDigest(sha256, 16),
    basis ?? '',
  ])
  const heads = [
    {title: version === 'local' ? 'FILE' : `FILE OF ${shownVersion(version)}`},
    {title: 'BYTES', right: true, spare: 1},
    {title: 'DIGEST'},
    {title: 'SEEN', spare: 2},
  ] as const
  return [
    ...apart(fittedInside(heads, rows, columns)),
    ...(evidence === null ? [] : hanging(`  how ${version} is known: `, visible(evidence), columns)),
  ]
}

function apart(table: readonly string[]): string[] {
  return table.length === 0 ? [] : ['', ...table]
}

function nextCommands({module, locked, releases, facts}: InfoSource): string[] {
  const add = `add ${module}${releases.length === 0 ? ' --latest' : ''}`
  const isToBeHad = locked === null && facts.gone === undefined
  return [isToBeHad ? add : `versions ${module}`, `options ${module}`]
}
