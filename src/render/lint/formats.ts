import {packageJson} from '../../package-files.ts'
import {jsonText} from '../../plain-text.ts'
import {renderGithub} from './github.ts'
import {renderLuacheck} from './luacheck.ts'
import type {Folders} from './paths.ts'
import {renderSarif} from './sarif.ts'
import {renderLint, type LintView} from './text.ts'

/** Where the output goes. */
export interface Sink {
  readonly folders: Folders
  /** How many columns the terminal has; undefined where there is none. */
  readonly columns: number | undefined
}

/** Ways to print what lint gives, each by the name that `--format` takes. */
export const lintFormats: Readonly<Record<string, (view: LintView, sink: Sink) => string>> = {
  text: (view, sink) => diffsOf(view) + renderLint(view, sink.columns),
  json: (view) => `${jsonText(lintDocument(view), 2)}\n`,
  sarif: (view, {folders}) => renderSarif(view, folders, packageJson()),
  github: (view, {folders}) => renderGithub(view, folders),
  luacheck: renderLuacheck,
}

/** Returns the result of lint in its documented shape. */
export function lintDocument(view: LintView): object {
  const {files, errors, warnings, notes, fixed, target, findings, config} = view
  return {files, errors, warnings, notes, fixed, target, findings, config}
}

function diffsOf({fixed}: LintView): string {
  const diffs = (fixed?.files ?? []).map(({diff = ''}) => diff).filter((diff) => diff !== '')
  return diffs.length === 0 ? '' : `${diffs.join('')}\n`
}
