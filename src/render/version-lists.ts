import type {OutdatedResult} from '../operations/outdated.ts'
import type {ListedVersion, VersionsResult} from '../operations/versions.ts'
import {inLine} from '../plain-text.ts'
import {tagsText} from '../resolve/commits.ts'
import {shownVersion} from '../text/shown-version.ts'
import {out as pc} from './colours.ts'
import {fitted, fittedInside, type Column} from './columns.ts'
import {count, flawText, heldBackLines, lines} from './common.ts'
import {diffLines, type DiffView} from './diff.ts'
import {nextLines} from './labelled.ts'
import {hanging} from './prose.ts'
import {firstOf, type Room} from './room.ts'
import {causeText, goneLines, notAskedLines, originText} from './versions.ts'

/** Rows that are shown on a terminal unless all are asked for. */
const [mostVersions, mostOutdated] = [30, 50]

const versionHeads: readonly Column[] = [
  {title: 'VERSION'},
  {title: 'DATE'},
  {title: 'REVISION', spare: 1},
  {title: 'NOTE', fold: 20},
]

/** Writes for people which releases there are. */
export function renderVersions(result: VersionsResult, room: Room): string {
  const {module, asked, reason, versions, gone, otherTags} = result
  const {columns} = room
  const {items, rest} = firstOf(versions, mostVersions, room)
  return lines(
    pc.bold(module),
    versions.length === 0 ? ['  no version is known'] : fittedInside(versionHeads, items.map(rowOf), columns),
    rest > 0 ? [pc.dim(`  … and ${count(rest, 'older version')}: --all`)] : [],
    versions.some(({branch}) => branch !== null) ? hanging('  ', inLine(tagsText(otherTags)), columns) : [],
    gone === null ? [] : goneLines([{module, ...gone, current: null}]),
    asked ? [] : pc.yellow(`this is what the registry knows: ${causeText(reason ?? '')}`),
  )
}

function rowOf({
  version,
  revision,
  date,
  branch,
  from,
  sameAsPrevious,
  locked,
}: ListedVersion): Parameters<typeof fitted>[1][number] {
  const notes = [
    branch === null ? '' : `the tip of ${branch}`,
    locked ? 'locked here' : '',
    originText(from),
    sameAsPrevious === true ? 'same files as the version before' : '',
  ]
  return [
    {text: shownVersion(version), ...(locked ? {style: pc.green} : {})},
    date ?? '',
    version === revision ? '' : (revision?.slice(0, 12) ?? ''),
    notes.filter((note) => note !== '').join(', '),
  ]
}

const outdatedHeads: readonly Column[] = [
  {title: 'MODULE'},
  {title: 'LOCKED'},
  {title: 'ALLOWED'},
  {title: 'LATEST'},
  {title: 'NOTE', fold: 20},
]

/** Writes for people which modules have newer releases. */
export function renderOutdated(
  {outdated, gone, advisories, heldBack, total, notAsked, report}: OutdatedResult,
  view: Room & {readonly report: DiffView},
): string {
  const {columns} = view
  const {items, rest} = firstOf(outdated, mostOutdated, view)
  const {modules, current} = total
  const totalText =
    modules === 0
      ? 'no modules'
      : `${count(current, 'module')} up to date${notAsked.length === 0 ? '' : ', as far as is known'}${modules === current ? '' : `, ${modules - current} not`}`
  return lines(
    fitted(
      outdatedHeads,
      items.map(({module, current: locked, allowed, latest, latestFrom}) => [
        {text: module, style: pc.bold},
        shownVersion(locked),
        allowed === null ? '-' : {text: shownVersion(allowed), style: pc.green},
        {text: shownVersion(latest), style: pc.yellow},
        originText(latestFrom),
      ]),
      columns,
    ),
    rest > 0 ? pc.dim(`… and ${count(rest, 'more module')}: --all`) : [],
    totalText,
    advisories.map((one) => `${pc.yellow(`${one.module} has`)} ${flawText(one)}`),
    goneLines(gone),
    heldBackLines(heldBack),
    notAskedLines(notAsked),
    nextLines(nextCommands(outdated)),
    report === null || report.sources.length === 0 ? [] : ['', ...diffLines(report, view.report)],
  )
}

/** What the manifest admits is taken by one command, what it does not by another. */
function nextCommands(outdated: OutdatedResult['outdated']): string[] {
  const beyond = outdated.find(({allowed}) => allowed === null)
  return [
    ...(outdated.some(({allowed}) => allowed !== null) ? ['update'] : []),
    ...(beyond === undefined ? [] : [`bump ${beyond.module.replace(/\/\*$/, '')}`]),
  ]
}
