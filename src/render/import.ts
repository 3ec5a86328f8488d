import {inLine, visible} from '../plain-text.ts'
import type {ImportLine, ImportResult, LineState, VerifiedFile} from '../operations/import/types.ts'
import {shellWord} from '../text/shell-word.ts'
import {out as pc} from './colours.ts'
import {
  byKey,
  changeLines,
  closingLines,
  count,
  fetchLines,
  lines,
  lintLines,
  warningLabel,
  warningLines,
} from './common.ts'
import {tellsDetails} from './detail.ts'
import {labelled, nextLines, type Labelled} from './labelled.ts'
import {cut, hanging} from './prose.ts'
import type {Room} from './room.ts'
import {madeLines, noteLines} from './write.ts'

/**
 * Writes for people what `import` made of each line, and what it did.
 * @param again the words that do what a dry run has told, without the name of the program
 */
export function renderImport(result: ImportResult, {columns, all}: Room, again: readonly string[]): string {
  const {input, added, dryRun, notes} = result
  const room = {columns, all: all || tellsDetails()}
  return lines(
    added?.made === undefined ? [] : madeLines(added.made, {dryRun, flagsOf: ''}),
    `${pc.bold(visible(input.path))}: ${inputText(result)}`,
    openLines(result, columns),
    takenLines(result, room),
    needlessLines(result, room),
    offeredLines(result, room),
    staysLines(result, columns),
    unsetLines(result),
    notes.map((note) => `${pc.cyan('note:')} ${visible(note)}`),
    added === null
      ? []
      : [...fetchLines(added.fetch), ...changeLines(added), ...lintLines(added.lint), ...warningLines(added)],
    added === null ? [] : noteLines(added.notes),
    diffText(result),
    verifiedLines(result.verified),
    closingLines(totalText(result)),
    nextLines(nextCommands(result, again)),
  )
}

/** Writes what of a result has to be looked at, and nothing else; '' where that is nothing. */
export function renderOpen(result: ImportResult, {columns}: Room): string {
  return lines(
    openLines(result, columns).slice(1),
    unsetLines(result),
    ...(result.added === null ? [] : [warningLines(result.added)]),
  )
}

/** Variables without a value, but for those that a line is not understood for: that is told of the line. */
function unsetLines(result: ImportResult): string[] {
  const open = of('not-understood', result)
  return result.missing
    .filter(
      ({name, line}) =>
        !open.some((one) => one.line <= line && line <= one.lastLine && names(one.what, name)),
    )
    .map(
      ({name, line}) =>
        `${pc.yellow(warningLabel('VARIABLE_UNSET'))} line ${line}: ${name} has no value, and stays as it is written`,
    )
}

/** Tells whether a text says of a variable that it has no value. */
function names(text: string, variable: string): boolean {
  return [`$${variable}`, `\${${variable}}`].some((word) => text.includes(`${word} has no value`))
}

function inputText({input: {kind, lines: number}, lines: steps}: ImportResult): string {
  switch (kind) {
    case 'dockerfile':
      return `a Dockerfile, ${count(number, 'line')} with ${count(steps.length, 'step')}`
    case 'script':
      return `a shell script, ${count(number, 'line')} with ${count(steps.length, 'step')}`
    case 'env':
      return `settings of docker-jitsi-meet, of which ${count(steps.length, 'place')} ${steps.length === 1 ? 'is' : 'are'} about modules`
    case 'text':
      return `${count(steps.length, 'place')} in ${count(number, 'line')} ${steps.length === 1 ? 'names' : 'name'} modules`
    case 'folder':
      return count(number, 'file')
  }
}

function of(state: LineState, {lines: all}: ImportResult): readonly ImportLine[] {
  return all.filter((line) => line.state === state)
}

