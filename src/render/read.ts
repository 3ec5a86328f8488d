import {join} from 'node:path'
import type {Compatibility} from '../facts/compatibility.ts'
import {shortDigest, toDigest} from '../digest.ts'
import {shownVersion} from '../text/shown-version.ts'
import {out as pc} from './colours.ts'
import type {InfoResult, InfoSource} from '../operations/info.ts'
import type {Named} from '../facts/fact-types.ts'
import type {ModuleFacts} from '../facts/module-facts.ts'
import type {ListResult} from '../operations/list.ts'
import type {SearchResult, TermKind} from '../operations/search.ts'
import type {VerifyResult} from '../operations/verify.ts'
import type {RegistryMove, RegistryName} from '../registry/types.ts'
import {visible} from '../plain-text.ts'
import {count, flawText, patchedText, lines, placementText, summaryLines, table} from './common.ts'

/** Writes for people which modules there are. */
export function renderList({modules, prosodyPatches, differences}: ListResult): string {
  if (modules.length === 0 && differences.length === 0)
    return 'no modules; add one with: prosody-mods add <module>\n'
  const rows = modules.map(({module, version, revision, trust, files}) => [
    module,
    shownVersion(version),
    revision?.slice(0, 12) ?? '-',
    trust.by === 'registry' ? `registry (${trust.basis ?? 'upstream'})` : trust.by,
    count(files, 'file'),
  ])
  const outOfDate = new Set(differences.map(({key}) => key))
  const broughtIn = modules
    .filter(({module, wanted}) => wanted === null && !outOfDate.has(module))
    .map(({module}) => module)
  return lines(
    rows.length === 0 ? [] : table([['MODULE', 'VERSION', 'REVISION', 'TRUST', 'FILES'], ...rows]),
    modules
      .filter(({except}) => except.length > 0)
      .map(({module, except}) => pc.dim(`${module} without ${except.join(', ')}`)),
    modules
      .filter(({patched}) => patched.length > 0)
      .map(({module, patched}) => pc.dim(`${module} ${patchedText(patched)}`)),
    prosodyPatches.length === 0
      ? []
      : pc.dim(
          `Prosody itself, in an image: patched with ${prosodyPatches.map(({path}) => visible(path)).join(', ')}`,
        ),
    broughtIn.length === 0 ? [] : pc.dim(`here because others need them: ${broughtIn.join(', ')}`),
    differences.map(({text}) => `${pc.yellow('out of date:')} ${text}`),
  )
}

const driftWords = {
  missing: 'missing',
  changed: 'changed',
  'line-ends': 'line ends changed',
  unreadable: 'not readable for others',
  unexpected: 'unexpected',
  'not-a-file': 'not a regular file',
  patch: 'other patch',
  unproved: 'not proved',
} as const

/** Writes for people what `verify` found. */
export function renderVerify({modules, verified, drift, destdir}: VerifyResult): string {
  const summary = `${count(modules, 'module')}: ${count(verified, 'file')} as locked`
  if (drift.length === 0) return lines(summary)
  const hints = [...new Set(drift.map(({kind, hint}) => `${driftWords[kind]}: ${visible(hint)}`))].sort()
  return lines(
    drift.flatMap(({path, kind, expected, got}) => [
      `${pc.red(driftWords[kind])}: ${destdir === undefined ? path : visible(join(destdir, path))}`,
      ...(kind === 'changed' && expected !== null && got !== null
        ? [`  expected ${toDigest(expected)}`, `  got      ${toDigest(got)}`]
        : []),
    ]),
    `${summary}, ${count(drift.length, 'file')} not`,
    hints.map((hint) => `${pc.cyan('hint:')} ${hint}`),
  )
}

/** Writes for people which modules a search found. */
export function renderSearch({found, similar}: SearchResult): string {
  if (found.length === 0) {
    return lines('nothing found', similar.length === 0 ? [] : [`similar names: ${similar.join(', ')}`])
  }
  return lines(
    found.flatMap(({module, newest, facts, summary, matches}) => [
      [pc.bold(module), newest ?? 'no digest known', stageOf(facts)].join('  ').trimEnd(),
      ...summaryLines(summary, 4),
      ...(Object.entries(matches) as [TermKind, readonly string[]][]).map(
        ([kind, names]) => `    ${kind}: ${firstOf(names)}`,
      ),
    ]),
    pc.dim(count(found.length, 'module')),
  )
}

/** Names that are shown of each kind; the rest are counted. */
const shownNames = 5

