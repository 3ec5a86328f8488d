import {shownVersion} from '../text/shown-version.ts'
import {out as pc} from './colours.ts'
import type {CheckResult} from '../operations/check/check.ts'
import type {CheckedConfig, CheckedModule, Problem} from '../operations/check/types.ts'
import {shellWord} from '../text/shell-word.ts'
import {bootLines} from './boot.ts'
import {byCause, causeLines, severityColours} from './causes.ts'
import {missingLines, ownText, toldOnce, withoutMissing, type ToldProblem} from './told-once.ts'
import {inLine, visible} from '../plain-text.ts'
import {byKey, count, lines, table} from './common.ts'

const verdicts: Readonly<Record<CheckedModule['verdict'], string>> = {
  works: 'works',
  'works-with-notes': 'works, with notes',
  'some-cannot-work': 'some of it cannot work',
  'cannot-work': 'cannot work',
  unknown: 'not known',
}

/** Writes for people what `check` found. @param all whether each problem and each module that was started is told */
export function renderCheck(result: CheckResult, all = false): string {
  const {target, modules, boot} = result
  const problems = all ? result.problems : toldOnce(result.problems)
  const {missing, others} = all ? {missing: [], others: problems} : withoutMissing(problems)
  const groups = byKey(others, ({module}) => module ?? '')
  return lines(
    target === null
      ? pc.yellow(
          'nothing is known of this line of Prosody: what the modules need, and whether their code fits it, was not looked at',
        )
      : pc.dim(`for Prosody ${target.prosody} with Lua ${target.lua} on Debian ${target.debian}`),
    configLines(result),
    table(
      modules.map((one) => [
        one.module,
        shownVersion(one.version),
        shownVerdict(one, groups.get(one.module) ?? []),
      ]),
    ),
    missingLines(missing),
    [...groups].flatMap(([module, own]) => groupLines(module, own, all)),
    boot === null ? [] : ['', ...bootLines(boot, all)],
    '',
    summaryText({...result, ...countsOf(problems)}),
  )
}

/** Writes the errors and warnings that `check` found, and nothing else; '' where there are none. */
export function renderProblems(result: CheckResult, all = false): string {
  const told = all ? result.problems : toldOnce(result.problems)
  const problems = told.filter(({severity}) => severity !== 'note')
  const {missing, others} = all ? {missing: [], others: problems} : withoutMissing(problems)
  const groups = byKey(others, ({module}) => module ?? '')
  return lines(
    [...missingLines(missing), ...[...groups].flatMap(([module, own]) => groupLines(module, own, all))].slice(
      1,
    ),
  )
}

/** By what a tree is judged. */
function configLines({configuration, modules, total}: CheckResult): string[] {
  if (configuration === null || !modules.some(({parts}) => parts !== null)) return []
  const {files, enabled, unknown} = configuration
  const [first = '', ...more] = files.map(visible)
  const by = more.length === 0 ? first : `${first} and ${count(more.length, 'more file')}`
  return [
    pc.dim(
      `${by} ${more.length === 0 ? 'enables' : 'enable'} ${enabled} of ${count(total.modules, 'module')}`,
    ),
    ...unknownLines(unknown),
  ]
}

const mostUnknown = 5

