import {describe, expect, it} from 'vitest'
import {probeScript} from '../../../../src/operations/boot/probe.ts'
import {pathShower, reasonOf, type ReasonWorld} from '../../../../src/operations/boot/reasons.ts'
import {readTrace} from '../../../../src/operations/boot/trace.ts'

const main = 'prosody-modules/own/mod_one/mod_one.lua'
const flat = 'prosody-modules/flat/mod_flat.lua'
const files = new Map([
  ['one', main],
  ['flat', flat],
])

function world(errors: Readonly<Record<string, string>> = {}): ReasonWorld {
  const shown = pathShower([...files.values()], '/tmp/boot')
  return {lua: '5.4', errors: new Map(Object.entries(errors)), files, shown}
}

describe('the reason why a module was not loaded', () => {
  it('sums up where Lua looked for a library', () => {
    const error = `/usr/lib/prosody/util/startup.lua:203: module 'basexx' not found:
\tno field package.preload['basexx']
\tno file '/usr/share/lua/5.4/basexx.lua'
stack traceback:
\t[C]: in function 'error'
\t/usr/lib/prosody/util/startup.lua:203: in function 'require'
\t/tmp/boot/prosody-modules/own/mod_one/mod_one.lua:7: in main chunk`
    expect(reasonOf('one', error, world())).toEqual({
      text: 'Lua library basexx is not installed for Lua 5.4',
      file: main,
      line: 7,
    })
  })

  it.each([
    ['...work/prosody-modules/own/mod_one/mod_one.lua', main],
    ['...own/mod_one/mod_one.lua', main],
    ['...lsewhere/mod_two.lua', '...lsewhere/mod_two.lua'],
    ['/tmp/boot/prosody-modules/own/mod_one/mod_one.lua', main],
  ])('knows the path that Lua shortened to %s', (path, file) => {
    expect(reasonOf('one', `${path}:3: boom`, world())).toEqual({text: 'boom', file, line: 3})
  })

  it('is that of the innermost place when an error was raised again', () => {
    const error = `/tmp/boot/prosody-modules/own/mod_two/mod_two.lua:1: /tmp/boot/${main}:9: boom`
    expect(reasonOf('one', error, world())).toEqual({text: 'boom', file: main, line: 9})
  })

  it.each([
    ['one', '/usr/lib/prosody/core/x.lua', 5],
    ['flat', 'prosody-modules/flat/util.lib.lua', 2],
  ])('is placed in files of its own alone: %s', (name, file, line) => {
    const error = `/usr/lib/prosody/core/x.lua:5: boom
stack traceback:
\t/tmp/boot/prosody-modules/flat/util.lib.lua:2: in main chunk`
    expect(reasonOf(name, error, world())).toEqual({text: 'boom', file, line})
  })

  it('goes down to the module that failed, though Prosody garbles its error on the way', () => {
    const errors = {other: '/tmp/boot/prosody-modules/own/mod_other/mod_other.lua:2: no-good'}
    const error = `/usr/lib/prosody/core/moduleapi.lua:167: Unable to load required module, mod_other: x:2: no good`
    expect(reasonOf('one', error, world(errors)).text).toBe(
      'it needs mod_other, which was not loaded: prosody-modules/own/mod_other/mod_other.lua:2: no-good',
    )
  })

  it('ends where modules need each other', () => {
    const needs = (name: string): string => `x.lua:1: Unable to load required module, mod_${name}: ?`
    const errors = {one: needs('other'), other: needs('one')}
    expect(reasonOf('one', needs('other'), world(errors)).text).toMatch(/which needs it$/)
  })

  it('is the error itself where a file of the module is missing', () => {
    const error = `/tmp/boot/${main}:4: page.html: No such file or directory`
    expect(reasonOf('one', error, world()).text).toBe('page.html: No such file or directory')
  })
})

describe('what the probe writes', () => {
  it('is read up to where it was cut off', () => {
    const trace = readTrace(
      '{"kind":"version","prosody":"13.0.1","lua":"5.4"}\n{"kind":"loading","host":"h","name":"one"}\n{"kind":"lo',
    )
    expect(trace).toMatchObject({complete: false, current: 'one', version: {prosody: '13.0.1', lua: '5.4'}})
  })

  it('has bytes as characters', () => {
    const text =
      '{"kind":"log","source":"s","level":"warn","format":"%s","args":["x"],"text":"\\u00c3\\u00a9"}\n'
    expect(readTrace(text).log[0]?.text).toBe('é')
  })

  it('is asked for in Lua that holds any text', () => {
    const refused = new Map([['a"]] = os.exit()', 'b\n\\']])
    const script = probeScript({trace: '/tmp/"\n', seconds: 3, refused, storage: new Map()})
    expect(script).toContain('io.open("/tmp/\\"\\n", "a")')
    expect(script).toContain('["a\\"]] = os.exit()"] = "b\\n\\\\";')
  })
})
