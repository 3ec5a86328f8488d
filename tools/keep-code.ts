/**
 * Runs lines of one command in one process and keeps what V8 has compiled for them all: tsx keep-code.ts <command>
 * <lines as JSON>. The command stands where a user's stands, by which dist/load.js knows where to keep it.
 */
import {createRequire} from 'node:module'
import type * as loader from '../src/load.ts'
import type * as program from '../src/main.ts'
import type {Line} from './build-code.ts'

const lines = JSON.parse(process.argv[3] ?? '[]') as readonly Line[]
const {load, keepCode} = createRequire(import.meta.url)('../dist/load.js') as typeof loader
const {main} = load('main.js') as typeof program
for (const [words, expected = 0] of lines) {
  const exitCode = await main(words)
  if (exitCode !== expected) throw new Error(`${words.join(' ')} ended with ${exitCode}`)
}
// Those that this was started with are not V8's.
keepCode(false)
