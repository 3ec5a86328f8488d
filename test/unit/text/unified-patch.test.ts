import {describe, expect, it} from 'vitest'
import {applyPart, revertPart, type Applied} from '../../../src/text/apply-patch.ts'
import {parsePatch, type PatchPart} from '../../../src/text/unified-patch.ts'

const file = Array.from({length: 12}, (_, index) => `line ${index + 1}\n`).join('')

const change = `Some words before.

diff -r 0123 mod_x.lua
--- a/mod_x.lua\tThu Jan 01 10:00:00 2026 +0000
+++ b/mod_x.lua\tThu Jan 01 10:00:01 2026 +0000
@@ -4,5 +4,6 @@ local function x()
 line 4
 line 5
-line 6
+line six
+line six and a half
 line 7
 line 8
-- 
2.39.2
`

function partsOf(patch: string): readonly PatchPart[] {
  const {parts, problem} = parsePatch(patch)
  if (problem !== undefined) throw new Error(`${problem.line}: ${problem.message}`)
  return parts
}

function only(patch: string): PatchPart {
  const [part, ...more] = partsOf(patch)
  if (part === undefined || more.length > 0) throw new Error('expected one part')
  return part
}

function problemOf(patch: string): string {
  const {problem} = parsePatch(patch)
  return problem === undefined ? 'none' : `${problem.line}: ${problem.message}`
}

function textOf(applied: Applied): string | null | undefined {
  return applied.kind === 'applied' ? applied.text : undefined
}

const changed = file.replace('line 6\n', 'line six\nline six and a half\n')

describe('parsePatch', () => {
  it('reads names without their dates, and the lines of hunks', () => {
    const part = only(change)
    expect(part).toMatchObject({kind: 'change', oldName: 'a/mod_x.lua', newName: 'b/mod_x.lua'})
    expect(part.hunks).toMatchObject([{oldStart: 4, newStart: 4, at: 6}])
    expect(part.hunks[0]?.lines.map(({mark}) => mark).join('')).toBe('  -++  ')
  })

  it.each([
    [
      'diff --git a/x b/x\nnew file mode 100644\nindex 0..1\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n',
      'add',
    ],
    ['diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n', 'remove'],
    ['diff --git a/x b/x\nnew file mode 100644\nindex 0..e\n', 'add'],
    ['diff --git a/x b/x\ndeleted file mode 100644\nindex 0..e\n', 'remove'],
    [
      '--- x\t1970-01-01 01:00:00.000000000 +0100\n+++ x\t2026-01-01 00:00:00 +0000\n@@ -0,0 +1 @@\n+a\n',
      'add',
    ],
    ['--- x\t2026-01-01 00:00:00 +0000\n+++ x\t2026-01-01 00:00:00 +0000\n@@ -0,0 +1 @@\n+a\n', 'change'],
  ])('tells files that come and go: %j', (patch, kind) => {
    expect(only(patch).kind).toBe(kind)
  })

  it('reads quoted names byte for byte', () => {
    const part = only(
      '--- "a/m\\303\\266d \\"x\\".lua"\n+++ "b/m\\303\\266d \\"x\\".lua"\n@@ -1 +1 @@\n-a\n+b\n',
    )
    expect(Buffer.from(part.newName ?? '', 'latin1').toString('utf8')).toBe('b/möd "x".lua')
  })

  it('passes over a change of modes alone', () => {
    const mode = 'diff --git a/y b/y\nold mode 100644\nnew mode 100755\n'
    expect(partsOf(mode + change)).toHaveLength(1)
  })

  it.each([
    ['', /^1: it changes no file/],
    ['words\n', /^1: it changes no file/],
    ['a\0b', /NUL/],
    ['@@ -1 +1 @@\n-a\n+b\n', /^1: a hunk without the names/],
    ['--- a/x\n+++ b/x\n', /^1: no hunk follows/],
    ['--- a/x\n+++ b/x\nwords\n', /^1: no hunk follows/],
    ['--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n-a\n+b\n', /^1: the name "a\/..\/x" leads out/],
    ['--- /etc/passwd\n+++ /etc/passwd\n@@ -1 +1 @@\n-a\n+b\n', /^1: the name "\/etc\/passwd" leads out/],
    ['--- a/x\n+++ b\\..\\x\n@@ -1 +1 @@\n-a\n+b\n', /^1: the name .* leads out/],
    ['--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n-a\n+b\n', /^6: the hunk is shorter/],
    ['--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n c\n', /^6: the hunk is longer/],
    ['--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n-a\n+b\n+c\n d\n', /^6: the hunk is not as long/],
    ['--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b', /^5: the last line is cut off/],
    ['--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n b\n', /^3: the hunk changes nothing/],
    ['--- a/x\n+++ b/x\n@@ -3,0 +4 @@\n+a\n', /^3: the hunk shows no line of the file/],
    ['--- a/x\n+++ b/x\n@@ -5 +5 @@\n-a\n+b\n@@ -5 +5 @@\n-a\n+b\n', /^6: hunks are not in order/],
    [
      '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-a\n\\ No newline at end of file\n b\n+c\n',
      /^3: a line without an end/,
    ],
    ['diff --git a/x b/x\nGIT binary patch\nliteral 1\n', /^2: it changes a binary file/],
    ['Binary files a/x and b/x differ\n', /^1: it changes a binary file/],
    ['diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n', /^3: it renames/],
    ['diff --git a/x b/x\nnew file mode 120000\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+y\n', /^2: .* link/],
    ['*** a/x\n--- b/x\n***************\n*** 1 ****\n', /^3: it is a context diff/],
  ])('refuses %j', (patch, message) => {
    expect(problemOf(patch)).toMatch(message)
  })
})

