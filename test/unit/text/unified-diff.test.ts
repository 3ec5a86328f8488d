import {execFileSync} from 'node:child_process'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {unifiedDiff} from '../../../src/text/unified-diff.ts'
import {scratchFolder} from '../../helpers/scratch.ts'

/** What git makes of a text by a diff. */
async function applied(before: string, diff: string): Promise<string> {
  const folder = await scratchFolder()
  const path = join(folder, 'file')
  writeFileSync(path, before)
  execFileSync('git', ['apply', '--unidiff-zero', '-'], {cwd: folder, input: diff, stdio: 'pipe'})
  return readFileSync(path, 'utf8')
}

/** Lines that a diff takes away and puts in. */
const changed = (diff: string): string[] =>
  diff.split('\n').filter((line) => /^[-+]/.test(line) && !/^(?:---|\+\+\+) /.test(line))

describe('a unified diff', () => {
  it('keeps all lines that can stay, though others beside them are alike', () => {
    const before = 'FROM a\n\nRUN one\n\nRUN two\n\nCOPY x /\n\nEXPOSE 1\n\nVOLUME y\n'
    const after = 'FROM a\n\nCOPY z /\n\nCOPY x /\n\nEXPOSE 1\n\nVOLUME y\n'
    expect(changed(unifiedDiff('file', before, after))).toEqual(['-RUN one', '-', '-RUN two', '+COPY z /'])
  })

  it.each([
    ['nothing', '', 'a\nb\n'],
    ['everything', 'a\nb\n', 'c\n'],
    ['no end of the last line', 'a\nb', 'a\nb\n'],
    ['the end of the last line', 'a\nb\n', 'a\nb'],
    ['the first and the last line', 'a\nb\nc\nd\ne\nf\ng\nh\ni\n', 'x\nb\nc\nd\ne\nf\ng\nh\ny\n'],
    ['lines that are alike', 'a\na\nb\na\na\n', 'a\nb\na\nb\na\n'],
  ])('of %s does what it says', async (_, before, after) => {
    expect(await applied(before, unifiedDiff('file', before, after))).toBe(after)
  })

  it('of texts without a line in common, longer than what is looked through, does what it says', async () => {
    const lines = (of: string, count: number): string =>
      Array.from({length: count}, (_, index) => `${of}${index}\n`).join('')
    const before = `${lines('a', 300)}${lines('same', 5)}`
    const after = `${lines('b', 450)}${lines('same', 5)}`
    expect(await applied(before, unifiedDiff('file', before, after))).toBe(after)
  })

  it('of any two texts does what it says', async () => {
    let seed = 7
    const random = (below: number): number => (seed = (seed * 48271) % 2147483647) % below
    const text = (): string => Array.from({length: random(12)}, () => `${'abc'[random(3)] ?? ''}\n`).join('')
    for (let round = 0; round < 60; round += 1) {
      const [before, after] = [text(), text()]
      const diff = unifiedDiff('file', before, after)
      if (before === after) expect(diff).toBe('')
      else expect(await applied(before, diff), JSON.stringify([before, after])).toBe(after)
    }
  })
})
