import type {AddResult} from '../src/operations/add/add.ts'
import type {BootedModule} from '../src/operations/boot/boot.ts'
import type {CheckResult} from '../src/operations/check/check.ts'
import type {Problem} from '../src/operations/check/types.ts'
import type {DepsResult} from '../src/operations/deps.ts'
import type {IdentifyResult} from '../src/operations/identify/types.ts'
import type {OptionsResult} from '../src/operations/options.ts'
import type {Added} from './sweep-add.ts'
import {errorOf, type Ran} from './sweep-cli.ts'

type Counts = Readonly<Record<string, number>>

/** The result of a run; undefined where it ended with an error. */
function resultOf(ran: Ran): unknown {
  return ran.json === undefined || errorOf(ran) !== undefined ? undefined : ran.json
}

function countBy(words: readonly string[]): Counts {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** What was taken and refused, and the modules that `add` would have refused for their code. */
export function addTotals({taken, refused, runs}: Added) {
  const findings = runs.flatMap((ran) => (resultOf(ran) as AddResult | undefined)?.lint.findings ?? [])
  const wrong = findings.filter(({severity}) => severity === 'error')
  return {
    taken: taken.length,
    refused,
    refusedForCode: new Set(wrong.map(({module}) => module)).size,
    errorsByRule: countBy(wrong.map(({code}) => code)),
  }
}

/** The modules of a project, as `check` names them. */
export function keysOf(check: Ran): string[] {
  return ((resultOf(check) as CheckResult | undefined)?.modules ?? []).map(({module}) => module)
}

export function checkTotals(ran: Ran) {
  const check = resultOf(ran) as CheckResult | undefined
  if (check === undefined) return null
  const {total, errors, warnings, notes, modules, problems} = check
  return {
    total,
    ...{errors, warnings, notes},
    verdicts: countBy(modules.map(({verdict}) => verdict)),
    errorsByKind: countBy(errorsIn(problems).map(({kind}) => kind)),
  }
}

function errorsIn(problems: readonly Problem[]): Problem[] {
  return problems.filter(({severity}) => severity === 'error')
}

export function depsTotals(ran: Ran) {
  const libraries = (resultOf(ran) as DepsResult | undefined)?.libraries
  if (libraries === undefined) return null
  const missing = libraries.filter(({by}) => by === 'missing')
  return {
    ...countBy(libraries.map(({by}) => by)),
    names: missing.map(
      ({library, optional, neededBy}) => `${library}${optional ? ' (optional)' : ''}: ${neededBy.join(', ')}`,
    ),
  }
}

export function optionTotals(ran: Ran) {
  const modules = (resultOf(ran) as OptionsResult | undefined)?.modules
  if (modules === undefined) return null
  return {
    modules: modules.length,
    options: modules.reduce((sum, {options}) => sum + options.length, 0),
    placements: countBy(modules.map(({placement}) => placement?.where ?? 'unknown')),
  }
}

export function identifyTotals(ran: Ran) {
  const found = resultOf(ran) as IdentifyResult | undefined
  if (found === undefined) return null
  return {
    files: found.files,
    trees: found.trees.map(
      ({source, version, complete}) => `${source} ${version}${complete ? '' : ' in part'}`,
    ),
    states: countBy(
      found.modules.map(({module, state}) => `${module?.replace(/\/.*/, '') ?? 'nobody'} ${state}`),
    ),
  }
}

/** What Prosody did with each module, beside what `check` said of it without. */
export function bootTotals(ran: Ran, before: Ran) {
  const check = resultOf(ran) as CheckResult | undefined
  const told = resultOf(before) as CheckResult | undefined
  if (check === undefined || check.boot === null || told === undefined) return null
  const broken = brokenIn(told)
  const rows = check.boot.modules.map((one) => ({
    one,
    errors: broken.has(one.module) ? errorsIn(told.problems).filter((error) => isAbout(error, one)) : [],
  }))
  const loaded = rows.filter(({one}) => one.loaded)
  const not = rows.filter(({one}) => !one.loaded)
  return {
    prosody: check.boot.prosody.version,
    loaded: loaded.length,
    notLoaded: not.length,
    toldBefore: not.filter(({errors}) => errors.length > 0).length,
    /** To be read one by one: an error that Prosody does not confirm may be wrong. */
    errorYetLoaded: loaded
      .filter(({errors}) => errors.length > 0)
      .map(({one, errors}) => ({module: one.module, errors: errors.map(wordsOf), log: one.log.slice(0, 3)})),
    notToldBefore: not
      .filter(({errors}) => errors.length === 0)
      .map(({one}) => ({module: one.module, reason: one.reason, hint: one.hint})),
  }
}

/** The modules that `check` says cannot work, those of trees one by one. */
function brokenIn({modules}: CheckResult): ReadonlySet<string> {
  const broken = modules.flatMap(({module, verdict, parts}) => {
    if (parts !== null) return parts.filter(({works}) => !works).map((part) => part.module)
    return verdict === 'cannot-work' ? [module] : []
  })
  return new Set(broken)
}

/** Of a tree's module also what is wrong with a library that several load. */
function isAbout({module, part}: Problem, one: BootedModule): boolean {
  return part === null ? module === one.module || module?.endsWith('/*') === true : part === one.module
}

function wordsOf({kind, path, line, message}: Problem): string {
  return `${kind} ${path ?? ''}:${String(line ?? '')}: ${message}`
}
