import {describe, expect, test} from 'vitest'
import {toDigest} from '../../src/digest.ts'
import {lintAlone, type FileToLint} from '../../src/lint/index.ts'
import {OptionCache} from '../../src/lint/options/option-cache.ts'
import {factsOf} from '../../src/facts/facts.ts'
import {targetOf} from '../../src/workbench/lint-target.ts'
import {Closure} from '../../src/resolve/closure.ts'
import {needsTargetOf} from '../../src/resolve/needs.ts'
import {gatherNeeds} from '../../src/resolve/gather-needs.ts'
import {embeddedRegistry} from '../../src/registry/registry.ts'
import {parseManifest} from '../../src/project/manifest.ts'
import type {LockedModule} from '../../src/project/lockfile.ts'
import {bound, growth} from '../helpers/growth.ts'
import {sha256Like} from '../helpers/digest.ts'

/** Code that anybody may publish, of so many lines. */
const shapes: Readonly<Record<string, (index: number) => string>> = {
  'libraries by module:require': (index) => `module:require "l${index}"`,
  'libraries by require': (index) => `local l = require "l${index}".x()`,
  'modules by module:depends': (index) => `module:depends "m${index}"`,
  options: (index) => `module:get_option_string("o${index}", "x")`,
  hooks: (index) => `module:hook("e${index}", function(event) return event.x${index} end)`,
  events: (index) => `module:fire_event("e${index}")`,
  'shared tables': (index) => `module:shared("s${index}").x = 1`,
  'global variables': (index) => `g${index} = g${index - 1}`,
  functions: (index) => `function f${index}(a) return f${index - 1}(a) end`,
  fields: (index) => `prosody.x${index} = prosody.x${index - 1}.y`,
  branches: (index) => `if a${index} then v = ${index} elseif b then v = nil end`,
  loops: (index) => `for i = 1, ${index} do if a then break end print(i) end`,
  patterns: (index) => `s:match("^[%w_]+.-.-.-.-$${index}")`,
  comments: (index) => `-- prosody-mods: ignore unknown-global\nfoo${index}()`,
  'comments of luacheck': (index) => `do local a${index} = 1 end -- luacheck: ignore 211/a${index}`,
  'blank lines': () => '\n\n\n',
  attributes: (index) => `do local a <const> = ${index} end`,
  placement: (index) => `hosts[module.host].modules.m${index}.f()`,
}

const registry = embeddedRegistry()
const target = targetOf('13.0', undefined, registry)
if (target === undefined) throw new Error('the registry knows no Prosody 13.0')
const layers: FileToLint['layers'] = [{}]
const rules = {target, settings: {'unknown-event': 'note'} as const, module: 'x', isModule: true}
const digest = toDigest(sha256Like('ab'))

const locked: LockedModule = {
  version: 'local',
  layout: 'folders',
  resolved: {kind: 'path', path: './mod_x'},
  trust: {by: 'user'},
  integrity: digest,
  files: {'mod_x/mod_x.lua': digest},
}

/** What a command does with the code of one module. */
function close(bytes: Buffer): void {
  const lockTarget = {prosody: '13.0', lua: '5.4', debian: 'trixie'}
  const closure = new Closure({'x/x': locked}, {target: needsTargetOf(lockTarget, registry), registry})
  for (let step = closure.next(); step !== undefined; step = closure.next()) {
    if (step.kind === 'bring') closure.bring(step.key, undefined)
    else
      closure.read(
        step.key,
        gatherNeeds(step.key, step.locked, () => factsOf(bytes, 'x').facts),
      )
  }
  closure.result(lockTarget)
}

const analyses: Readonly<Record<string, (bytes: Buffer) => void>> = {
  'its facts': (bytes) => void factsOf(bytes, 'x'),
  "luacheck's rules": (bytes) => void lintAlone({bytes, layers}, new OptionCache(new Map())),
  'rules about Prosody': (bytes) =>
    void lintAlone({bytes, layers: undefined, rules}, new OptionCache(new Map())),
  'what it needs': close,
}

describe.each(Object.entries(analyses))('%s cost as much as there is of', (_, run) => {
  test.each(Object.entries(shapes))('%s', {timeout: 120_000}, async (name, piece) => {
    const text = (count: number): Buffer =>
      Buffer.from(Array.from({length: count}, (_, index) => piece(index)).join('\n'))
    expect(await growth((count) => run(text(count))), name).toBeLessThan(bound)
  })
})

test('a manifest costs as much as there is of it', {timeout: 120_000}, async () => {
  const manifest = (count: number): string =>
    JSON.stringify({modules: Object.fromEntries(Array.from({length: count}, (_, i) => [`a/m${i}`, '1']))})
  expect(await growth((count) => parseManifest(manifest(count), 'prosody-mods.json'))).toBeLessThan(bound)
})