function unknownLines(unknown: CheckedConfig['unknown']): string[] {
  if (unknown.length === 0) return []
  const rest = unknown.length - mostUnknown
  return [
    pc.yellow('what else is enabled is not known:'),
    ...unknown.slice(0, mostUnknown).map((text) => `  ${inLine(text)}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ]
}

function shownVerdict({verdict, parts}: CheckedModule, problems: readonly Problem[]): string {
  if (verdict === 'some-cannot-work') {
    const bad = parts?.filter(({works}) => !works).length ?? 0
    return pc.red(`${bad} of ${parts?.length ?? 0} modules cannot work`)
  }
  const warns = verdict === 'works-with-notes' && problems.some(({severity}) => severity === 'warning')
  const text = warns ? 'works, with warnings' : verdicts[verdict]
  return verdict === 'cannot-work' ? pc.red(text) : verdict === 'works' ? text : pc.yellow(text)
}

/** Findings in code beyond errors that are shown one by one; the rest are counted. */
const shown = 5

function groupLines(module: string, problems: readonly ToldProblem[], all: boolean): string[] {
  const isMinor = ({kind, severity}: Problem): boolean => kind === 'compatibility' && severity !== 'error'
  const minor = problems.filter(isMinor)
  const isCut = minor.length > shown && !all
  const listed = [...problems.filter((one) => !isMinor(one)), ...(isCut ? [] : minor)]
  const {causes, others} = all ? {causes: [], others: listed} : byCause(listed)
  const rest = isCut ? minor : []
  return [
    '',
    module === '' ? pc.bold('the project') : pc.bold(module),
    ...causes.flatMap(causeLines),
    ...(all ? others.map((one) => [one]) : alike(others)).flatMap((group) => problemLines(group, module)),
    ...(rest.length === 0
      ? []
      : [`  ${countText(rest)} in its code: prosody-mods lint ${shellWord(module)}`]),
  ]
}

function countText(problems: readonly Problem[]): string {
  const warnings = problems.filter(({severity}) => severity === 'warning').length
  const notes = problems.length - warnings
  return [
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
    ...(notes > 0 ? [count(notes, 'note')] : []),
  ].join(' and ')
}

/** Problems together of which the same is to be said, each with its place. */
function alike(problems: readonly ToldProblem[]): readonly (readonly ToldProblem[])[] {
  return [
    ...byKey(problems, ({severity, path, message, hint, booted}) =>
      JSON.stringify([severity, isOfPath(message) ? path : null, message, hint, booted]),
    ).values(),
  ]
}

/** What is said of a file as a whole begins so. */
const ofPath = /^it (?=is )/

function isOfPath(message: string): boolean {
  return ofPath.test(message)
}

/** @param module the name that stands above, which is not told again */
function problemLines(group: readonly ToldProblem[], module: string): string[] {
  const [first] = group
  if (first === undefined) return []
  const {severity, path, message, hint, booted} = first
  const word = severityColours[severity](`${severity}:`)
  const text = visible(module === first.module ? ownText(first) : message)
  const told = [
    ...(booted === undefined
      ? []
      : [`    Prosody did not load it${booted === '' ? '' : `: ${visible(booted)}`}`]),
    ...(hint === null ? [] : [`    ${visible(hint)}`]),
  ]
  if (path !== null && isOfPath(message))
    return [`  ${word} ${visible(path)} ${text.replace(ofPath, '')}`, ...told]
  const places = placesOf(group)
  if (places.length <= 1)
    return [`  ${word} ${text}${places.map((at) => pc.dim(` (${at})`)).join('')}`, ...told]
  return [`  ${word} ${text}, ${places.length} times`, ...places.map((at) => `    ${pc.dim(at)}`), ...told]
}

function placesOf(problems: readonly Problem[]): string[] {
  return problems.flatMap(({path, line}) =>
    path === null ? [] : [`${visible(path)}${line === null || line === 0 ? '' : `:${line}`}`],
  )
}

function countsOf(problems: readonly ToldProblem[]): Pick<CheckResult, 'errors' | 'warnings' | 'notes'> {
  const number = (severity: Problem['severity']): number =>
    problems.filter((one) => one.severity === severity).length
  return {errors: number('error'), warnings: number('warning'), notes: number('note')}
}

function summaryText({target, total, errors, warnings, notes}: CheckResult): string {
  const all = total.modules === 0 ? 'no modules' : count(total.modules, 'module')
  const what = `${count(errors, 'error')}, ${count(warnings, 'warning')}, ${count(notes, 'note')}`
  if (errors === 0 && total.modules > 0) {
    const them = total.modules === 1 ? 'it' : 'them'
    return target === null
      ? `${all}: whether ${total.modules === 1 ? 'it' : 'they'} can work is not known (${what})`
      : `${all}: nothing keeps ${them} from working (${what})`
  }
  return total.cannotWork === 0 ? `${all}: ${what}` : `${total.cannotWork} of ${all} cannot work: ${what}`
}
