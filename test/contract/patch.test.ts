import {execFileSync, spawnSync} from 'node:child_process'
import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {applyPart, revertPart} from '../../src/text/apply-patch.ts'
import {parsePatch} from '../../src/text/unified-patch.ts'
import {seeded} from '../helpers/random.ts'
import {scratchFolder} from '../helpers/scratch.ts'

/** Runs, each of one pair of files, its patch, and four files that it is put to. */
const rounds = 150

type Random = (below: number) => number

/** Lines of few words, so that places are alike; some with the line ends of Windows, or bytes that are no UTF-8. */
function madeLines(random: Random): string[] {
  const ends = random(6) === 0 ? '\r\n' : '\n'
  const words = 3 + random(40)
  const lines = Array.from(
    {length: random(60)},
    () => `${'\t'.repeat(random(2))}w${random(words)}\xe9${ends}`,
  )
  const last = lines.pop()
  return last === undefined ? [] : [...lines, random(5) === 0 ? last.trimEnd() : last]
}

/** Ends every line but perhaps the last one. */
function joined(lines: readonly string[]): string {
  return lines
    .map((line, at) => (at < lines.length - 1 && !line.endsWith('\n') ? `${line}\n` : line))
    .join('')
}

function edited(lines: readonly string[], random: Random): string[] {
  const made = [...lines]
  for (let left = 1 + random(4); left > 0; left -= 1) {
    const at = random(made.length + 1)
    const fresh = Array.from({length: random(4)}, () => `new${random(9)}\n`)
    made.splice(at, random(4), ...fresh)
  }
  return made
}

async function put(folder: string, text: string): Promise<void> {
  await rm(folder, {recursive: true, force: true})
  await mkdir(folder)
  await writeFile(join(folder, 'x.lua'), text, 'latin1')
}

/** What a program makes of a file; undefined where it refuses. */
async function madeBy(
  program: 'patch' | 'git',
  text: string,
  {folder, patch}: Place,
): Promise<string | undefined> {
  await put(folder, text)
  const [command, args] =
    program === 'git'
      ? ['git', ['apply', '--whitespace=nowarn', patch]]
      : ['patch', ['-p1', '--fuzz=0', '--forward', '--binary', '--batch', '--reject-file=-', '-i', patch]]
  const {status} = spawnSync(command, args, {
    cwd: folder,
    env: {...process.env, GIT_CEILING_DIRECTORIES: '/'},
  })
  return status === 0 ? readFile(join(folder, 'x.lua'), 'latin1') : undefined
}

interface Place {
  readonly folder: string
  readonly patch: string
}

function diffOf(program: 'diff' | 'git', context: number, folder: string): string {
  const args =
    program === 'git'
      ? ['diff', '--no-index', '--no-prefix', `-U${context}`, 'a/x.lua', 'b/x.lua']
      : [`-U${context}`, 'a/x.lua', 'b/x.lua']
  const {stdout} = spawnSync(program, args, {cwd: folder})
  return stdout.toString('latin1')
}

describe('patches, as GNU patch and git apply take them', () => {
  it(
    'applies what both apply, to the same bytes, and nothing that either refuses',
    {timeout: 300_000},
    async () => {
      const random = seeded(17)
      const folder = await scratchFolder()
      const place = {folder: join(folder, 'work'), patch: join(folder, 'x.patch')}
      let [exact, shifted, refused, already, diffs] = [0, 0, 0, 0, 0]
      expect(execFileSync('patch', ['--version']).toString()).toContain('GNU patch')
      for (let round = 0; round < rounds; round += 1) {
        const old = madeLines(random)
        const [before, after] = [joined(old), joined(edited(old, random))]
        await put(join(folder, 'a'), before)
        await put(join(folder, 'b'), after)
        const text = diffOf(round % 2 === 0 ? 'diff' : 'git', 1 + random(4), folder)
        if (text === '') continue
        diffs += 1
        await writeFile(place.patch, text, 'latin1')
        const {parts, problem} = parsePatch(text)
        expect(problem, text).toBeUndefined()
        const part = parts?.[0]
        if (part === undefined) throw new Error('no part')
        expect(applyPart(part, before), text).toMatchObject({kind: 'applied', text: after, isShifted: false})
        expect(revertPart(part, after), text).toBe(before)
        // A file to which a patch still applies is not told to have it, whatever else is true of it.
        const again = applyPart(part, after)
        if (again.kind === 'already') already += 1
        else expect(await madeBy('git', after, place), text).toBeDefined()
        const others = [`new first line\n${before}`, joined(edited(old, random)), `${before}${before}`, after]
        for (const other of [before, ...others]) {
          const ours = applyPart(part, other)
          if (ours.kind !== 'applied') {
            refused += 1
            continue
          }
          expect(await madeBy('patch', other, place), `${text}\nto\n${other}`).toBe(ours.text)
          expect(await madeBy('git', other, place), `${text}\nto\n${other}`).toBe(ours.text)
          if (ours.isShifted) shifted += 1
          else exact += 1
        }
      }
      expect(diffs).toBeGreaterThan(rounds * 0.8)
      expect(exact).toBeGreaterThanOrEqual(diffs)
      for (const count of [shifted, refused, already]) expect(count).toBeGreaterThan(rounds / 10)
    },
  )
})
