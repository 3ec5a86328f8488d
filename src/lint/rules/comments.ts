import type * as Ast from 'luaparse'
import {isRuleId, type RuleId} from './ids.ts'
import type {Code} from './code.ts'
import {startOf, endOf} from '../places.ts'
import type {Rule} from './types.ts'

/** A comment `-- prosody-mods: ignore <rule>, …` or `-- prosody-mods: ignore-file <rule>, …`. */
interface Directive {
  readonly comment: Ast.Comment
  readonly rules: readonly RuleId[]
  /** The line on which it holds, from 1; undefined for all. */
  readonly line: number | undefined
  readonly problems: readonly string[]
}

/** What comments in a file switch off. */
export interface Ignored {
  /** Whether findings of a rule on a line, from 1, are left out. */
  has(rule: RuleId, line: number): boolean
}

export function ignoredIn(code: Code): Ignored {
  const all = directivesIn(code)
  return {
    has: (rule, line) => all.some((one) => one.rules.includes(rule) && (one.line ?? line) === line),
  }
}

export const inlineComment: Rule = {
  summary: 'a comment for prosody-mods that says nothing which it understands',
  standard: 'warning',
  check(code, _, say) {
    for (const {comment, problems} of directivesIn(code))
      for (const message of problems)
        say({start: startOf(comment), end: endOf(comment)}, {severity: 'warning', message})
  },
}

function directivesIn({syntax: {comments, source}}: Code): Directive[] {
  return comments.flatMap((comment) => {
    const text = /^\s*prosody-mods:(.*)$/s.exec(comment.value)?.[1]
    return text === undefined ? [] : [directiveOf(comment, text.trim(), source)]
  })
}

function directiveOf(comment: Ast.Comment, text: string, source: string): Directive {
  const [, verb = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(text) ?? []
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
  return {comment, rules, line: verb === 'ignore' ? lineMeant(comment, source) : undefined, problems}
}

/** A comment behind code is about that line, one by itself about the next. */
function lineMeant(comment: Ast.Comment, source: string): number {
  const before = source.slice(0, startOf(comment))
  const isAlone = /(?:^|[\r\n])[ \t]*$/.test(before.slice(-200))
  const line = comment.loc?.start.line ?? 1
  return isAlone ? (comment.loc?.end.line ?? line) + 1 : line
}
