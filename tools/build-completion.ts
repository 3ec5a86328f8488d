/**
 * Writes dist/completion.json: the scripts by which shells complete prosody-mods, which `prosody-mods completion` prints.
 * What they are made of is known when the package is built.
 */
import {writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {bashCompletion} from './completion/bash.ts'
import {shellData} from './completion/data.ts'
import {fishCompletion} from './completion/fish.ts'
import {zshCompletion} from './completion/zsh.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const data = shellData(root)
const scripts = {bash: bashCompletion(data), zsh: zshCompletion(data), fish: fishCompletion(data)}
writeFileSync(`${root}dist/completion.json`, JSON.stringify(scripts))
