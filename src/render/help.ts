import {docsFolder} from '../docs-page.ts'
import {out as pc} from './colours.ts'

/**
 * Writes what ends every help: where the pages lie that it names as `docs/…`, since help itself is made for all
 * machines.
 */
export function renderDocumentation(): string {
  return `${pc.bold('DOCUMENTATION')}\n  ${docsFolder()}\n\n`
}
