import {describe, expect, it} from 'vitest'
import {orderFolders} from '../../../src/prosody/layout-order.ts'
import {
  coreFolder,
  layoutConflicts,
  type LayoutConflict,
  type PluginFolder,
  type PluginLayout,
  type Wanted,
} from '../../../src/prosody/layout-proof.ts'
import {embeddedRegistry} from '../../../src/registry/registry.ts'
import {loaderTarget} from '../../helpers/loader-answers.ts'
import {seeded} from '../../helpers/random.ts'

const target = loaderTarget('13.0')

function folder(path: string, files: Readonly<Record<string, string>>): PluginFolder {
  return {path, files: new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]))}
}

function coreOf(line: string): PluginFolder {
  const facts = embeddedRegistry().prosodyLine(line)
  if (facts === undefined) throw new Error(`the registry knows no Prosody ${line}`)
  return coreFolder(facts)
}

function layout(...folders: PluginFolder[]): PluginLayout {
  return {folders, core: coreOf('13.0')}
}

function module(name: string, file: string): Wanted {
  return {kind: 'module', module: name, file}
}

function library(name: string, wanted: string, file: string): Wanted {
  return {kind: 'library', module: name, library: wanted, file}
}

function resource(name: string, path: string, file: string): Wanted {
  return {kind: 'resource', module: name, resource: path, file}
}

/** Cause, what is wanted, the files of /c, and what is found. */
type Row = readonly [LayoutConflict['cause'], Wanted, Readonly<Record<string, string>>, string | undefined]

/** A community's folder and Jitsi's flat tree, both with a library `util`. */
const community = folder('/c', {
  'mod_x/mod_x.lua': 'x',
  'mod_x/util.lib.lua': 'of x',
  'mod_x/html/a': 'a',
})
const jitsi = folder('/j', {'mod_y.lua': 'y', 'util.lib.lua': 'of jitsi', 'token/util.lib.lua': 't'})
const meant = [
  module('x', '/c/mod_x/mod_x.lua'),
  library('x', 'util', '/c/mod_x/util.lib.lua'),
  resource('x', './html/a', '/c/mod_x/html/a'),
  module('y', '/j/mod_y.lua'),
  library('y', 'util', '/j/util.lib.lua'),
  library('y', 'token/util', '/j/token/util.lib.lua'),
]

describe('proof of a layout', () => {
  it('finds all of it where the flat tree is last', () => {
    expect(layoutConflicts(layout(community, jitsi), meant, target)).toEqual([])
  })

  it('tells what a flat tree hides, and by what', () => {
    expect(layoutConflicts(layout(jitsi, community), meant, target)).toMatchObject([
      {wanted: {kind: 'library', module: 'x'}, found: '/j/util.lib.lua', cause: 'hidden', same: false},
    ])
  })

  it('takes a library of the same bytes for the one that is meant, but not a module', () => {
    const copy = folder('/o', {'mod_x.lua': 'x', 'util.lib.lua': 'of x'})
    expect(layoutConflicts(layout(copy, community), meant.slice(0, 2), target)).toMatchObject([
      {wanted: {kind: 'module'}, found: '/o/mod_x.lua', cause: 'hidden', same: true},
    ])
  })

  const rows: readonly Row[] = [
    ['skipped', module('s', '/c/mod_s.lua'), {'mod_s.lua': '--% requires: z\n'}, undefined],
    [
      'skipped',
      module('version', '/c/mod_version.lua'),
      {'mod_version.lua': '--% lua: 5.1\n'},
      '/usr/lib/prosody/modules/mod_version.lua',
    ],
    ['unreachable', module('z', '/c/mod_z/lib/mod_z.lua'), {'mod_z/lib/mod_z.lua': ''}, undefined],
    ['absent', module('z', '/c/mod_z/mod_z.lua'), {}, undefined],
    ['absent', library('z', 'u', '/c/mod_z/u.lib.lua'), {}, undefined],
    ['hidden', module('z', '/c/mod_z.lua'), {'mod_z.lua': '', 'mod_z/mod_z.lua': ''}, '/c/mod_z/mod_z.lua'],
    [
      'hidden',
      library('z', 'mod_pubsub/pubsub', '/c/mod_pubsub/pubsub.lua'),
      {'mod_pubsub/pubsub.lua': ''},
      '/usr/lib/prosody/modules/mod_pubsub/pubsub.lib.lua',
    ],
    ['raised', module('z', '/c/mod_z.lua'), {'mod_z.lua': '', 'z/mod_z.lua/a': ''}, undefined],
    ['absent', resource('z', 'a', '/c/mod_z/a'), {}, undefined],
    ['absent', resource('z', 'a', '/c/mod_z/a'), {'mod_z/mod_z.lua': ''}, undefined],
    ['unreachable', resource('z', 'a', '/c/mod_z/a'), {'mod_z/z/mod_z.lua': '', 'mod_z/a': ''}, undefined],
    [
      'hidden',
      resource('z', 'a', '/c/mod_z/a'),
      {'mod_z/z/mod_z.lua': '', 'mod_z/a': '', 'mod_z/z/a': ''},
      '/c/mod_z/z/a',
    ],
  ]
  it.each(rows)('%s: %j in %j', (...[cause, wanted, files, found]) => {
    const conflicts = layoutConflicts(layout(folder('/c', files)), [wanted], target)
    expect(conflicts).toMatchObject([{cause, found, same: false}])
  })

  it('knows where the modules and libraries of the core lie', () => {
    for (const line of ['0.12', '13.0']) {
      const core = coreOf(line)
      const wanted = [...core.files.keys()].map((path): Wanted => {
        const file = `${core.path}/${path}`
        const main = /(?:^|\/)mod_([^/]+)\.lua$/.exec(path)?.[1]
        return main === undefined ? library('muc', path.replace('.lib.lua', ''), file) : module(main, file)
      })
      expect(wanted.length).toBeGreaterThan(100)
      expect(layoutConflicts({folders: [], core}, wanted, loaderTarget(line))).toEqual([])
    }
  })

  it('puts the installer first', () => {
    const installer = folder('/i', {'share/lua/5.4/mod_x.lua': 'other'})
    expect(layoutConflicts({...layout(community), installer}, meant.slice(0, 1), target)).toMatchObject([
      {found: '/i/share/lua/5.4/mod_x.lua'},
    ])
  })
})

