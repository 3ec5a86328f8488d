import {mainFile} from '../module-name.ts'
import {shownVersion} from '../text/shown-version.ts'
import {out as pc} from './colours.ts'
import {omissionLines} from './omissions.ts'
import {diffLines, meaningLines, type DiffView} from './diff.ts'
import {closureLines} from './needs.ts'
import type {Origin} from '../locking/origin.ts'
import type {OutdatedResult} from '../operations/outdated.ts'
import type {ListedVersion, VersionsResult} from '../operations/versions.ts'
import type {UpdateResult} from '../operations/update.ts'
import type {GoneModule} from '../locking/where-it-went.ts'
import {tagsText} from '../resolve/commits.ts'
import {splitKey} from '../module-key.ts'
import {inLine, visible} from '../plain-text.ts'
import {
  changeLines,
  count,
  flawText,
  fetchLines,
  heldBackLines,
  lintLines,
  patchedText,
  lines,
  moduleTitle,
  table,
  trustText,
  closingLines,
  doneText,
  verbText,
  warningLines,
} from './common.ts'

const shown = 30

/** Writes for people which releases there are. */
export function renderVersions(result: VersionsResult): string {
  const {module, asked, reason, versions, gone, otherTags} = result
  const rest = versions.length - shown
  return lines(
    pc.bold(module),
    versions.length === 0
      ? ['  no version is known']
      : table(versions.slice(0, shown).map((version) => row(version))),
    rest > 0 ? [pc.dim(`  … and ${count(rest, 'older version')} (--json lists all)`)] : [],
    versions.some(({branch}) => branch !== null) ? [`  ${inLine(tagsText(otherTags))}`] : [],
    gone === null ? [] : goneLines([{module, ...gone, current: null}]),
    asked ? [] : [pc.yellow(`this is what the registry knows: ${visible(reason ?? '')}`)],
  )
}

function row({version, revision, date, branch, from, sameAsPrevious, locked}: ListedVersion): string[] {
  const notes = [
    branch === null ? '' : `the tip of ${inLine(branch)}`,
    locked ? 'locked here' : '',
    originText(from),
    sameAsPrevious === true ? 'same files as the version before' : '',
  ]
  return [
    `  ${version}`,
    version === revision ? '' : (revision?.slice(0, 12) ?? ''),
    date ?? '',
    notes.filter((note) => note !== '').join(', '),
  ]
}

/** Of modules that their publishers have retired. */
function goneLines(
  gone: readonly (Omit<GoneModule, 'current' | 'moves'> & {readonly current: string | null})[],
): string[] {
  return gone.flatMap(({module, current, since, last, notes}) => {
    const file = mainFile(splitKey(module)[1])
    const stays = current === null ? '' : current === last ? ', which stays' : `; ${visible(current)} stays`
    const known = last === null ? '' : `; the last version with code is ${visible(last)}`
    return [
      pc.yellow(
        `${module} is gone: its publisher has no ${file} any more since ${visible(since)}${known}${stays}`,
      ),
      ...notes.map((note) => `  ${visible(note)}`),
    ]
  })
}

/** Writes for people which modules have newer releases. */
export function renderOutdated(
  {outdated, gone, advisories, heldBack, checked, notAsked, report}: OutdatedResult,
  view: DiffView,
): string {
  const rows = outdated.map(({module, current, allowed, latest, latestFrom}) => [
    module,
    shownVersion(current),
    allowed === null ? '-' : shownVersion(allowed),
    shownVersion(latest),
    originText(latestFrom),
  ])
  const current = checked - new Set([...outdated, ...gone].map(({module}) => module)).size
  return lines(
    rows.length === 0 ? [] : table([['MODULE', 'LOCKED', 'ALLOWED', 'LATEST', ''], ...rows]),
    `${count(current, 'module')} up to date${notAsked.length === 0 ? '' : ', as far as is known'}${checked === current ? '' : `, ${checked - current} not`}`,
    advisories.map((one) => `${pc.yellow(`${one.module} has`)} ${flawText(one)}`),
    goneLines(gone),
    heldBackLines(heldBack),
    notAskedLines(notAsked),
    report === null || report.sources.length === 0 ? [] : ['', ...diffLines(report, view)],
  )
}

/** Writes for people what `update` did. */
export function renderUpdate(result: UpdateResult, view: DiffView): string {
  const verb = verbText('changed', result.dryRun)
  return lines(
    result.updated.flatMap((module) => [
      `${verb}${moduleTitle(module)} (was ${module.previous === null ? 'not locked' : shownVersion(module.previous)})`,
      `  ${count(module.files, 'file')}; ${trustText(module.trust)}`,
      ...(module.patched.length === 0 ? [] : [`  ${patchedText(module.patched)}`]),
    ]),
    result.updated.length === 0 ? 'nothing to update' : [],
    result.held.map(
      ({module, current, latest}) =>
        `${module} stays at ${shownVersion(current)}: the manifest does not admit ${shownVersion(latest)}`,
    ),
    goneLines(result.gone),
    heldBackLines(result.heldBack),
    notAskedLines(result.notAsked),
    omissionLines(result, false),
    closureLines(result.needs, result.dryRun),
    fetchLines(result.fetch),
    lintLines(result.lint),
    warningLines(result),
    meaningLines(result.report, view),
    changeLines(result),
    closingLines(doneText([[result.updated.length, 'updated']], result)),
  )
}

function notAskedLines(notAsked: OutdatedResult['notAsked']): string[] {
  return reasonsOf(notAsked).map(([reason, modules]) =>
    pc.yellow(`of ${count(modules, 'module')} only the registry was asked: ${visible(reason)}`),
  )
}

/** Each reason once, with the number of modules that it stands for. */
function reasonsOf(notAsked: OutdatedResult['notAsked']): [reason: string, modules: number][] {
  const counts = new Map<string, number>()
  for (const {reason} of notAsked) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts]
}

/** Of what the registry or the user vouches for nothing is said. */
function originText(origin: Origin): string {
  switch (origin) {
    case 'registry':
    case 'user':
      return ''
    case 'archive':
      return 'in the signed index of its archive'
    case 'publisher':
      return 'not in the registry: trusted on first use'
  }
}
