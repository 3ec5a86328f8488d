import type * as Ast from 'luaparse'
import {isRuleId, type RuleId} from './ids.ts'
import type {Code} from './code.ts'
import {startOf, endOf} from '../luacheck/places.ts'
import type {SourceText} from '../source/text.ts'
import type {Rule} from './types.ts'

/** A comment `-- prosody-mods: ignore <rule>, …` or `-- prosody-mods: ignore-file <rule>, …`. */
interface Directive {
  readonly comment: Ast.Comment
  readonly rules: readonly RuleId[]
  /** The line on which it holds, from 1; undefined for all. */
  readonly line: number | undefined
  readonly problems: readonly string[]
}

/** Tells whether the comments of a file have to be read at all. */
export function mayHaveDirectives(bytes: Buffer): boolean {
  return bytes.includes('prosody-mods:')
}

/** What comments in a file switch off. */
export interface Ignored {
  /** Tells whether findings of a rule on a line, from 1, are left out. */
  has(rule: RuleId, line: number): boolean
}

/** Reads which findings the comments of a file switch off. */
export function ignoredIn(code: Code): Ignored {
  const everywhere = new Set<RuleId>()
  const byLine = new Map<number, Set<RuleId>>()
  for (const {rules, line} of directivesIn(code)) {
    const set = line === undefined ? everywhere : (byLine.get(line) ?? new Set<RuleId>())
    for (const rule of rules) set.add(rule)
    if (line !== undefined) byLine.set(line, set)
  }
  return {has: (rule, line) => everywhere.has(rule) || byLine.get(line)?.has(rule) === true}
}

/** The rule `inline-comment`, which docs/lint/inline-comment.md describes. */
export const inlineComment: Rule = {
  check(code, _, say) {
    for (const {comment, problems} of directivesIn(code))
      for (const message of problems)
        say({start: startOf(comment), end: endOf(comment)}, {severity: 'warning', message})
  },
}

function directivesIn({syntax: {comments}, source}: Code): Directive[] {
  return comments.flatMap((comment) => {
    const said = /^\s*prosody-mods:(.*)$/s.exec(comment.value)?.[1]
    return said === undefined ? [] : [directiveOf(comment, said.trim(), source)]
  })
}

function directiveOf(comment: Ast.Comment, said: string, text: SourceText): Directive {
  const [, verb = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(said) ?? []
  if (verb !== 'ignore' && verb !== 'ignore-file') {
    return {comment, rules: [], line: 0, problems: [`"${verb}" is neither ignore nor ignore-file`]}
  }
  // What follows two dashes is for people.
  const names = rest
    .replace(/(?:^|\s)--.*$/s, '')
    .split(/[\s,]+/)
    .filter((name) => name !== '')
  const rules = names.filter(isRuleId)
  const problems = names.filter((name) => !isRuleId(name)).map((name) => `there is no rule "${name}"`)
  if (names.length === 0) problems.push(`${verb} needs the names of rules`)
  return {comment, rules, line: verb === 'ignore' ? lineMeant(comment, text) : undefined, problems}
}

/** A comment behind code is about that line, one by itself about the line behind it. */
function lineMeant(comment: Ast.Comment, text: SourceText): number {
  const line = text.lineAt(startOf(comment))
  const isAlone = /^[ \t]*$/.test(text.source.slice(text.startOf(line), startOf(comment)))
  return isAlone ? text.lineAt(endOf(comment) - 1) + 1 : line
}