function firstOf(names: readonly string[]): string {
  const rest = names.length - shownNames
  return [...names.slice(0, shownNames), ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ')
}

function stageOf({stage, gone}: RegistryName): string {
  const parts = [stage, gone === undefined ? undefined : `gone since ${gone}`]
  return parts.filter((text) => text !== undefined).join(', ')
}

/** Writes for people what is known of a module. */
export function renderInfo(result: InfoResult): string {
  return lines(
    coreLines(result),
    result.sources.flatMap((source) => sourceLines(source, result.name)),
    result.moves.map((move) => `${pc.cyan('note:')} ${moveText(move)}`),
  )
}

function coreLines({name, core, moves}: InfoResult): string[] {
  if (core.length === 0) return []
  const move = moves.find((one) => one.change === 'core' && one.core === undefined)
  const since = move === undefined ? '' : `, since ${move.since}`
  return [`mod_${name} is part of Prosody ${core.join(' and ')}${since}`]
}

function moveText({source, module, until, note}: RegistryMove): string {
  return until === undefined ? note : `${source ?? ''}/${module}, last known in ${until}: ${note}`
}

const shownReleases = 10

function sourceLines(source: InfoSource, name: string): string[] {
  const {facts, summary, xeps, releases, advisories, compatibility, placement, analysis} = source
  const [newest] = releases
  return [
    `${pc.bold(source.module)}  ${source.title}`,
    ...summaryLines(summary, 2),
    ...(xeps.length === 0 ? [] : [`  about ${xeps.join(', ')}`]),
    `  ${source.homepage}  licence ${source.licence}${facts.stage === undefined ? '' : `  stage ${facts.stage}`}`,
    ...compatibilityLines(compatibility),
    ...(facts.gone === undefined ? [] : [`  gone since ${facts.gone}: its publisher has it no more`]),
    ...(facts.supersededBy === undefined ? [] : [`  superseded by ${facts.supersededBy}`]),
    ...(facts.dependencies === undefined ? [] : [`  needs ${facts.dependencies.join(', ')}`]),
    ...(newest === undefined ? ['  no release with known digests'] : ['  releases:']),
    ...table(
      releases
        .slice(0, shownReleases)
        .map(({version, revision, date, sameAsPrevious, advisories}) => [
          `    ${version}`,
          revision?.slice(0, 12) ?? '',
          date ?? '',
          [
            ...(sameAsPrevious ? ['same files as the release before'] : []),
            ...(advisories.length === 0 ? [] : [`has ${advisories.join(', ')}`]),
          ].join('; '),
        ]),
    ),
    ...(releases.length > shownReleases ? [`    … and ${releases.length - shownReleases} older`] : []),
    ...advisoryLines(advisories, newest?.advisories.length === 0),
    ...(newest === undefined
      ? []
      : [
          `  files of ${newest.version}:`,
          ...Object.entries(newest.files).map(
            ([path, {sha256, size, basis}]) =>
              `    ${path}  ${size} bytes  ${shortDigest(sha256, 16)}  ${basis ?? ''}`,
          ),
          ...(newest.evidence === null ? [] : [`  how ${newest.version} is known: ${newest.evidence}`]),
        ]),
    ...(placement === null ? [] : [`  enable: ${placementText(name, placement)}`]),
    ...(analysis === null ? [] : analysisLines(analysis, source.module)),
  ]
}

function advisoryLines(advisories: InfoSource['advisories'], isMended: boolean): string[] {
  if (advisories.length === 0) return []
  const title = isMended ? 'known flaws of older releases:' : pc.yellow('known flaws:')
  return [`  ${title}`, ...advisories.map((one) => `    ${flawText(one)}`)]
}

function compatibilityLines(rows: readonly Compatibility[]): string[] {
  const said = (works: boolean | null): string =>
    rows
      .filter((one) => one.works === works)
      .map(({prosody}) => prosody)
      .join(', ')
  const told = [
    [said(true), 'works with'],
    [said(false), 'does not work with'],
    [said(null), 'is not sure of'],
  ].flatMap(([versions, what]) => (versions === '' ? [] : [`${what ?? ''} ${versions ?? ''}`]))
  return told.length === 0 ? [] : [`  by its README it ${told.join('; ')}`]
}

/** What is most telling of a module's code; --json has all of it, with places. */
function analysisLines(facts: ModuleFacts, module: string): string[] {
  const rows: [what: string, names: readonly string[]][] = [
    // One place is what "enable" has told.
    ['loaded', facts.loading.length < 2 ? [] : facts.loading.map(loadingText)],
    ['modules', namesOf(facts.depends)],
    ['libraries', namesOf([...facts.requires, ...facts.libraries])],
    ['provides', namesOf(facts.provides)],
    ['HTTP', [...new Set(facts.provides.flatMap(({routes}) => routes))].map(visible)],
    ['hooks', namesOf(facts.hooks)],
    ['fires', namesOf(facts.fires)],
    ['features', namesOf(facts.features)],
    ['stores', namesOf(facts.stores)],
    ['XEPs', facts.xeps],
    ['metadata', Object.entries(facts.metadata).map(([key, value]) => visible(`${key}: ${value}`))],
  ]
  const told = rows.filter(([, names]) => names.length > 0)
  const options = new Set(facts.options.map(({name, text}) => name ?? text)).size
  return [
    ...(told.length + options === 0 ? [] : ['  its code:']),
    ...told.map(([what, names]) => `    ${what.padEnd(9)} ${some(names)}`),
    ...(options === 0 ? [] : [`    ${'options'.padEnd(9)} ${options}; prosody-mods options ${module}`]),
    ...facts.problems.map(({file, line, message}) => pc.red(`    ${file}:${line}: ${visible(message)}`)),
  ]
}

function loadingText({where, evidence, line}: ModuleFacts['loading'][number]): string {
  return `${where} (${visible(evidence)}${line === null ? '' : `, line ${line}`})`
}

function namesOf(facts: readonly (Named & {readonly optional?: boolean})[]): string[] {
  // What is required in one place without a condition is not optional.
  const names = new Map<string, boolean>()
  for (const {name, text, optional = false} of facts) {
    const shown = name ?? `(${text.replaceAll(/\s+/g, ' ')})`
    names.set(shown, optional && (names.get(shown) ?? true))
  }
  return [...names].map(([name, optional]) => visible(optional ? `${name} (optional)` : name))
}

function some(names: readonly string[]): string {
  const shown = 12
  return `${names.slice(0, shown).join(', ')}${names.length > shown ? ` … ${names.length} in all` : ''}`
}
