import type {Syntax} from '../../lua/syntax.ts'
import type {Fix} from '../fix.ts'
import type {SourceText} from '../source/text.ts'
import {blockingCall} from './blocking-call.ts'
import {Code} from './code.ts'
import {ignoredIn, inlineComment} from './comments.ts'
import {deprecatedApi} from './deprecated-api.ts'
import {deprecatedOption} from './deprecated-option.ts'
import {eventsFired, globalsSet, librariesAsked, membersGiven, methodsAdded, namesUsed} from './gives.ts'
import type {When} from './functions.ts'
import type {RuleId} from './ids.ts'
import {luaVersion} from './lua-version.ts'
import {missingFile} from './missing-file.ts'
import {refusedArgument} from './refused-argument.ts'
import {requireInHandler} from './require-in-handler.ts'
import {shadowsCore} from './shadows-core.ts'
import {sharedWrite} from './shared-write.ts'
import {knownOf, type Target} from './target.ts'
import {severities, type Rule, type RuleSettings, type Severity} from './types.ts'
import {type Pending} from './pending.ts'
import {unknownEvent} from './unknown-event.ts'
import {unknownGlobal} from './unknown-global.ts'
import {unknownLibrary} from './unknown-library.ts'
import {unknownMember} from './unknown-member.ts'
import {unknownMethod} from './unknown-method.ts'
import {unmetMetadata} from './unmet-metadata.ts'

/** All rules about Prosody, each by its id. */
export const rules = {
  'blocking-call': blockingCall,
  'deprecated-api': deprecatedApi,
  'deprecated-option': deprecatedOption,
  'inline-comment': inlineComment,
  'lua-version': luaVersion,
  'missing-file': missingFile,
  'refused-argument': refusedArgument,
  'require-in-handler': requireInHandler,
  'shadows-core': shadowsCore,
  'shared-write': sharedWrite,
  'unknown-event': unknownEvent,
  'unknown-global': unknownGlobal,
  'unknown-library': unknownLibrary,
  'unknown-member': unknownMember,
  'unknown-method': unknownMethod,
  'unmet-metadata': unmetMetadata,
} satisfies Record<RuleId, Rule>

/**
 * Something that a rule about Prosody found in a file, as plain data, as findings of a cache are. Lines and columns
 * from 1, in characters where the file is UTF-8.
 */
export interface RuleFinding {
  readonly rule: RuleId
  readonly severity: Severity
  readonly line: number
  readonly column: number
  readonly endColumn: number
  readonly message: string
  readonly hint?: string
  /** Byte offsets behind a byte order mark. */
  readonly fix?: Fix
  /** What other files may say so that the finding does not hold. */
  readonly pending?: Pending
}

/** What the rules about Prosody are applied with to one file. */
export interface RuleJob {
  readonly target: Target
  readonly settings: RuleSettings
  /** The name of the module whose main file it is. */
  readonly module: string | undefined
  /** Whether the file's name or place tells that it is part of a module; else its code has to. */
  readonly isModule: boolean
}

/** What the rules say of a file, and what the file has that others may count on. */
export interface RuleReport {
  /** In the order of lines. */
  readonly findings: readonly RuleFinding[]
  /** Global variables that the file sets. */
  readonly globals: readonly string[]
  /** Events that the file fires; `*` stands for what is computed. */
  readonly fires: readonly string[]
  /** Methods that the file adds to `module` for all modules. */
  readonly methods: readonly string[]
  /** What the file asks module:require for. */
  readonly asks: readonly string[]
  /** Names by which the file calls what is none of Prosody's or Lua's own, and when at the latest. */
  readonly uses: Readonly<Record<string, When>>
  /** Fields of the table that the file returns; null where they can't all be known. */
  readonly gives: readonly string[] | null
}

/** The report on a file that nothing is found in. */
export const emptyReport: RuleReport = {
  findings: [],
  globals: [],
  fires: [],
  methods: [],
  asks: [],
  uses: {},
  gives: null,
}

/**
 * Applies the rules about Prosody to a file that is part of a module. Throws RangeError where the tree is too deep.
 * @param text of the file, to tell lines and columns
 */
export function checkRules(syntax: Syntax, text: SourceText, job: RuleJob): RuleReport {
  const code = new Code(syntax, text, job.module)
  if (code.isTest || (!job.isModule && !code.usesModule)) return emptyReport
  return {
    findings: findingsIn(code, text, job),
    globals: globalsSet(code),
    fires: eventsFired(code),
    methods: methodsAdded(code),
    asks: librariesAsked(code),
    uses: namesUsed(code),
    gives: membersGiven(code),
  }
}

function findingsIn(code: Code, text: SourceText, job: RuleJob): RuleFinding[] {
  const known = knownOf(job.target)
  const ignored = ignoredIn(code)
  const findings: RuleFinding[] = []
  for (const id of Object.keys(rules) as RuleId[]) {
    const rule: Rule = rules[id]
    const setting = job.settings[id] ?? rule.standard
    if (setting === 'off') continue
    rule.check(code, known, (at, {severity, ...said}) => {
      const line = text.lineAt(at.start)
      if (ignored.has(id, line)) return
      findings.push({
        rule: id,
        severity: job.settings[id] === undefined ? severity : atMost(severity, setting),
        line,
        column: text.column(line, at.start),
        endColumn: text.endColumn(line, at.end),
        ...said,
      })
    })
  }
  return findings.sort((a, b) => a.line - b.line || a.column - b.column || (a.rule < b.rule ? -1 : 1))
}

/** A rule that is set to error makes errors of all that it finds; one that is set lower never more than that. */
function atMost(severity: Severity, setting: Severity): Severity {
  if (setting === 'error') return setting
  return severities.indexOf(severity) < severities.indexOf(setting) ? setting : severity
}
