import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {lintFile} from '../../../src/lint/index.ts'
import {brokenProgram, luaProgram} from '../../helpers/lua-programs.ts'
import {optionCases, ownRows, realRows} from '../../helpers/luacheck.ts'

const fixtures = join(import.meta.dirname, '../../../fixtures/lint')

/** Every code of luacheck 1.1.0 but 033, which luaparse can't read (docs/lint.md); 011 stops a file, so broken programs have it. */
const codes = [
  ...['021', '022', '023', '111', '112', '113', '121', '122', '131', '142', '143'],
  ...['211', '212', '213', '214', '221', '231', '232', '233', '241', '311', '312', '313', '314'],
  ...['321', '331', '341', '411', '412', '413', '421', '422', '423', '431', '432', '433'],
  ...['511', '512', '521', '531', '532', '541', '542', '551', '561', '571', '581', '582'],
  ...['611', '612', '613', '614', '621', '631'],
]

function luaFilesIn(folder: string): string[] {
  const names = readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter((name) =>
    name.endsWith('.lua'),
  )
  return names.sort().map((name) => join(folder, name))
}

describe('rows equal those of luacheck', () => {
  const fixtureFiles = luaFilesIn(fixtures)
  const seen = new Set<string>()

  test.each(optionCases)('over our own fixtures: $name', async ({args, options}) => {
    const rows = await realRows(fixtureFiles, args)
    for (const row of rows) seen.add(/\([EW](\d+)\)/.exec(row)?.[1] ?? '')
    expect(ownRows(fixtureFiles, options)).toEqual(rows)
  })

  test('which have every code', () => {
    expect([...seen].sort()).toEqual([...codes].sort())
  })

  describe('over programs made up by a seed', () => {
    const files: string[] = []
    const broken: string[] = []
    let folder = ''

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'prosody-mods-test-'))
      for (let seed = 1; seed <= 400; seed += 1) {
        const file = join(folder, `${seed}.lua`)
        writeFileSync(file, luaProgram(seed))
        files.push(file)
        const other = join(folder, `broken-${seed}.lua`)
        writeFileSync(other, brokenProgram(seed))
        broken.push(other)
      }
    })

    afterAll(() => {
      rmSync(folder, {recursive: true})
    })

    test('all of which are valid', () => {
      for (const file of files) {
        const found = lintFile(readFileSync(file), {layers: []})
        expect(found.filter(({code}) => code === '011')).toEqual([])
      }
    })

    test('damaged at one place', async () => {
      const rows = await realRows(broken, [])
      expect(rows.filter((row) => row.includes('(E011)')).length).toBeGreaterThan(200)
      expect(ownRows(broken, {})).toEqual(rows)
    })

    test.each(optionCases.filter(({name}) => ['default', 'std none', 'module', 'complexity'].includes(name)))(
      '$name',
      async ({args, options}) => {
        expect(ownRows(files, options)).toEqual(await realRows(files, args))
      },
    )
  })

  test.each(
    optionCases.filter(({name}) => ['default', 'std lua54', 'defined top', 'length 80'].includes(name)),
  )(
    'over the sources of the Prosody that is installed: $name',
    {timeout: 300_000},
    async ({args, options}) => {
      const files = luaFilesIn('/usr/lib/prosody')
      expect(files.length).toBeGreaterThan(200)
      expect(ownRows(files, options)).toEqual(await realRows(files, args))
    },
  )
})
