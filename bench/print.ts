import {ratioOf, spreadOf, type Series} from './race.ts'

/** A ratio that is worth printing. */
export interface Ratio {
  readonly over: Series
  readonly under: Series
  /** In words; '' where design knows none. */
  readonly budget: string
}

/** Times and their ratios, as the Markdown tables of docs/performance.md. */
export function printRace(series: readonly Series[], ratios: readonly Ratio[]): void {
  printTimes(series)
  printRatios(ratios)
}

function printTimes(series: readonly Series[]): void {
  const times = series.map(({name, times}) => {
    const {median, min, max} = spreadOf(times)
    return [name, milliseconds(median), milliseconds(min), milliseconds(max)]
  })
  printTable(['time', 'median', 'min', 'max'], times)
}

function printRatios(ratios: readonly Ratio[]): void {
  const rows = ratios.map(({over, under, budget}) => {
    const {median, min, max} = ratioOf(over, under)
    return [`${over.name} ÷ ${under.name}`, factor(median), factor(min), factor(max), budget]
  })
  printTable(['ratio', 'median', 'min', 'max', 'budget'], rows)
}

/** Pads the columns, so that the text is readable as it is. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[], fill: string): string =>
    `| ${widths.map((width, column) => pad(row[column] ?? '', {width, fill, left: column === 0})).join(' | ')} |\n`
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  process.stdout.write(
    [line(head, ' '), line(rule, '-'), ...rows.map((row) => line(row, ' ')), '\n'].join(''),
  )
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

function pad(
  text: string,
  at: {readonly width: number; readonly fill: string; readonly left: boolean},
): string {
  return at.left ? text.padEnd(at.width, at.fill) : text.padStart(at.width, at.fill)
}

function milliseconds(value: number): string {
  return `${value.toFixed(value < 1000 ? 1 : 0)} ms`
}

function factor(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)}×`
}
