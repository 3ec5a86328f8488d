import type {DoctorCheck, DoctorResult, DoctorSection, DoctorState} from '../operations/doctor/types.ts'
import {inLine} from '../plain-text.ts'
import {out as pc} from './colours.ts'
import {byKey, count, lines} from './common.ts'

const titles: Readonly<Record<DoctorSection, string>> = {
  programs: 'Programs',
  folders: 'Folders',
  configuration: 'Configuration',
  project: 'Project',
  network: 'Network',
  clock: 'Clock',
}

/** A sign for whoever sees colours and signs, and a word for whoever reads the line to somebody. */
const marks: Readonly<Record<DoctorState, () => string>> = {
  ok: () => pc.green('✓'),
  note: () => pc.dim('–'),
  warning: () => pc.yellow('!'),
  error: () => pc.red('✗'),
}

const words: Readonly<Record<DoctorState, string>> = {
  ok: '',
  note: '',
  warning: 'warning: ',
  error: 'error: ',
}

/** Writes for people what `doctor` found. */
export function renderDoctor({checks, errors, warnings}: DoctorResult): string {
  const sections = [...byKey(checks, ({section}) => section)]
  return lines(
    sections.flatMap(([, found], index) => [
      ...(index === 0 ? [] : ['']),
      pc.bold(titles[found[0]?.section ?? 'programs']),
      ...found.flatMap((check, at) => checkLines(check, found.slice(at + 1))),
    ]),
    '',
    summary(errors, warnings),
  )
}

/** Writes the errors and warnings of `doctor`, and nothing else; '' where there are none. */
export function renderFlaws({checks}: DoctorResult): string {
  const flaws = checks.filter(({state}) => state === 'error' || state === 'warning')
  return lines(flaws.flatMap((check, at) => checkLines(check, flaws.slice(at + 1))))
}

/** @param later the checks behind it: a hint that several share stands once, behind the last of them */
function checkLines({state, text, hint}: DoctorCheck, later: readonly DoctorCheck[]): string[] {
  return [
    `  ${marks[state]()} ${words[state]}${inLine(text)}`,
    ...(hint === null || later.some((one) => one.hint === hint)
      ? []
      : [`    ${pc.cyan('hint:')} ${inLine(hint)}`]),
  ]
}

function summary(errors: number, warnings: number): string {
  if (errors + warnings === 0) return `${marks.ok()} nothing stands in the way`
  const found = [
    ...(errors === 0 ? [] : [count(errors, 'error')]),
    ...(warnings === 0 ? [] : [count(warnings, 'warning')]),
  ]
  return `${(errors === 0 ? marks.warning : marks.error)()} ${found.join(' and ')}`
}
