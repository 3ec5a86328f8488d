import {describe, expect, it} from 'vitest'
import {unwrapped} from '../../../../src/prosody/log/wrapping.ts'

const said = 'modulemanager\terror\tError: x: y'

describe('what collectors put around a line', () => {
  it.each([
    ['a journal', `Feb 03 12:00:00 chat prosody[812]: ${said}`, 'prosody[812]'],
    ['a journal with years', `2026-02-03T12:00:00+0200 chat prosody[812]: ${said}`, 'prosody[812]'],
    ['a journal with days', `Tue 2026-02-03 12:00:00 CET chat prosody[812]: ${said}`, 'prosody[812]'],
    ['a journal since the start', `[    7.123456] chat prosody[812]: ${said}`, 'prosody[812]'],
    ['syslog', `2026-02-03T12:00:00.123456+02:00 chat prosody: ${said}`, 'prosody'],
    ['docker compose', `prosody-1  | ${said}`, 'prosody-1'],
    ['docker compose with colours', `\u001b[36mprosody_1  |\u001b[0m ${said}`, 'prosody_1'],
    ['docker compose with times', `prosody-1  | 2026-02-03T12:00:00.123456789Z ${said}`, 'prosody-1'],
    ['docker logs with times', `2026-02-03T12:00:00.123456789Z ${said}`],
    ['kubectl', `[pod/prosody-0/prosody] 2026-02-03T12:00:00.123456789Z ${said}`, 'pod/prosody-0/prosody'],
    ['what Kubernetes keeps', `2026-02-03T12:00:00.123456789Z stdout F ${said}`],
    ['what Docker keeps', JSON.stringify({log: `${said}\n`, stream: 'stderr', time: '2026-02-03T12:00:00Z'})],
    ['a journal as JSON', JSON.stringify({_PID: '812', MESSAGE: said, PRIORITY: '3'})],
  ])('is taken off: of %s', (_, line, ...writers) => {
    const found = unwrapped(line)
    expect({...found, text: found.text.trimEnd()}).toEqual({text: said, writers})
  })

  it.each([
    `Feb 03 12:00:00 ${said}`,
    'Feb 03 12:00:00 general error Traceback: x',
    'Error: Error loading included /c.lua: No such file or directory',
    "/p/mod_x.lua:2: unexpected symbol near '|'",
    '{"log":"cut off in the middle of \\u00',
    '{"level":"error"}',
    '',
  ])('is nothing else: %j', (line) => {
    expect(unwrapped(line)).toEqual({text: line, writers: []})
  })

  it('is nothing of an error that a time stands before', () => {
    expect(unwrapped('2026-02-03T12:00:00Z Error: /c.lua: No such file').text).toBe(
      'Error: /c.lua: No such file',
    )
  })
})
