import {mainOf} from '../../module-name.ts'
import {isOfModule, isTestFile} from '../../prosody/module-files.ts'
import type {Syntax} from '../../lua/syntax.ts'
import {SourceText} from '../source/text.ts'
import {checkRules, emptyReport, type RuleReport} from './index.ts'
import type {Target} from './target.ts'
import type {RuleSettings} from './types.ts'

/**
 * What the rules about Prosody are applied with to a file; it is plain data, since it belongs to what is asked of a
 * file, and goes into digests.
 */
export interface FileRules {
  readonly target: Target
  readonly settings: RuleSettings
  /** Whether every file is taken for part of a module, whatever its name. */
  readonly inModule: boolean
}

/**
 * Tells what the rules about Prosody say of a file by itself; nothing of code that is nested too deeply to go through.
 */
export function reportOn(syntax: Syntax, path: string, {target, settings, inModule}: FileRules): RuleReport {
  if (isTestFile(path)) return emptyReport
  try {
    return checkRules(syntax, new SourceText(syntax.source), {
      target,
      settings,
      module: mainOf(path),
      isModule: inModule || isOfModule(path),
    })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return emptyReport
  }
}
