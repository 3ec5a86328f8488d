import {describe, expect, test} from 'vitest'
import {describeCode} from '../../../../src/lint/descriptions.ts'
import {renderGithub} from '../../../../src/render/lint/github.ts'
import {renderLuacheck} from '../../../../src/render/lint/luacheck.ts'
import {renderSarif} from '../../../../src/render/lint/sarif.ts'
import {finding, viewOf} from '../../../helpers/lint-view.ts'
import {sarifLog, sarifProblems} from '../../../helpers/sarif.ts'

const folders = {from: '/project/sub', to: '/project'}
const tool = {name: 'prosody-mods', version: '1.2.3'}

describe('github', () => {
  test.each([
    ['error', 'error'],
    ['warning', 'warning'],
    ['note', 'notice'],
  ] as const)('says of a finding that is %s: %s', (severity, command) => {
    const text = renderGithub(viewOf([finding({severity, line: 2, column: 3, endColumn: 5})]), folders)
    expect(text).toBe(
      `::${command} file=sub/mod_a.lua,line=2,col=3,endColumn=5,title=prosody some-rule::a message\n`,
    )
  })

  test('escapes what would end a property or a line', () => {
    const text = renderGithub(
      viewOf([finding({path: '50%,a:b\r\n.lua', message: '100% a:b, c\r\n::error::x', hint: 'h'})]),
      folders,
    )
    expect(text).toBe(
      '::warning file=sub/50%25%2Ca%3Ab\\x0d%0A.lua,line=1,col=1,endColumn=1,title=prosody some-rule::' +
        '100%25 a:b, c\\x0d%0A::error::x%0Ahint: h\n',
    )
  })

  test('names files from the working folder', () => {
    const pathOf = (path: string): string | undefined =>
      /file=([^,]*)/.exec(renderGithub(viewOf([finding({path})]), folders))?.[1]
    expect(['a.lua', './x/../a.lua', '../a.lua', '/project/b/a.lua', '/else/a.lua'].map(pathOf)).toEqual([
      'sub/a.lua',
      'sub/a.lua',
      'a.lua',
      'b/a.lua',
      '../else/a.lua',
    ])
  })
})

test('rows of luacheck are those of its own findings', () => {
  const own = finding({rule: 'luacheck', code: '211', endColumn: 4})
  expect(renderLuacheck(viewOf([finding(), own]))).toBe('mod_a.lua:1:1-4: (W211) a message\n')
})

describe('SARIF', () => {
  const mixed = viewOf(
    [
      finding({severity: 'note', code: 'z-rule', hint: 'a hint'}),
      finding({severity: 'error', code: '011', rule: 'luacheck', path: 'ä b/#%?:.lua'}),
      finding({severity: 'warning', code: '211', rule: 'luacheck', fix: {start: 3, end: 5, text: 'xy'}}),
      finding({severity: 'note', code: 'z-rule', line: 7}),
    ],
    {config: {path: '/project/.luacheckrc', notUnderstood: [{line: 1, column: 2, message: 'computed'}]}},
  )

  test('is what the schema wants, with a rule for each code', () => {
    const [run] = sarifLog(renderSarif(mixed, folders, tool)).runs
    expect(
      run?.tool.driver.rules.map(({id, defaultConfiguration}) => [id, defaultConfiguration.level]),
    ).toEqual([
      ['011', 'error'],
      ['211', 'warning'],
      ['z-rule', 'note'],
    ])
    expect(run?.results.map(({ruleId, ruleIndex, level}) => [ruleId, ruleIndex, level])).toEqual([
      ['z-rule', 2, 'note'],
      ['011', 0, 'error'],
      ['211', 1, 'warning'],
      ['z-rule', 2, 'note'],
    ])
    expect(run?.results[1]?.locations[0]?.physicalLocation.artifactLocation).toEqual({
      uri: 'sub/%C3%A4%20b/%23%25%3F%3A.lua',
      uriBaseId: '%SRCROOT%',
    })
    expect(run?.invocations[0]?.toolConfigurationNotifications).toHaveLength(1)
  })

  test('names the homepage where there is one', () => {
    const text = renderSarif(viewOf([]), folders, {...tool, homepage: 'https://example.org/x'})
    expect(sarifLog(text).runs[0]?.tool.driver).toMatchObject({
      informationUri: 'https://example.org/x',
      rules: [],
    })
  })

  test('counts the end of a region as the standard does', () => {
    const text = renderSarif(viewOf([finding({column: 3, endColumn: 5})]), folders, tool)
    const region = sarifLog(text).runs[0]?.results[0]?.locations[0]?.physicalLocation.region
    expect(region).toEqual({startLine: 1, startColumn: 3, endColumn: 6})
  })

  test('the schema refuses what is wrong', () => {
    const text = renderSarif(mixed, folders, tool)
    const broken = [
      text.replace('"level": "note"', '"level": "fatal"'),
      text.replace('"uri": "sub/mod_a.lua"', '"uri": "a b.lua"'),
      text.replace('"startLine": 1', '"startLine": 0'),
      text.replace('"version": "2.1.0"', '"version": "2.2.0"'),
    ]
    for (const one of broken) expect(sarifProblems(JSON.parse(one))).not.toEqual([])
  })

  test('findings that are told apart by nothing else are counted', () => {
    const prints = sarifLog(
      renderSarif(viewOf([finding(), finding({line: 4})]), folders, tool),
    ).runs[0]?.results.map(({partialFingerprints}) => partialFingerprints['prosodyModsFinding/v1'])
    expect(prints?.map((one) => one?.replace(/^[0-9a-f]{32}/, ''))).toEqual([':1', ':2'])
    expect(prints?.[0]?.slice(0, 32)).toBe(prints?.[1]?.slice(0, 32))
  })
})

test('what luacheck says is described, and nothing else', () => {
  expect(describeCode('211')).toBe('A local variable is not used')
  expect(describeCode('constructor')).toBeUndefined()
})
