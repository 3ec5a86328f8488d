import {docsFolder} from '../docs-page.ts'
import {ownValue} from '../own-value.ts'
import {readPackageFile} from '../package-files.ts'
import {out as pc, ownColours} from './colours.ts'

/** For which the build has laid help out. */
const columns = 80

/**
 * Returns the help on a command or topic, or on the program (''), as the build has laid it out; undefined where the
 * terminal is too narrow for it, or another width is asked for.
 * @param version of the program and of what it runs on
 */
export function renderHelp(subject: string, version: string): string | undefined {
  const {stdout, env} = process
  if (env['OCLIF_COLUMNS'] !== undefined || (stdout.isTTY && stdout.columns < columns)) return undefined
  const texts = JSON.parse(readPackageFile('dist/help.json').toString()) as Record<string, string>
  const text = ownValue(texts, subject)
  return text === undefined ? undefined : ownColours(text.replace('{version}', version))
}

/**
 * Writes what ends every help: where the pages lie that it names as `docs/…`, since help itself is made for all
 * machines.
 */
export function renderDocumentation(): string {
  return `${pc.bold('DOCUMENTATION')}\n  ${docsFolder()}\n\n`
}
