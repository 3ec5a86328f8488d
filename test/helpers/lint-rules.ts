import {checkRules} from '../../src/lint/rules/index.ts'
import type {RuleFinding, RuleReport} from '../../src/lint/rules/rule-report.ts'
import {settle} from '../../src/lint/rules/settle.ts'
import type {RuleSettings} from '../../src/lint/rules/types.ts'
import {SourceText} from '../../src/lint/source/text.ts'
import {readSyntax} from '../../src/lua/syntax.ts'
import {targetOf} from '../../src/workbench/lint-target.ts'
import {embeddedRegistry} from '../../src/registry/registry.ts'

export interface RuleCase {
  readonly line?: string
  readonly lua?: string | undefined
  readonly module?: string | undefined
  readonly settings?: RuleSettings
  /** The text of what module:require gives. */
  readonly library?: (name: string) => Buffer | string | undefined
}

/** What the rules about Prosody find in one file, beside the libraries that it asks for. Throws where one is no Lua. */
export function lintRules(bytes: Buffer | string, about: RuleCase = {}): RuleFinding[] {
  const {line = '13.0', lua, module = 'fixture', settings = {}, library = () => undefined} = about
  const target = targetOf(line, lua, embeddedRegistry())
  if (target === undefined) throw new Error(`the registry knows no Prosody ${line}`)
  const report = (text: Buffer | string, main: string | undefined): RuleReport => {
    const read = readSyntax(Buffer.from(text))
    if (read.problem !== undefined) throw new Error(read.problem.message)
    const job = {target, settings, module: main, isModule: true}
    return checkRules(read.syntax, new SourceText(read.syntax.source), job)
  }
  const own = report(bytes, module)
  const libraries = own.asks.flatMap((name) => {
    const text = library(name)
    return text === undefined
      ? []
      : [{path: `mod_${module}/${name}.lib.lua`, report: report(text, undefined)}]
  })
  return (
    settle([{path: `mod_${module}/mod_${module}.lua`, report: own}], {
      others: libraries,
      libraryAt: (_, name) => libraries.find(({path}) => path.endsWith(`/${name}.lib.lua`))?.path,
    })[0] ?? []
  )
}