describe('applyPart', () => {
  it('applies at the lines that the patch says', () => {
    expect(applyPart(only(change), file)).toEqual({kind: 'applied', text: changed, isShifted: false})
  })

  it('applies elsewhere, and says so, where all lines stand at one other place', () => {
    expect(applyPart(only(change), `one more\n${file}`)).toEqual({
      kind: 'applied',
      text: `one more\n${changed}`,
      isShifted: true,
    })
  })

  it('refuses a place that is not the only one', () => {
    expect(applyPart(only(change), `one more\n${file}${file}`)).toMatchObject({
      kind: 'rejected',
      why: 'many',
      places: [5, 17],
    })
  })

  it('never passes over a line around a change, which is what fuzz is', () => {
    const other = file.replace('line 8', 'line eight')
    expect(applyPart(only(change), other)).toMatchObject({
      kind: 'rejected',
      why: 'other',
      there: ['line 4\n', 'line 5\n', 'line 6\n', 'line 7\n', 'line eight\n'],
    })
  })

  it('tells what was applied already, moved or not', () => {
    expect(applyPart(only(change), changed)).toEqual({kind: 'already'})
    expect(applyPart(only(change), `one more\n${changed}`)).toEqual({kind: 'already'})
  })

  it('does not choose between applying and having been applied', () => {
    expect(applyPart(only(change), `one more\n${changed}${file}`)).toMatchObject({
      kind: 'rejected',
      why: 'many',
    })
  })

  it('takes an end of line for what it is', () => {
    expect(applyPart(only(change), file.replaceAll('\n', '\r\n'))).toMatchObject({
      kind: 'rejected',
      why: 'other',
    })
    const crlf = '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-a\r\n+A\r\n b\r\n'
    expect(textOf(applyPart(only(crlf), 'a\r\nb\r\n'))).toBe('A\r\nb\r\n')
    expect(applyPart(only(crlf), 'a\nb\n').kind).toBe('rejected')
  })

  it('takes and gives lines without an end', () => {
    const cut = '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+b\n\\ No newline at end of file\n'
    expect(textOf(applyPart(only(cut), 'a\nb\n'))).toBe('a\nb')
    expect(applyPart(only(cut), 'a\nb').kind).toBe('already')
    expect(applyPart(only(cut), 'a\nb\nc\n').kind).toBe('rejected')
  })

  it('adds and removes whole files only', () => {
    const add = only('--- /dev/null\n+++ b/x\n@@ -0,0 +1,2 @@\n+a\n+b\n')
    expect(textOf(applyPart(add, undefined))).toBe('a\nb\n')
    expect(applyPart(add, 'a\nb\n').kind).toBe('already')
    expect(applyPart(add, 'a\n')).toMatchObject({kind: 'rejected', why: 'present', there: ['a\n']})
    const remove = only('--- a/x\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n')
    expect(textOf(applyPart(remove, 'a\nb\n'))).toBeNull()
    expect(applyPart(remove, undefined).kind).toBe('already')
    expect(applyPart(remove, 'a\nb\nc\n')).toMatchObject({kind: 'rejected', why: 'other'})
  })

  it('fills an empty file, and no other, with a hunk that shows no line of it', () => {
    const fill = only('--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+a\n')
    expect(textOf(applyPart(fill, ''))).toBe('a\n')
    expect(applyPart(fill, 'b\n').kind).toBe('rejected')
  })

  it('refuses a file that is not there', () => {
    expect(applyPart(only(change), undefined)).toMatchObject({kind: 'rejected', why: 'absent'})
  })
})

describe('revertPart', () => {
  it('gives back what was there', () => {
    expect(revertPart(only(change), changed)).toBe(file)
    expect(revertPart(only(change), `one more\n${changed}`)).toBe(`one more\n${file}`)
    expect(revertPart(only(change), file)).toBeUndefined()
    const add = only('--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n')
    expect(revertPart(add, 'a\n')).toBeNull()
    expect(revertPart(add, 'b\n')).toBeUndefined()
  })
})
