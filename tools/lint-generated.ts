/**
 * Compares our linter with luacheck over made-up programs:
 * `tsx tools/lint-generated.ts <first seed> <count> [<option case> | broken]`.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {brokenProgram, luaProgram} from '../test/helpers/lua-programs.ts'
import {optionCases, ownRows, realRows} from '../test/helpers/luacheck.ts'

const [first = '1', count = '300', option = 'default'] = process.argv.slice(2)
const {args, options} = optionCases.find(({name}) => name === option) ?? {args: [], options: {}}
const folder = mkdtempSync(join(tmpdir(), 'lint-generated-'))
const files: string[] = []
for (let seed = Number(first); seed < Number(first) + Number(count); seed += 1) {
  const file = join(folder, `${seed}.lua`)
  writeFileSync(file, option === 'broken' ? brokenProgram(seed) : luaProgram(seed))
  files.push(file)
}
const real = new Set(await realRows(files, args))
const own = new Set(ownRows(files, options))
const missing = [...real].filter((row) => !own.has(row))
const extra = [...own].filter((row) => !real.has(row))
for (const row of missing.slice(0, 40)) console.log(`- ${row}`)
for (const row of extra.slice(0, 40)) console.log(`+ ${row}`)
console.log(`${files.length} programs, ${real.size} rows, ${missing.length} missing, ${extra.length} extra`)
const broken = [...own].filter((row) => row.includes('(E011)')).length
console.log(`${broken} do not parse`)
if (missing.length + extra.length === 0) rmSync(folder, {recursive: true})
process.exitCode = missing.length + extra.length === 0 ? 0 : 1
