import type {Syntax} from '../../lua/syntax.ts'
import {SourceText} from '../source/text.ts'
import {applyRules} from './index.ts'
import {emptyReport, type RuleReport} from './rule-report.ts'
import type {Target} from './target.ts'

/**
 * Tells what the rules about Prosody say of a file of a module by itself, whatever their settings (`withSettings`);
 * nothing of code that is nested too deeply to go through.
 * @param module the name of the module whose main file it is; undefined for a library
 */
export function reportOn(syntax: Syntax, module: string | undefined, target: Target): RuleReport {
  try {
    return applyRules(syntax, new SourceText(syntax.source), {target, module, isModule: true})
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return emptyReport
  }
}
