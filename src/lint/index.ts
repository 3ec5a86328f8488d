import {check, tooDeep} from './check.ts'
import {nothingFound, resolveFindings, type FileResult, type Finding} from './finding.ts'
import {OptionCache} from './options/option-cache.ts'
import type {OptionSet} from './options/options.ts'
import {applyOptions} from './report.ts'
import {checkRules, type RuleJob} from './rules/index.ts'
import type {Standard} from './options/standards.ts'

/** What luacheck's rules are applied with. */
export interface LintOptions {
  /** Sets of options, of which later ones are right. */
  readonly layers: readonly OptionSet[]
  /** Standards besides luacheck's own, by name. */
  readonly standards?: ReadonlyMap<string, Standard>
}

/** Finds what luacheck 1.1.0 finds in a file, in its order. Throws CONFIG_INVALID for options that make no sense. */
export function lintFile(bytes: Buffer, options: LintOptions): readonly Finding[] {
  return lintFiles([{bytes, layers: options.layers}], options.standards)[0] ?? []
}

/** A file, and what it is to be looked at for. */
export interface FileToLint {
  readonly bytes: Buffer
  /** Options of luacheck's rules; undefined where these are not applied. */
  readonly layers: readonly OptionSet[] | undefined
  /** What the rules about Prosody are applied with; undefined where they are not. */
  readonly rules?: RuleJob | undefined
}

/** Finds what is wrong in each of several files, in one thread and without a cache. */
export function lintFiles(
  files: readonly FileToLint[],
  standards: ReadonlyMap<string, Standard> = new Map(),
): (readonly Finding[])[] {
  const options = new OptionCache(standards)
  return resolveFindings(files.map((file) => lintAlone(file, options)))
}

/** Finds what a file comes to by itself, before others are looked at. */
export function lintAlone({bytes, layers, rules}: FileToLint, options: OptionCache): FileResult {
  const report = check(bytes, {luacheck: layers !== undefined, rules: rules !== undefined})
  const result =
    layers === undefined && report.problem === undefined
      ? nothingFound
      : applyOptions(report, layers ?? [], options)
  const {syntax, text} = report
  if (rules === undefined || syntax === undefined) return result
  try {
    return {...result, rules: checkRules(syntax, text, rules)}
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return applyOptions(tooDeep(text), layers ?? [], options)
  }
}