describe('an order of folders', () => {
  const pathsOf = (folders: readonly PluginFolder[]): string[] => folders.map(({path}) => path)

  it('stays where it serves', () => {
    const other = folder('/o', {'mod_z.lua': ''})
    const {folders, conflicts} = orderFolders(layout(other, community, jitsi), meant, target)
    expect(pathsOf(folders)).toEqual(['/o', '/c', '/j'])
    expect(conflicts).toEqual([])
  })

  it('moves back what hides something', () => {
    const {folders, conflicts} = orderFolders(layout(jitsi, community, folder('/o', {})), meant, target)
    expect(pathsOf(folders)).toEqual(['/c', '/j', '/o'])
    expect(conflicts).toEqual([])
  })

  it('says so where two folders each hide what the other one needs', () => {
    const greedy = folder('/g', {'mod_y.lua': 'g', 'mod_x/util.lib.lua': 'g', 'mod_g.lua': ''})
    const wanted = [...meant, library('x', 'util', '/c/mod_x/util.lib.lua'), module('g', '/g/mod_g.lua')]
    expect(orderFolders(layout(greedy, community, jitsi), wanted, target).conflicts).toEqual([])
    const other = folder('/o', {'mod_x.lua': 'o', 'mod_o/mod_o.lua': ''})
    const both = [module('x', '/c/mod_x/mod_x.lua'), module('o', '/o/mod_o/mod_o.lua')]
    const clash = folder('/c', {'mod_x/mod_x.lua': 'x', 'mod_o.lua': 'c'})
    const {conflicts} = orderFolders(layout(clash, other), both, target)
    expect(conflicts).toMatchObject([
      {found: '/c/mod_o.lua', hint: expect.stringContaining('no order of plugin_paths') as string},
    ])
  })

  it('exists exactly when trying all of them finds one', () => {
    const counts = {given: 0, moved: 0, none: 0}
    for (let seed = 0; seed < 500; seed += 1) {
      const {made, wanted} = randomLayout(seed)
      const chosen = orderFolders(made, wanted, target)
      const serves = permutations(made.folders).some(
        (folders) => layoutConflicts({...made, folders}, wanted, target).length === 0,
      )
      expect(chosen.conflicts.length === 0, `layout ${seed}`).toBe(serves)
      expect([...pathsOf(chosen.folders)].sort()).toEqual([...pathsOf(made.folders)].sort())
      if (layoutConflicts(made, wanted, target).length === 0) {
        expect(pathsOf(chosen.folders)).toEqual(pathsOf(made.folders))
        counts.given += 1
      } else counts[serves ? 'moved' : 'none'] += 1
    }
    for (const [kind, count] of Object.entries(counts)) expect(count, kind).toBeGreaterThan(30)
  })
})

/** Some folders with modules and libraries of few names, and a wish for some of the files. */
function randomLayout(seed: number): {readonly made: PluginLayout; readonly wanted: readonly Wanted[]} {
  const random = seeded(Math.imul(seed + 1, 2_654_435_761))
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T
  const wanted: Wanted[] = []
  const folders = Array.from({length: 2 + random(3)}, (_, index) => {
    const files: Record<string, string> = {}
    for (let left = 1 + random(3); left > 0; left -= 1) {
      const name = pick(['a', 'b', 'c', 'd'])
      const [main, lib] = [
        `mod_${name}/mod_${name}.lua`,
        pick([`mod_${name}/u.lib.lua`, 'u.lib.lua', 'u.lua', `u/u.lib.lua`]),
      ]
      files[pick([main, `mod_${name}.lua`])] = pick(['', '', '', '--% requires: z\n'])
      if (random(2) === 0) files[lib] = pick(['1', '2', String(index)])
      if (random(3) === 0) wanted.push(library(name, 'u', `/${index}/${lib}`))
    }
    for (const path of Object.keys(files)) {
      const main = /mod_(.)\.lua$/.exec(path)?.[1]
      if (main !== undefined && random(2) === 0) wanted.push(module(main, `/${index}/${path}`))
    }
    return folder(`/${index}`, files)
  })
  const made = layout(...folders)
  // Its libraries may be those that are wanted, and then no order of the others matters.
  const installer = folder('/i', {'u.lib.lua': '1'})
  return {made: random(3) === 0 ? {...made, installer} : made, wanted: wanted.slice(-1 - random(4))}
}

function permutations<T>(of: readonly T[]): T[][] {
  if (of.length < 2) return [[...of]]
  return of.flatMap((first, index) =>
    permutations([...of.slice(0, index), ...of.slice(index + 1)]).map((rest) => [first, ...rest]),
  )
}