/** What has to be looked at comes first. */
function openLines(result: ImportResult, columns: number): string[] {
  const open = of('not-understood', result)
  if (open.length === 0) return []
  return [
    '',
    pc.bold(pc.yellow('not understood')),
    ...open.flatMap((line) => [
      ...hanging(`  ${placeOf(line)}  `, inLine(line.what), columns),
      ...(line.line === 0 ? [] : [`      ${pc.dim(cut(line.text, columns - 6))}`]),
      ...(line.hint === null ? [] : hanging('      ', inLine(line.hint), columns)),
    ]),
  ]
}

function placeOf({line, lastLine, text}: ImportLine): string {
  if (line === 0) return visible(text)
  return lastLine > line ? `${line}–${lastLine}` : String(line)
}

/** So many are listed of what is taken, or not needed, where nobody asks for all. */
const few = 12

function takenLines(result: ImportResult, {columns, all}: Room): string[] {
  const groups = byKey(of('taken', result), ({what}) => what)
  const rows = [...groups].map(([what, group]) => ({what, where: wheresOf(group), hint: hintOf(group)}))
  return listed({title: pc.green('taken'), rows, more: 'place', room: {columns, all}})
}

function hintOf(group: readonly ImportLine[]): string | undefined {
  return group.flatMap(({hint}) => hint ?? [])[0]
}

function needlessLines(result: ImportResult, {columns, all}: Room): string[] {
  const groups = byKey(of('not-needed', result), ({what}) => what)
  const rows = [...groups].map(([what, group]) => ({what, where: wheresOf(group)}))
  return listed({title: 'not needed any more', rows, more: 'reason', room: {columns, all}})
}

/** What stays and could be taken. */
function offeredLines(result: ImportResult, room: Room): string[] {
  const offered = of('stays', result).filter(({hint}) => hint !== null)
  const groups = byKey(offered, ({what}) => what)
  const rows = [...groups].map(([what, group]) => ({what, where: wheresOf(group), hint: hintOf(group)}))
  return listed({title: 'not taken', rows, more: 'place', room})
}

interface Row {
  readonly what: string
  readonly where: string
  /** What is left to do by hand. */
  readonly hint?: string | undefined
}

interface Listed {
  readonly title: string
  readonly rows: readonly Row[]
  /** What the rest are called. */
  readonly more: string
  readonly room: Room
}

function listed({title, rows, more, room: {columns, all}}: Listed): string[] {
  if (rows.length === 0) return []
  const shown = all ? rows : rows.slice(0, few)
  const rest = rows.length - shown.length
  return [
    '',
    pc.bold(title),
    ...shown.flatMap(({what, where, hint}) => [
      ...hanging('  ', `${visible(what)}${where === '' ? '' : pc.dim(` (${where})`)}`, columns),
      ...(hint === undefined ? [] : hanging('      ', visible(hint), columns)),
    ]),
    ...(rest > 0 ? [pc.dim(`  … and ${count(rest, `more ${more}`)}: --all`)] : []),
  ]
}

