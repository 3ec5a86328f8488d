import {execFileSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {applyEdit} from '../../../../src/recipe/edit/apply-edit.ts'
import {perlEdit} from '../../../../src/recipe/edit/perl-edit.ts'
import {sedEdit} from '../../../../src/recipe/edit/sed-edit.ts'
import type {Word} from '../../../../src/recipe/types.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'edit-'))
})

afterAll(() => {
  rmSync(folder, {recursive: true})
})

const words = (args: readonly string[]): Word[] => args.map((text) => ({text, unknown: [], isPattern: false}))

/** What the program itself leaves of a text. */
function real(program: 'sed' | 'perl', args: readonly string[], text: string): string {
  const path = join(folder, 'file')
  writeFileSync(path, text)
  execFileSync(program, [...args, path], {env: {...process.env, LC_ALL: 'C.UTF-8'}})
  return readFileSync(path, 'utf8')
}

function ours(program: 'sed' | 'perl', args: readonly string[], text: string): string {
  const read = (program === 'sed' ? sedEdit : perlEdit)(words([...args, 'file']))
  if ('why' in read) return `not read: ${read.why}`
  const done = applyEdit(read.value, Buffer.from(text))
  return 'why' in done ? `not exact: ${done.why}` : done.value.toString()
}

const lua = `local t = { };
module:hook("muc-room", function (event)
	table.insert(rooms, {
	local a, b = aab, 'x/y';
	return a .. "|" .. b; -- done

end);
module:hook_tag("iq", hook);
if 12 < 345 then print(1 + 2) end
-- the end`

const sedCommands: readonly (readonly string[])[] = [
  ['-i', 's/hook/hook_global/g'],
  ['-i', String.raw`/table\.insert/ s/{$/{\n room = { a = b };\n/`],
  ['-i', '-E', 's/(local|module) *(a|:)/<\\&&>/'],
  ['-i.bak', '-e', 's/a/A/2', '-e', 's/o/O/3g'],
  ['-i', '--expression=/^module/,/^end/d'],
  ['--in-place', '-r', '3,5s/[a-z]+/W/'],
  ['-i', '2,+1d; $d'],
  ['-i', '/^module/!d'],
  ['-i', '2i\\\n  first\\\nsecond'],
  ['-i', '1i -- in front'],
  ['-i', '$ a -- behind'],
  ['-i', '/return/c\\  return nil;'],
  ['-i', '/hook/,/^end/c gone'],
  ['-i', '/^$/d;s/\\t/  /g'],
  ['-i', 's#x/y#z#;s,|,\\,,'],
  ['-i', 's/x*/-/g'],
  ['-i', 's/\\(loc\\)\\(al\\)/\\2\\1/'],
  ['-i', '-E', 's/^(.*)(end)/\\2 \\1/I'],
  ['-i', '/hook/s//HOOK/g'],
  ['-i', '/function/{s/event/e/;s/"[^"]*"/X/}'],
  ['-i', 's/[[:digit:]]\\+/N/g;s/[]}]/B/'],
  ['-i', 's/\\bend\\b/END/;s/\\<a\\>/Z/g'],
  ['-i', '-E', 's/[0-9]{2,3}/&&/g'],
  ['-i', '5,2s/^/--/'],
  ['-i', '1,/module/s/^/#/'],
  ['-i', 's/un/ue/'],
  ['-i', 's/$/;/;s/^/;/'],
  ['-i', 's/a\\|b/c/g'],
]

