import {mainFile} from '../module-name.ts'
import {shownVersion} from '../text/shown-version.ts'
import {out as pc} from './colours.ts'
import {omissionLines} from './omissions.ts'
import {meaningLines, type DiffView} from './diff.ts'
import {nextLines} from './labelled.ts'
import {closureLines} from './needs.ts'
import type {Origin} from '../locking/origin.ts'
import type {OutdatedResult} from '../operations/outdated.ts'
import type {UpdateResult} from '../operations/update.ts'
import type {GoneModule} from '../locking/where-it-went.ts'
import {splitKey} from '../module-key.ts'
import {visible} from '../plain-text.ts'
import {
  byKey,
  changeLines,
  count,
  fetchLines,
  heldBackLines,
  lintLines,
  patchedText,
  lines,
  moduleTitle,
  namesText,
  trustText,
  closingLines,
  doneText,
  verbText,
  warningLines,
} from './common.ts'

/** Says which modules their publishers have retired, and where they went. */
export function goneLines(
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

/** Writes for people what `update` did. @param wasAsked whether somebody was asked what should move */
export function renderUpdate(result: UpdateResult, view: DiffView, wasAsked = false): string {
  const verb = verbText('changed', result.dryRun)
  return lines(
    result.updated.flatMap((module) => [
      `${verb}${moduleTitle(module)} (was ${module.previous === null ? 'not locked' : shownVersion(module.previous)})`,
      `  ${count(module.files, 'file')}; ${trustText(module.trust)}`,
      ...(module.patched.length === 0 ? [] : [`  ${patchedText(module.patched)}`]),
    ]),
    result.updated.length > 0 ? [] : wasAsked ? 'nothing was chosen' : 'nothing to update',
    result.held.map(
      ({module, current, latest}) =>
        `${module} stays at ${shownVersion(current)}: the manifest does not admit ${shownVersion(latest)}`,
    ),
    heldNext(result.held),
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
    result.updated.length + result.changes.length === 0
      ? []
      : closingLines(doneText(result, {changed: 'updated'})),
  )
}

/** What the manifest does not admit is taken by another command. */
function heldNext(held: UpdateResult['held']): string[] {
  const [first] = held
  return first === undefined ? [] : nextLines([`bump ${first.module.replace(/\/\*$/, '')}`])
}

/** Tells why nobody was asked about some modules, each reason once. */
export function notAskedLines(notAsked: OutdatedResult['notAsked']): string[] {
  return reasonsOf(notAsked).map(([reason, modules]) =>
    pc.yellow(`of ${namesText(modules)} only the registry was asked: ${reason}`),
  )
}

/** Each reason once, with the modules that it stands for. */
function reasonsOf(notAsked: OutdatedResult['notAsked']): [reason: string, modules: readonly string[]][] {
  return [...byKey(notAsked, ({reason}) => causeText(reason))].map(([cause, all]) => [
    cause,
    all.map(({module}) => module),
  ])
}

/** Says in a line why nobody answered: who was asked and what came of it, and not about which module it was. */
export function causeText(reason: string): string {
  const [about = '', ...answers] = reason.split('\n')
  return visible(answers.length === 0 ? about : answers.map((answer) => answer.trim()).join('; '))
}

/** Says where a release is known from; of what the registry or the user vouches for nothing is said. */
export function originText(origin: Origin): string {
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
