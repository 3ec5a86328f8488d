import {describe, expect, it} from 'vitest'
import {integrityOf, type LockedModule, type LockTarget} from '../../../src/project/lockfile.ts'
import {embeddedRegistry} from '../../../src/registry/registry.ts'
import {Closure, reportOf, type ClosureStep, type Modules} from '../../../src/resolve/closure.ts'
import {needsTargetOf, type Named, type NamedNeeds} from '../../../src/resolve/needs.ts'
import {registryWith} from '../../helpers/known-releases.ts'
import {digestsOf} from '../../helpers/digest.ts'

const target: LockTarget = {prosody: '13.0', lua: '5.4', debian: 'trixie'}
const revision = 'ab'.repeat(20)

/** community has a, b, c and both; contrib has x and both; Jitsi's tree has tree_a to tree_c and shared_by_all.lib.lua. */
const registry = registryWith({
  community: [
    {
      version: '2026.1.2',
      revision,
      files: filesOf('folders', ['a', 'b', 'c', 'both']),
    },
  ],
  'jitsi-contrib': [{version: '20260102', revision, files: filesOf('folders', ['x', 'both'])}],
  jitsi: [
    {
      version: '10008',
      revision,
      files: {
        ...filesOf('flat', ['tree_a', 'tree_b', 'tree_c']),
        'shared_by_all.lib.lua': 'return {}',
        'folder/inside.lib.lua': 'return {1}',
      },
    },
  ],
})

function filesOf(layout: 'flat' | 'folders', names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => [`${layout === 'flat' ? '' : `mod_${name}/`}mod_${name}.lua`, `-- ${name}`]),
  )
}

function locked(
  version: string,
  paths: readonly string[],
  layout: 'flat' | 'folders' = 'folders',
): LockedModule {
  const files = digestsOf(paths)
  const resolved = {kind: 'hg', repository: 'https://example.org/', revision} as const
  return {version, layout, resolved, trust: {by: 'registry'}, integrity: integrityOf(files), files}
}

const folder = (name: string, version = '2026.1.2'): LockedModule =>
  locked(version, [`mod_${name}/mod_${name}.lua`])
const flat = (name: string, version = '10008'): LockedModule => locked(version, [`mod_${name}.lua`], 'flat')

function named(name: string, optional = false): Named {
  return {name, file: 'mod_it/mod_it.lua', line: 7, optional}
}

const nothing: NamedNeeds = {modules: [], libraries: [], shared: []}
const modules = (...names: readonly string[]): NamedNeeds => ({
  ...nothing,
  modules: names.map((name) => named(name)),
})

interface Run {
  /** `read <key>` and `bring <key> <version>`, in order. */
  readonly asked: readonly string[]
  readonly lock: Readonly<Record<string, LockedModule>>
  readonly problems: readonly string[]
  readonly report: ReturnType<typeof reportOf>
}

/** Answers a closure from tables; what is in none of them needs nothing, and is nowhere. */
function run(
  explicit: Modules,
  needs: Readonly<Record<string, NamedNeeds>>,
  there: Readonly<Record<string, LockedModule>> = {},
): Run {
  const closure = new Closure(explicit, {target: needsTargetOf(target, registry), registry})
  const asked: string[] = []
  for (let step = closure.next(); step !== undefined; step = closure.next()) {
    asked.push(textOf(step))
    if (step.kind === 'read') closure.read(step.key, needs[step.key] ?? nothing)
    else closure.bring(step.key, there[step.key])
  }
  const {lock, problems} = closure.result(target)
  return {asked, lock: lock.modules, problems, report: reportOf(lock, {explicit, previous: {}}, registry)}
}

function textOf(step: ClosureStep): string {
  return step.kind === 'read' ? `read ${step.key}` : `bring ${step.key} ${step.versionText ?? 'newest'}`
}

