import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {FactsFile, factsMagic, openFacts} from '../../../src/registry/facts-file.ts'
import {factsBytes, type FactsLine} from '../../../tools/registry/facts/write-facts.ts'
import {sha256Like} from '../../helpers/digest.ts'
import {scratchFolder} from '../../helpers/scratch.ts'

const about = {analysis: 7, targets: ['a', 'b']}
const lines: readonly FactsLine[] = ['c3', '01', 'ff', '7e'].map((digits, index) => ({
  sha256: sha256Like(digits),
  history: index < 2 ? 'mod_a.lua' : 'mod_b.lua',
  line: JSON.stringify({'': {facts: {xeps: [`XEP-000${index}`]}}}),
}))

it('finds the line of each file by its digest, and none of another', () => {
  const file = new FactsFile(factsBytes(lines, about))
  expect(file.header).toMatchObject({...about, files: 4, blocks: 2})
  expect(lines.map(({sha256}) => file.line(sha256))).toEqual(lines.map(({line}) => line))
  for (const other of ['00', 'c4', '7d']) expect(file.line(sha256Like(other))).toBeUndefined()
})

it('lists what it has in the order of digests', () => {
  const keys = [...new FactsFile(factsBytes(lines, about)).entries()].map(([key]) => key.slice(0, 2))
  expect(keys).toEqual(['01', '7e', 'c3', 'ff'])
})

it('gives the same bytes for the same lines', () => {
  expect(factsBytes(lines, about).equals(factsBytes(lines, about))).toBe(true)
})

it('begins a new block where one has grown long, and finds what lies in each', () => {
  const long = Array.from({length: 40}, (_, index) => ({
    sha256: sha256Like(index.toString(16).padStart(2, '0')),
    history: 'mod_a.lua',
    line: JSON.stringify({text: `${index} `.repeat(3000)}),
  }))
  const file = new FactsFile(factsBytes(long, about))
  expect(file.header.blocks).toBeGreaterThan(2)
  expect(long.map(({sha256}) => file.line(sha256))).toEqual(long.map(({line}) => line))
})

it('answers nothing out of a damaged block, and the rest as before', () => {
  const bytes = factsBytes(lines, about)
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  const file = new FactsFile(bytes)
  expect(lines.map(({sha256}) => file.line(sha256))).toEqual([
    lines[0]?.line,
    lines[1]?.line,
    undefined,
    undefined,
  ])
})

it('says what is wrong with a file that can not be used', async () => {
  const folder = await scratchFolder()
  const bytes = factsBytes(lines, about)
  const at = factsMagic.length + 4
  const header = bytes.readUInt32BE(factsMagic.length)
  const damaged = Buffer.from(bytes)
  damaged[at + header] = (damaged[at + header] ?? 0) ^ 1
  const noHeader = Buffer.from(bytes)
  noHeader.write('[]', at)
  const files: readonly (readonly [string, Buffer | string, RegExp])[] = [
    ['empty', '', /^it does not begin as a file of facts does$/],
    ['text', '{"analysis": 1, "more": true}', /^it does not begin as a file of facts does$/],
    ['tables', damaged, /^its tables are damaged$/],
    ['header', noHeader, /JSON/],
    ['cut', bytes.subarray(0, at + header + 30), /^its tables are damaged$/],
  ]
  for (const [name, content, problem] of files) {
    writeFileSync(join(folder, name), content)
    expect(openFacts(() => readFileSync(join(folder, name))).problem, name).toMatch(problem)
  }
  expect(openFacts(() => readFileSync(join(folder, 'none'))).problem).toBe('the file is missing')
  expect(openFacts(() => readFileSync(folder)).problem).toMatch(/EISDIR/)
})
