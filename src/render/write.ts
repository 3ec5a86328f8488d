import {join} from 'node:path'
import {out as pc} from './colours.ts'
import type {AddedModule, AddResult} from '../operations/add/add.ts'
import type {FetchResult} from '../operations/fetch.ts'
import type {InitResult} from '../operations/init/init.ts'
import type {InstallResult} from '../operations/install/types.ts'
import type {RemoveResult} from '../operations/remove.ts'
import type {WriteResult} from '../context/write-result.ts'
import {omissionLines} from './omissions.ts'
import {bringLines, closureLines, needLines} from './needs.ts'
import {inLine, visible} from '../plain-text.ts'
import {disableLines, enableLines} from './enabling.ts'
import {
  changeLines,
  count,
  fetchLines,
  heldBackLines,
  lintLines,
  lines,
  moduleTitle,
  patchedText,
  summaryLines,
  trustText,
  closingLines,
  doneText,
  verbText,
  warningLines,
} from './common.ts'

/** Writes for people what `add` did. */
export function renderAdd(result: AddResult): string {
  const {made, dryRun} = result
  return lines(
    made === undefined ? [] : madeLines(made, {dryRun, flagsOf: 'init '}),
    result.added.flatMap((module) => addedLines(module, result)),
    closureLines(result.needs, result.dryRun),
    result.changes.length === 0
      ? []
      : bringLines([...result.added, ...result.needs.broughtIn].map(({needs}) => needs)),
    noteLines(result.notes),
    omissionLines(result, true),
    fetchLines(result.fetch),
    writtenLines(result),
    noteLines(made?.notes ?? []),
    closingLines(doneText(result)),
  )
}

/** Says which project was made, and what for. @param flagsOf the command whose flags change the target, with a blank behind it; '' for this one */
export function madeLines(
  {folder, target}: Pick<InitResult, 'folder' | 'target'>,
  {dryRun, flagsOf}: {readonly dryRun: boolean; readonly flagsOf: string},
): string[] {
  const {prosody, debian, because, change, disagreeing} = target
  const flags =
    change.length === 0
      ? ''
      : ` (${flagsOf}${change.join(', ')} ${change.length === 1 && flagsOf === '' ? 'changes' : 'change'} it)`
  return [
    `${dryRun ? 'would make' : 'made'} a project in ${visible(folder)}`,
    `  for Prosody ${prosody} on Debian ${debian}: ${inLine(because)}${pc.dim(flags)}`,
    ...disagreeing.map((text) => `  ${pc.yellow('but:')} ${inLine(text)}`),
  ]
}

/** Writes for people what `fetch` brought into the store. */
export function renderFetch({total, files, fetch}: FetchResult): string {
  return lines(
    fetchLines(fetch),
    `the store holds ${count(files, 'file')} of ${count(total.modules, 'module')}; "prosody-mods install --offline" needs no network now`,
  )
}

/** Writes for people what `install` did. */
export function renderInstall({destdir, ...installed}: InstallResult): string {
  const result =
    destdir === undefined ? installed : {...installed, changes: below(destdir, installed.changes)}
  if (result.upToDate) {
    return lines(
      omissionLines(result, false),
      warningLines(result),
      noteLines(result.notes),
      closingLines(
        `up to date: ${count(result.total.modules, 'module')}, ${count(result.unchanged, 'file')} verified`,
      ),
    )
  }
  const done = result.dryRun ? 'would install' : 'installed'
  return lines(
    closureLines(result.needs, result.dryRun),
    omissionLines(result, false),
    fetchLines(result.fetch),
    result.modules.flatMap(({module, patched}) =>
      patched.length === 0 ? [] : [`${pc.bold(module)} ${patchedText(patched)}`],
    ),
    writtenLines(result),
    noteLines(result.notes),
    closingLines(
      `${done} ${count(result.total.modules, 'module')}: ${count(result.changes.length, 'file')} changed, ${result.unchanged} as they were`,
    ),
  )
}

/** Writes notes, a line each. */
export function noteLines(notes: readonly string[]): string[] {
  return notes.map((note) => `${pc.cyan('note:')} ${visible(note)}`)
}

function below(folder: string, changes: InstallResult['changes']): InstallResult['changes'] {
  return changes.map((change) => ({...change, path: visible(join(folder, change.path))}))
}

/** Writes for people what `remove` did. */
export function renderRemove(result: RemoveResult): string {
  const verb = verbText('removed', result.dryRun)
  return lines(
    result.removed.map((key) => `${verb}${pc.bold(key)}`),
    result.stillNeeded.map(
      ({module, neededBy}) =>
        `${result.dryRun ? 'would take' : 'took'} ${pc.bold(module)} out of the manifest; it stays, since ${neededBy.join(' and ')} ${neededBy.length === 1 ? 'needs' : 'need'} it`,
    ),
    closureLines(result.needs, result.dryRun),
    writtenLines(result),
    disableLines(result),
    closingLines(doneText(result)),
    result.unusedPatches.map(
      (path) => `${pc.cyan('note:')} ${visible(path)} is applied to nothing any more; the file stays`,
    ),
    result.unusedSources.map(
      (id) =>
        `${pc.cyan('note:')} no module comes from the source ${id} any more; its declaration stays in prosody-mods.json`,
    ),
  )
}

/** Writes for people what `init` made. */
export function renderInit(result: InitResult): string {
  return lines(
    madeLines(result, {dryRun: result.dryRun, flagsOf: ''}),
    writtenLines(result),
    noteLines(result.notes),
    `next: prosody-mods add <module>, for example ${pc.bold('prosody-mods add muc_moderation')}`,
  )
}

function addedLines(module: AddedModule, {dryRun, changes}: WriteResult): string[] {
  const {previous, version, patched, patches, files, trust, needs, summary} = module
  if (previous === version && changes.length === 0) return [`${moduleTitle(module)} is here already`]
  const verb = verbText(previous === null ? 'added' : 'changed', dryRun)
  const was = previous === null || previous === version ? '' : ` (was ${previous})`
  return [
    `${verb}${moduleTitle(module)}${was}`,
    ...summaryLines(previous === null ? summary : null, 2),
    `  ${count(files, 'file')}; ${trustText(trust)}`,
    ...(patched.length === 0 ? [] : [`  ${patchedText(patched)}`]),
    ...patchLines(patches),
    ...needLines(needs),
    ...enableLines(module),
  ]
}

function patchLines(patches: readonly string[]): string[] {
  if (patches.length === 0) return []
  const what =
    patches.length === 1 ? '1 patch of Prosody itself' : `${patches.length} patches of Prosody itself`
  return [`  left out: ${what} (${patches.map(visible).join(', ')})`]
}

function writtenLines(result: WriteResult): string[] {
  return [
    ...heldBackLines(result.heldBack),
    ...changeLines(result),
    ...lintLines(result.lint),
    ...warningLines(result),
  ]
}
