import type {Syntax} from '../../lua/syntax.ts'
import type {SourceText} from '../source/text.ts'
import {blockingCall} from './blocking-call.ts'
import {Code} from './code.ts'
import {ignoredIn, inlineComment} from './comments.ts'
import {deprecatedApi} from './deprecated-api.ts'
import {deprecatedOption} from './deprecated-option.ts'
import {eventsFired, globalsSet, librariesAsked, membersGiven, methodsAdded, namesUsed} from './gives.ts'
import type {RuleId} from './ids.ts'
import {luaVersion} from './lua-version.ts'
import {missingFile} from './missing-file.ts'
import {refusedArgument} from './refused-argument.ts'
import {emptyReport, type RuleFinding, type RuleReport} from './rule-report.ts'
import {requireInHandler} from './require-in-handler.ts'
import {shadowsCore} from './shadows-core.ts'
import {sharedWrite} from './shared-write.ts'
import {knownOf, type Target} from './target.ts'
import {withSettings} from './settings.ts'
import type {Rule, RuleSettings} from './types.ts'
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

/** What the rules about Prosody are applied with to one file. */
export interface RuleJob {
  readonly target: Target
  readonly settings: RuleSettings
  /** The name of the module whose main file it is. */
  readonly module: string | undefined
  /** Whether the file's name or place tells that it is part of a module; else its code has to. */
  readonly isModule: boolean
}

/**
 * Applies the rules about Prosody to a file that is part of a module. Throws RangeError where the tree is too deep.
 * @param text of the file, to tell lines and columns
 */
export function checkRules(syntax: Syntax, text: SourceText, job: RuleJob): RuleReport {
  return withSettings(applyRules(syntax, text, job), job.settings)
}

/**
 * Applies every rule about Prosody, those that are off too: what is found counts as the rule says, and settings are
 * left to `withSettings`. Throws RangeError where the tree is too deep.
 * @param text of the file, to tell lines and columns
 */
export function applyRules(
  syntax: Syntax,
  text: SourceText,
  job: Pick<RuleJob, 'target' | 'module' | 'isModule'>,
): RuleReport {
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

function findingsIn(code: Code, text: SourceText, {target}: Pick<RuleJob, 'target'>): RuleFinding[] {
  const known = knownOf(target)
  const ignored = ignoredIn(code)
  const findings: RuleFinding[] = []
  for (const id of Object.keys(rules) as RuleId[]) {
    rules[id].check(code, known, (at, {severity, ...said}) => {
      const line = text.lineAt(at.start)
      if (ignored.has(id, line)) return
      findings.push({
        rule: id,
        severity,
        line,
        column: text.column(line, at.start),
        endColumn: text.endColumn(line, at.end),
        ...said,
      })
    })
  }
  return findings.sort((a, b) => a.line - b.line || a.column - b.column || (a.rule < b.rule ? -1 : 1))
}
