import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {packageFolder} from '../package-folder.ts'
import {visible} from './common.ts'
import {renderGithub} from './lint-github.ts'
import {renderLuacheck} from './lint-luacheck.ts'
import type {Folders} from './lint-paths.ts'
import {renderSarif, type Tool} from './lint-sarif.ts'
import {renderLint, type LintView} from './lint.ts'

/** Where the output goes. */
export interface Sink {
  readonly folders: Folders
  readonly isTerminal: boolean
  /** Of the terminal; undefined where there is none. */
  readonly columns: number | undefined
}

/** Ways to print what lint gives. */
export const lintFormats: Readonly<Record<string, (view: LintView, sink: Sink) => string>> = {
  text: (view, sink) => diffsOf(view, sink) + renderLint(view, sink.columns),
  json: (view) => `${JSON.stringify(lintDocument(view), undefined, 2)}\n`,
  sarif: (view, {folders}) => renderSarif(view, folders, thisTool()),
  github: (view, {folders}) => renderGithub(view, folders),
  luacheck: renderLuacheck,
}

/** The documented shape. */
export function lintDocument(view: LintView): object {
  const {files, errors, warnings, notes, fixed, target, findings, config} = view
  return {files, errors, warnings, notes, fixed, target, findings, config}
}

/** As they are, for `patch`, unless a terminal gets to see them. */
function diffsOf({fixed}: LintView, {isTerminal}: Sink): string {
  const diffs = (fixed?.files ?? []).map(({diff = ''}) => diff).filter((diff) => diff !== '')
  if (diffs.length === 0) return ''
  const text = `${diffs.join('')}\n`
  return isTerminal ? visible(text.replaceAll('\r\n', '\n')) : text
}

function thisTool(): Tool {
  return JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as Tool
}
