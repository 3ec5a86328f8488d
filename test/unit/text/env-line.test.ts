import {execFileSync} from 'node:child_process'
import {describe, expect, it} from 'vitest'
import {readEnvFile} from '../../../src/operations/image/env-file.ts'
import {envLine} from '../../../src/text/env-line.ts'

const values = [
  'muc_moderation,token_affiliation',
  'installer_plugin_path = "/prosody-plugins-custom"',
  'a # b',
  '$HOME and ${HOME}',
  `it's "both" \\ $HOME \`x\``,
  '',
]

describe('a line of an env file', () => {
  it.each(values)('has %j for who reads it, a shell too', (value) => {
    const line = envLine('NAME', value)
    expect(readEnvFile(`${line}\n`)).toMatchObject([{name: 'NAME', value, line: 1}])
    const printed = execFileSync('sh', ['-c', `${line}\nprintf %s "$NAME"`], {encoding: 'utf8'})
    expect(printed).toBe(value)
  })

  it('stays one line', () => {
    const line = envLine('NAME', 'one\ntwo')
    expect(line).not.toContain('\n')
    expect(readEnvFile(line)).toMatchObject([{value: 'one\ntwo'}])
  })
})
