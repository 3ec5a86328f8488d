/**
 * Compares our linter with the luacheck that is installed: `tsx tools/lint-parity.ts [--all-options] <file or folder>…`.
 * Prints how many rows agree, the rows that only one of both has, and how long each took.
 */
import {readdirSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {optionCases, ownRows, realRows} from '../test/helpers/luacheck.ts'

const shown = 40
const args = process.argv.slice(2)
const everyOption = args.includes('--all-options')
const files = args.filter((arg) => !arg.startsWith('--')).flatMap((path) => luaFilesIn(path))

let different = 0
for (const {name, args: flags, options} of everyOption ? optionCases : optionCases.slice(0, 1)) {
  const start = performance.now()
  const real = await realRows(files, flags)
  const between = performance.now()
  const own = ownRows(files, options)
  const end = performance.now()
  const missing = without(real, own)
  const extra = without(own, real)
  different += missing.length + extra.length
  const times = `luacheck ${Math.round(between - start)} ms, ours ${Math.round(end - between)} ms in process`
  console.log(
    `${name}: ${files.length} files, ${real.length} rows, ${missing.length} missing, ${extra.length} extra; ${times}`,
  )
  for (const row of missing.slice(0, shown)) console.log(`  - ${row}`)
  for (const row of extra.slice(0, shown)) console.log(`  + ${row}`)
  if (missing.length + extra.length === 0 && real.join('\n') !== own.join('\n'))
    console.log('  the order differs')
}
process.exitCode = different === 0 ? 0 : 1

function luaFilesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  const names = readdirSync(path, {recursive: true, encoding: 'utf8'}).filter((name) => name.endsWith('.lua'))
  return names
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
    .sort()
}

/** Rows of one list that the other lacks; those given twice count twice. */
function without(rows: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>()
  for (const row of others) left.set(row, (left.get(row) ?? 0) + 1)
  return rows.filter((row) => {
    const count = left.get(row) ?? 0
    left.set(row, count - 1)
    return count <= 0
  })
}
