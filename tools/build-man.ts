/** Writes dist/prosody-mods.1, the manual page, which is made of what help is made of. */
import {writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {manualPage} from './man/page.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
writeFileSync(`${root}dist/prosody-mods.1`, manualPage(root))
