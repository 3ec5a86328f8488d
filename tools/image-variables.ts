/** Writes docs/reference/image-variables.md from the tables that images read their environment by. */
import {writeFileSync} from 'node:fs'
import {variablesPage} from './variables-page.ts'

writeFileSync(new URL('../docs/reference/image-variables.md', import.meta.url), await variablesPage())
