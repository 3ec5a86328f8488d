import {checkRules, type RuleFinding} from '../../src/lint/rules/index.ts'
import {settle} from '../../src/lint/rules/settle.ts'
import type {RuleSettings} from '../../src/lint/rules/types.ts'
import {SourceText} from '../../src/lint/text.ts'
import {readSyntax} from '../../src/lua/syntax.ts'
import {targetOf} from '../../src/operations/lint-target.ts'
import {embeddedRegistry} from '../../src/registry/registry.ts'

export interface RuleCase {
  readonly line?: string
  readonly lua?: string | undefined
  readonly module?: string | undefined
  readonly settings?: RuleSettings
  readonly ships?: (library: string) => boolean
}

/** What the rules about Prosody find in one file by itself. Throws where it is no Lua. */
export function lintRules(bytes: Buffer | string, about: RuleCase = {}): RuleFinding[] {
  const {line = '13.0', lua, module = 'fixture', settings = {}, ships = () => false} = about
  const read = readSyntax(Buffer.from(bytes))
  if (read.problem !== undefined) throw new Error(read.problem.message)
  const target = targetOf(line, lua, embeddedRegistry())
  if (target === undefined) throw new Error(`the registry knows no Prosody ${line}`)
  const job = {target, settings, module, isModule: true}
  const report = checkRules(read.syntax, new SourceText(read.syntax.source), job)
  const path = `mod_${module}/mod_${module}.lua`
  return settle([{path, report}], {others: [], ships: (_, library) => ships(library)})[0] ?? []
}
