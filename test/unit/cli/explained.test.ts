import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {
  explanationOf,
  lintExplanation,
  refuseLikeCode,
  refuseRule,
  renderErrors,
  renderExplanation,
} from '../../../src/cli/help/explained.ts'
import {exitCodes} from '../../../src/errors.ts'
import {warningCodes} from '../../../src/warning.ts'
import {ruleIds} from '../../../src/lint/rules/ids.ts'

const root = join(import.meta.dirname, '../../..')
const warningPage = readFileSync(join(root, 'docs/reference/warnings.md'), 'utf8')
const page = readFileSync(join(root, 'docs/reference/errors.md'), 'utf8')

describe('the page of errors', () => {
  it('has each code, in the order of src/errors.ts, and no other', () => {
    const sections = [...page.matchAll(/^## (.+)$/gm)].map(([, code]) => code)
    expect(sections).toEqual(Object.keys(exitCodes))
  })

  it.each(Object.entries(exitCodes))(
    'says of %s what it means, why, what to do, and %i',
    (code, exitCode) => {
      const found = explanationOf(code)
      expect(found).toMatchObject({kind: 'error', code, exitCode})
      expect(found?.text).toMatch(
        new RegExp(
          String.raw`^[^-#][\s\S]{15,}\n\n- Why: [\s\S]{15,}\n- Do: [\s\S]{5,}\n- Exit code: ${exitCode}$`,
        ),
      )
      expect(found?.text).not.toContain('## ')
    },
  )
})

describe('the page of warnings', () => {
  it('has each code, in the order of src/warning.ts, and none that is an error', () => {
    const sections = [...warningPage.matchAll(/^## (.+)$/gm)].map(([, code]) => code)
    expect(sections).toEqual([...warningCodes])
    expect(sections.filter((code) => Object.hasOwn(exitCodes, code ?? ''))).toEqual([])
  })

  it.each(warningCodes)('says of %s what it means, why, and what to do', (code) => {
    const found = explanationOf(code)
    expect(found).toMatchObject({kind: 'warning', code, exitCode: 0})
    expect(found?.text).toMatch(/^[^-#][\s\S]{15,}\n\n- Why: [\s\S]{15,}\n- Do: [\s\S]{5,}$/)
    expect(found?.text).not.toContain('## ')
  })

  it('is told below the codes of errors', () => {
    expect(renderErrors()).toMatch(/WARNINGS\n {2}KEY_UNKNOWN /)
  })
})

it('the page of exit codes has each code below its own', () => {
  const text = readFileSync(join(root, 'docs/reference/exit-codes.md'), 'utf8')
  const listed = [...text.matchAll(/^- (\d+): (.*(?:\n {2}.*)*)/gm)].flatMap(([, exit, codes = '']) =>
    [...codes.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => [code, Number(exit)]),
  )
  expect(listed).toEqual(Object.entries(exitCodes))
})

describe('a code', () => {
  it.each(ruleIds)('of lint, %s, has its page', (rule) => {
    const found = lintExplanation(rule)
    expect(found).toMatchObject({kind: 'rule', code: rule, exitCode: 6})
    expect(found?.text).toContain('Severity: ')
    expect(found && renderExplanation(found)).toContain('To switch it off:')
  })

  it.each(['211', 'W211'])('of luacheck, %s, has a sentence', (code) => {
    expect(lintExplanation(code)).toMatchObject({kind: 'luacheck', code: '211'})
    expect(lintExplanation(code)?.text).toMatch(/^A local variable is not used\.\n\n/)
  })

  it('of an error is known in small letters, and none is found in messages', () => {
    expect(explanationOf('module-ambiguous')?.code).toBe('MODULE_AMBIGUOUS')
    expect(explanationOf('constructor')).toBeUndefined()
    expect(explanationOf("module 'cjson' not found")).toBeUndefined()
  })

  it('that is mistyped is refused, with the one that is meant', () => {
    expect(() => refuseLikeCode('DIGEST_MISSMATCH')).toThrow(
      expect.objectContaining({code: 'USAGE', hint: 'did you mean DIGEST_MISMATCH?'}),
    )
    expect(() => {
      refuseLikeCode('CORE_HIDEN')
    }).toThrow(expect.objectContaining({hint: 'did you mean CORE_HIDDEN?'}))
    expect(() => refuseRule('unknown-globals')).toThrow(
      expect.objectContaining({code: 'USAGE', hint: 'did you mean unknown-global?'}),
    )
    expect(() => {
      refuseLikeCode('Error')
    }).not.toThrow()
  })
})