describe('what is asked for', () => {
  it('nothing of nothing', () => {
    expect(run({}, {}).asked).toEqual([])
  })

  it('modules one after the other, then what they need, each once', () => {
    const explicit = {'community/b': folder('b'), 'community/a': folder('a')}
    const needs = {'community/a': modules('c', 'b'), 'community/b': modules('c'), 'community/c': modules('a')}
    expect(run(explicit, needs, {'community/c': folder('c')}).asked).toEqual([
      'read community/a',
      'bring community/c 2026.1.2',
      'read community/b',
      'read community/c',
    ])
  })

  it('the same source at the same version before any other, the only other one at its newest', () => {
    const explicit = {'community/a': folder('a', '2025.5.5')}
    const needs = {'community/a': modules('both', 'x')}
    expect(run(explicit, needs).asked).toEqual([
      'read community/a',
      'bring community/both 2025.5.5',
      'bring jitsi-contrib/x newest',
    ])
  })

  it('nothing that can not be the name of a module', () => {
    const names = ['*', '__proto__', 'toString', 'a/b', '../c', '', 'con']
    const {asked, problems} = run({'acme/a': folder('a')}, {'acme/a': modules(...names)})
    expect(asked).toEqual(['read acme/a'])
    expect(problems).toHaveLength(names.length)
  })

  it('nothing of two other sources that both have it', () => {
    const explicit = {'jitsi/tree_a': flat('tree_a')}
    const {asked, problems} = run(explicit, {'jitsi/tree_a': modules('both')})
    expect(asked).toEqual(['read jitsi/tree_a'])
    expect(problems).toEqual([
      'jitsi/tree_a needs mod_both, which no known source publishes (jitsi/mod_it/mod_it.lua:7)',
    ])
  })

  it('of a source that only the manifest knows, and of the registry where that has none', () => {
    const explicit = {'acme/a': folder('a', '1.0.0')}
    const needs = {'acme/a': modules('x')}
    const there = {'acme/x': folder('x'), 'jitsi-contrib/x': folder('x')}
    expect(run(explicit, needs, there).asked).toEqual(['read acme/a', 'bring acme/x 1.0.0', 'read acme/x'])
    expect(run(explicit, needs, {'jitsi-contrib/x': folder('x')}).asked).toEqual([
      'read acme/a',
      'bring acme/x 1.0.0',
      'bring jitsi-contrib/x newest',
      'read jitsi-contrib/x',
    ])
  })

  it('a flat tree in the version of what stands first of it', () => {
    const explicit = {
      'community/a': folder('a'),
      'jitsi/tree_a': flat('tree_a', '9999'),
      'jitsi/tree_b': flat('tree_b', '9998'),
    }
    expect(run(explicit, {'community/a': modules('tree_c')}).asked).toContain('bring jitsi/tree_c 9999')
  })

  it('a library of a flat tree, where no module has its name', () => {
    const needs = {'community/a': {...nothing, shared: [named('shared_by_all'), named('nowhere')]}}
    const library = locked('10008', ['shared_by_all.lib.lua'], 'flat')
    const {asked, lock, problems} = run({'community/a': folder('a')}, needs, {'jitsi/shared_by_all': library})
    expect(asked).toEqual([
      'read community/a',
      'bring jitsi/shared_by_all newest',
      'read jitsi/shared_by_all',
    ])
    expect(lock['community/a']?.needs).toEqual({
      shared: {shared_by_all: 'jitsi/shared_by_all', nowhere: 'missing'},
    })
    expect(problems).toHaveLength(1)
  })

  it('nothing for a library in a folder of a tree, but says where it is', () => {
    const needs = {'community/a': {...nothing, shared: [named('folder/inside'), named('folder/nowhere')]}}
    const {asked, problems} = run({'community/a': folder('a')}, needs)
    expect(asked).toEqual(['read community/a'])
    expect(problems).toEqual([
      'community/a needs folder/inside.lib.lua, which no module here has (community/mod_it/mod_it.lua:7); "prosody-mods add jitsi" brings it',
      'community/a needs folder/nowhere.lib.lua, which no module here has (community/mod_it/mod_it.lua:7)',
    ])
  })

  it('what is nowhere once, however many need it', () => {
    const explicit = {'community/a': folder('a'), 'community/b': folder('b')}
    const needs = {'community/a': modules('c'), 'community/b': modules('c')}
    const {asked, problems} = run(explicit, needs)
    expect(asked.filter((one) => one.startsWith('bring'))).toEqual(['bring community/c 2026.1.2'])
    expect(problems).toHaveLength(2)
  })

  it('neither what Prosody has nor what is optional', () => {
    const needs = {'community/a': {...nothing, modules: [named('disco'), named('c', true)]}}
    const {asked, lock, report} = run({'community/a': folder('a')}, needs)
    expect(asked).toEqual(['read community/a'])
    expect(lock['community/a']?.needs).toEqual({
      modules: {disco: 'prosody'},
      optional: {modules: {c: 'missing'}},
    })
    expect(report.offered).toEqual([{name: 'c', publishedBy: ['community/c'], usedBy: ['community/a']}])
  })
})

describe('what comes of it', () => {
  it('is sorted, and what came in says what needs it', () => {
    const explicit = {'community/b': folder('b'), 'community/a': folder('a')}
    const needs = {'community/a': modules('c'), 'community/b': modules('c')}
    const {lock, report} = run(explicit, needs, {'community/c': folder('c')})
    expect(Object.keys(lock)).toEqual(['community/a', 'community/b', 'community/c'])
    expect(report.broughtIn).toEqual([
      {module: 'community/c', version: '2026.1.2', neededBy: ['community/a', 'community/b'], needs: {}},
    ])
  })

  it('has old needs replaced, and none where there are none', () => {
    const before = {...folder('a'), needs: {modules: {x: 'missing'}}}
    expect(run({'community/a': before}, {}).lock['community/a']).toEqual(folder('a'))
  })

  it('is refused before all was told', () => {
    const world = {target: needsTargetOf(target, registry), registry}
    const closure = new Closure({'community/a': folder('a')}, world)
    expect(() => closure.result(target)).toThrow('community/a was not looked at')
  })

  it('needs a line of Prosody that is known', () => {
    expect(() => needsTargetOf({...target, prosody: '0.1'}, embeddedRegistry())).toThrow('Prosody 0.1')
  })
})