describe('sed', () => {
  it.each(sedCommands)('%s %s %s %s', (...args) => {
    for (const text of [lua, `${lua}\n`, 'a\n', 'a', ''])
      expect(ours('sed', args, text)).toBe(real('sed', args, text))
  })

  it.each([
    [['-i', 's/a/b/w other'], 'the flags w of s'],
    [['-i', '-n', 's/a/b/p'], '-n of sed'],
    [['-i', 'N;s/\\n//'], 'the command "N" of sed'],
    [['-i', 's/\\(a*\\)*b//'], 'a repeated group whose parts are repeated'],
    [['-i', 's/a/\\U&/'], '\\U in a replacement'],
    [['-i', 's/a/b'], 'no second /'],
    [['-i', 's/\\(a/b/'], 'a group without an end'],
    [['-i', '-f', 'script.sed'], '-f of sed'],
    [['-i', 's/[à-ü]/b/'], 'the range à-ü, which depends on the language'],
    [['-i', '-E', 's/(a|ab)(c|bcd)/\\1/'], 'what a group that is repeated or one of several holds'],
  ])('does not take %j', (args, why) => {
    expect(sedEdit(words([...args, 'file']))).toEqual({why})
  })

  it('does not take a variable that has no value', () => {
    const word = {text: 's/a/$X/', unknown: ['$X'], isPattern: false}
    expect(sedEdit([...words(['-i']), word, ...words(['file'])])).toEqual({why: '$X has no value here'})
  })

  it('tells where sed would take a longer match', () => {
    const args = ['-i', '-E', 's/a|ab/x/']
    expect(ours('sed', args, 'ab\n')).toMatch(/^not exact: .*the longest/)
    expect(ours('sed', args, 'ac\n')).toBe(real('sed', args, 'ac\n'))
  })

  it.each([
    ['s/a*c/x/', 'a'.repeat(60_000)],
    ['s/a*a*c/x/', 'a'.repeat(3000)],
    ['s/a*a*a*c/x/', 'a'.repeat(300)],
  ])('does not look for %s in what would take for ever', (script, line) => {
    expect(ours('sed', ['-i', script], `${line}\n`)).toMatch(/^not exact: .*very long/)
    expect(ours('sed', ['-i', script.replace('/', '/^')], 'aac\n')).toBe('x\n')
  })

  it('leaves a file alone that is longer than any of a module', () => {
    expect(ours('sed', ['-i', 's/a/b/'], 'a\n'.repeat(300_000))).toMatch(/^not exact: .*longer/)
  })

  it('changes letters beyond ASCII as they are', () => {
    const args = ['-i', 's/ü.*e/ö/;s/x*$/ß/']
    expect(ours('sed', args, 'grüße\n')).toBe(real('sed', args, 'grüße\n'))
  })

  it('tells where the language of the image decides', () => {
    expect(ours('sed', ['-i', 's/gr./x/'], 'grüße\n')).toMatch(/^not exact: .*language/)
  })
})

const perlCommands: readonly (readonly string[])[] = [
  ['-pi', '-e', 's/hook/hook_global/g'],
  ['-i', '-pe', 's/^\\s+//; s{"([^"]*)"}{<$1>}g;'],
  ['-0777', '-pi', '-e', 's/function.*?end\\b/F/s'],
  ['-0pi', '-e', 's/^end/END/gm'],
  ['-0pi', '-e', 's/^/# /m; s/$/./'],
  ['-pi', '-e', 's/$/;/'],
  ['-pi', '-e', 's|(x)/y|${1}z|'],
  ['-pi', '-e', 's/(\\w+)\\.(\\w+)/$2.$1/'],
  ['-p', '-i', '-e', 's/\\(event\\)/(e)/i'],
]

describe('perl', () => {
  it.each(perlCommands)('%s %s %s %s', (...args) => {
    for (const text of [lua, `${lua}\n`, 'a\n', 'a'])
      expect(ours('perl', args, text)).toBe(real('perl', args, text))
  })

  it.each([
    [['-pi', '-e', 's/a/$ENV{X}/'], '$ENV{X} in a replacement'],
    [['-pi', '-e', 's/a/b/e'], 'the flags e of s'],
    [['-pi', '-e', 'print "x" if /a/'], 'print "x" if /a/ of perl'],
    [['-i', '-ne', 's/a/b/'], '-ne of perl'],
    [['-pi', '-e', 's/[à-ü]/b/'], '[à-ü] in an expression'],
    [['-pi', '-e', 's/(?<a>x)/b/'], '(?<a>x) in an expression'],
    [['-pi', '-e', 's/(a+)+/b/'], 'a repeated group whose parts are repeated'],
    [['-pi', '-e', 's/a++/b/'], '++ in an expression'],
    [['-pi', '-e', 's/$x/b/'], '$x, which may be a variable'],
  ])('does not take %j', (args, why) => {
    expect(perlEdit(words([...args, 'file']))).toEqual({why})
  })

  it('tells of matches of no text among several', () => {
    expect(ours('perl', ['-pi', '-e', 's/a*/x/g'], 'ba\n')).toMatch(
      /^not exact: its expression matches no text/,
    )
    expect(ours('perl', ['-pi', '-e', 's/a*/x/'], 'ba\n')).toBe('xba\n')
  })

  it('tells of an expression that is none', () => {
    expect(ours('perl', ['-pi', '-e', 's/a(*b)/c/'], 'a\n')).toBe('not exact: an expression that is none')
  })
})
