import {isOfModule, mainOf} from '../../lua/module-files.ts'
import {readSyntax} from '../../lua/syntax.ts'
import {SourceText} from '../text.ts'
import {checkRules, type RuleReport} from './index.ts'
import type {Target} from './target.ts'
import type {RuleSettings} from './types.ts'

export interface FileRules {
  readonly target: Target
  readonly settings: RuleSettings
  /** Whether every file is taken for part of a module, whatever its name. */
  readonly inModule: boolean
}

/** What the rules about Prosody say of a file by itself; undefined where it can't be read as Lua. */
export function ruleReport(
  {path, bytes}: {readonly path: string; readonly bytes: Buffer},
  {target, settings, inModule}: FileRules,
): RuleReport | undefined {
  const read = readSyntax(bytes)
  if (read.problem !== undefined) return undefined
  try {
    return checkRules(read.syntax, new SourceText(read.syntax.source), {
      target,
      settings,
      module: mainOf(path),
      isModule: inModule || isOfModule(path),
    })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return undefined
  }
}
