import {describe, expect, it} from 'vitest'
import {hasSwitch, loudnessOf, normalise} from '../../../src/cli/global.ts'
import {usualFlag, withVersions, withoutAlias} from '../../../src/cli/habits.ts'

describe('a line', () => {
  it.each([
    ['add x', 'add x'],
    ['', '--help'],
    ['help', '--help'],
    ['help add', 'add --help'],
    ['-h', '--help'],
    ['add -h', 'add --help'],
    ['-q add x', 'add x -q'],
    ['--json -C d -v list', 'list --json -C d -v'],
    ['--color never list', 'list --color never'],
    ['--color=never list', 'list --color=never'],
    ['-q help add', 'add --help -q'],
    ['help -q add', 'add -q --help'],
    ['-q', '-q'],
    ['-C', '-C'],
    ['--json run -- -h', 'run --json -- -h'],
    ['--nothing list', '--nothing list'],
  ])('"%s" is read as "%s"', (line, read) => {
    expect(normalise(line.split(' ').filter(Boolean)).join(' ')).toBe(read)
  })

  it('has a switch by either name, and not behind --', () => {
    expect([
      hasSwitch(['a', '-v'], 'verbose'),
      hasSwitch(['--verbose'], 'verbose'),
      hasSwitch(['a', '--', '-v'], 'verbose'),
      hasSwitch(['--json'], 'json'),
    ]).toEqual([true, true, false, true])
  })

  it('can not be quiet and verbose', () => {
    expect(loudnessOf({quiet: true, verbose: false})).toEqual({quiet: true, verbose: false})
    expect(() => loudnessOf({quiet: true, verbose: true})).toThrow('opposites')
  })
})

describe('what other package managers have', () => {
  it('is taken for ours where it is the same', () => {
    expect(withoutAlias(['rm', 'x'])).toEqual(['remove', 'x'])
    expect(withoutAlias(['ci'])).toEqual(['ci'])
  })

  it.each([
    [['polls', '9955'], ['polls@9955']],
    [
      ['jitsi/polls', '9955', 'bob'],
      ['jitsi/polls@9955', 'bob'],
    ],
    [['muc_moderation', '2026.7.23'], ['muc_moderation@2026.7.23']],
    [
      ['a', 'v1.2', 'b', '3.0-1'],
      ['a@v1.2', 'b@3.0-1'],
    ],
    [['polls', 'bob'], undefined],
    [['polls@1', '2'], undefined],
    [['9955'], undefined],
    [['./x', '1'], undefined],
  ])('%j with versions is %j', (words, meant) => {
    expect(withVersions(words)).toEqual(meant)
  })

  it('is a flag of ours where the command has it', () => {
    expect(usualFlag('n', ['dry-run', 'json'])).toBe('dry-run')
    expect(usualFlag('n', ['json'])).toBeUndefined()
    expect(usualFlag('no-color', [])).toBe('color=never')
    expect(usualFlag('constructor', ['json'])).toBeUndefined()
  })
})