/** `line 39`, `lines 36–38, 40 and 44`. */
function wheresOf(group: readonly ImportLine[]): string {
  const numbers = [...new Set(group.flatMap(({line}) => (line === 0 ? [] : [line])))].sort((a, b) => a - b)
  if (numbers.length === 0) return ''
  const runs: [number, number][] = []
  for (const number of numbers) {
    const last = runs.at(-1)
    if (last !== undefined && number === last[1] + 1) last[1] = number
    else runs.push([number, number])
  }
  const texts = runs.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`))
  const last = texts.pop() ?? ''
  return `${numbers.length === 1 ? 'line' : 'lines'} ${texts.length === 0 ? last : `${texts.join(', ')} and ${last}`}`
}

function staysLines(result: ImportResult, columns: number): string[] {
  const rows = asTheyWere(result)
  return rows.length === 0 ? [] : ['', pc.bold('as it was'), ...labelled(rows, columns), '']
}

function asTheyWere(result: ImportResult): Labelled[] {
  const {libraries, image, patches} = result
  const named = (by: readonly string[]): string =>
    [...new Set(libraries.filter((one) => by.includes(one.by)).map(libraryText))].join(', ')
  const rocks = named(['luarocks'])
  const packages = [...new Set(libraries.filter(({by}) => by !== 'luarocks').map(({name}) => name))]
  const lua = packages.filter((name) => /^(?:lua|prosody)/.test(name))
  const others = packages.length - lua.length
  const rows: Labelled[] = [
    ['rocks', rocks],
    [
      'packages',
      [...lua, ...(others > 0 ? [count(others, lua.length > 0 ? 'other' : 'package')] : [])].join(', '),
    ],
    [
      'patches',
      Object.entries(patches)
        .flatMap(([key, all]) => all.map((path) => `${key}: ${path}`))
        .join(', '),
    ],
    ['image', image === null ? '' : imageText(image)],
  ]
  const told = rows.filter(([, text]) => text !== '')
  return told.length === 0 ? [] : told
}

function libraryText({name, version, neededBy}: ImportResult['libraries'][number]): string {
  const shown = `${inLine(name)}${version === null ? '' : ` ${inLine(version)}`}`
  return neededBy.length === 0 ? shown : `${shown} (for ${neededBy.join(', ')})`
}

function imageText({from, user, ports, volumes}: NonNullable<ImportResult['image']>): string {
  return [
    ...(from === null ? [] : [`from ${inLine(from)}`]),
    ...(user === null ? [] : [`user ${inLine(user)}`]),
    ...(ports.length === 0 ? [] : [`ports ${inLine(ports.join(' '))}`]),
    ...(volumes.length === 0 ? [] : [`volumes ${inLine(volumes.join(' '))}`]),
  ].join('; ')
}

/** Where nobody has written it yet, the diff is what there is to see. */
function diffText({dockerfile}: ImportResult): string[] {
  if (dockerfile === null) return []
  return ['', ...dockerfile.diff.replace(/\n$/, '').split('\n').map(coloured)]
}

function coloured(line: string): string {
  const text = visible(line)
  if (/^(?:---|\+\+\+) /.test(text)) return pc.bold(text)
  if (text.startsWith('@@')) return pc.cyan(text)
  return text.startsWith('+') ? pc.green(text) : text.startsWith('-') ? pc.red(text) : text
}

function verifiedLines(verified: readonly VerifiedFile[] | null): string[] {
  if (verified === null) return []
  const of = (state: VerifiedFile['state']): readonly VerifiedFile[] =>
    verified.filter((one) => one.state === state)
  const missing = byKey(of('not-to-be-had'), ({from, reason}) => `${from}: ${reason ?? ''}`)
  return [
    '',
    `${pc.bold('compared')} with what it fetches: ${count(of('same').length, 'file')} the same, ${of('different').length} different, ${of('not-to-be-had').length} not to be had`,
    ...of('different').flatMap(({path, from, expected, found}) => [
      `  ${pc.yellow('different')} ${visible(path)}`,
      `    ${visible(from)} has ${found ?? ''}`,
      `    the project has ${expected}`,
    ]),
    ...[...missing].map(
      ([why, group]) => `  ${pc.dim('not to be had')} ${count(group.length, 'file')}: ${visible(why)}`,
    ),
  ]
}

function totalText(result: ImportResult): string {
  const {dryRun, added, dockerfile} = result
  const parts = [
    `${of('taken', result).length} taken`,
    `${of('not-needed', result).length} not needed any more`,
    `${of('stays', result).length} as they were`,
    `${of('not-understood', result).length} not understood`,
  ]
  const wrote = [
    ...(added === null ? [] : [`${count(added.total.added, 'module')} added`]),
    ...(dockerfile === null ? [] : ['the Dockerfile rewritten']),
  ]
  const done = wrote.length === 0 ? 'nothing to add' : wrote.join(', ')
  return `${count(result.lines.length, result.input.kind === 'folder' ? 'file' : 'step')}: ${parts.join(', ')}; ${dryRun ? `dry run: ${done}; nothing was written` : done}`
}

function nextCommands({modules, dryRun}: ImportResult, again: readonly string[]): string[] {
  return modules.length === 0 ? [] : [dryRun ? again.map(shellWord).join(' ') : 'check']
}
