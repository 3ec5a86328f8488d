import type {FileFacts} from '../facts/fact-types.ts'
import {nothing} from '../facts/nothing.ts'
import type {Readme} from '../facts/readme.ts'
import {emptyReport, type RuleFinding, type RuleReport} from '../lint/rules/rule-report.ts'
import type {LuaProblem} from '../lua/parse.ts'

/**
 * The version of the analysis that facts in the registry are of. It is raised when facts or reports are told in another
 * form, or the same bytes give others; the facts of the registry are made anew with it.
 */
export const analysisVersion = 2

/** What is known of the bytes of a file, by the name of the module whose main file it is; '' for any other. */
export type KnownFile = Readonly<Record<string, KnownReading>>

/** What one reading of a file gave, without what is empty. */
export type KnownReading =
  | {readonly problem: LuaProblem}
  /** Of a README, under ''. */
  | {readonly readme: Readme}
  | {
      readonly facts: Partial<FileFacts>
      /** What rules say of the code whatever the target. */
      readonly report?: Partial<Omit<RuleReport, 'findings'>>
      /** All that rules have found for any target. */
      readonly found?: readonly RuleFinding[]
      /** For each target, which of `found`; absent where every target has all. */
      readonly of?: readonly (readonly number[])[]
    }

/** The facts of a file of which nothing is to be told. */
const noFacts: FileFacts = {...nothing(), metadata: {}, xeps: []}

/**
 * Makes what is kept of a reading.
 * @param reports of each target, in their order: the rules' findings whatever their settings
 */
export function readingOf(facts: FileFacts, reports: readonly RuleReport[]): KnownReading {
  const found = new Map<string, number>()
  const of = reports.map(({findings}) => findings.map((one) => numberOf(JSON.stringify(one), found)))
  const {globals, fires, methods, asks, uses, gives} = reports[0] ?? emptyReport
  const isSame = of.every((numbers) => numbers.length === found.size)
  return {
    facts: without(noFacts, facts),
    ...optional('report', without(emptyReport, {globals, fires, methods, asks, uses, gives})),
    ...optional(
      'found',
      [...found.keys()].map((one) => JSON.parse(one) as RuleFinding),
    ),
    ...(isSame ? {} : {of}),
  }
}

/** Returns the facts of a reading; undefined for a file that is not valid Lua. */
export function knownFacts(reading: KnownReading): FileFacts | undefined {
  return 'facts' in reading ? {...noFacts, ...reading.facts} : undefined
}

/**
 * Returns what the rules found, whatever their settings; undefined for a file that is not valid Lua.
 * @param target its place among those that the reading was made for
 */
export function knownReport(reading: KnownReading, target: number): RuleReport | undefined {
  if (!('facts' in reading)) return undefined
  const {report, found = [], of} = reading
  const findings = of === undefined ? found : (of[target] ?? []).flatMap((number) => found[number] ?? [])
  return {...emptyReport, ...report, findings}
}

function numberOf(text: string, numbers: Map<string, number>): number {
  const number = numbers.get(text) ?? numbers.size
  numbers.set(text, number)
  return number
}

function optional<Name extends string, Value extends object>(
  name: Name,
  value: Value,
): Partial<Record<Name, Value>> {
  return Object.keys(value).length === 0 ? {} : ({[name]: value} as Record<Name, Value>)
}

/** Leaves out what is as `standard` has it. */
function without<Value extends object>(standard: Value, value: Partial<Value>): Partial<Value> {
  const plain = new Map<string, unknown>(Object.entries(standard))
  const kept = Object.entries(value).filter(
    ([name, one]) => JSON.stringify(one) !== JSON.stringify(plain.get(name)),
  )
  return Object.fromEntries(kept) as Partial<Value>
}
