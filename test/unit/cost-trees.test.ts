import {describe, expect, test} from 'vitest'
import {digestOf, type Digest} from '../../src/digest.ts'
import {orderFolders} from '../../src/prosody/layout-order.ts'
import {coreFolder, type Wanted} from '../../src/prosody/layout-proof.ts'
import {embeddedRegistry} from '../../src/registry/registry.ts'
import {compareFiles, compareModules} from '../../src/resolve/compare.ts'
import {identifyFiles} from '../../src/resolve/identify/files.ts'
import {moduleNames} from '../../src/resolve/layout.ts'
import {takingOf} from '../../src/resolve/taking.ts'
import type {ReleaseContents} from '../../src/sources/types.ts'
import {bound, growth} from '../helpers/growth.ts'
import {loaderTarget} from '../helpers/loader-answers.ts'
import {sha256Like} from '../helpers/digest.ts'

/** Trees that anybody may have made, of so many files. */
const shapes: Readonly<Record<string, (index: number) => string>> = {
  'loose modules': (i) => `mod_m${i}.lua`,
  'modules in folders': (i) => `mod_m${i}/mod_m${i}.lua`,
  'modules in folders of short names': (i) => `m${i}/mod_m${i}.lua`,
  'libraries of one module': (i) => `mod_x/l${i}.lib.lua`,
  'loose libraries': (i) => `l${i}.lib.lua`,
  resources: (i) => `mod_x/html/a${i}.html`,
  'what is no module': (i) => `d${i}/x.txt`,
  'deep folders': (i) => `${'d/'.repeat(i % 30)}mod_m${i}.lua`,
  'one module many times': (i) => `d${i}/mod_m${i % 50}.lua`,
  licences: (i) => `COPYING.${i}`,
}

const line = embeddedRegistry().prosodyLine('13.0')
if (line === undefined) throw new Error('the registry knows no Prosody 13.0')
const core = coreFolder(line)
const target = loaderTarget('13.0')

function contents(paths: readonly string[]): ReleaseContents {
  const files = paths.map((path, index) => [path, {sha256: sha256Like(String(index % 7)), size: 1}] as const)
  return {files: new Map(files), links: new Map()}
}

/** Every module of a source of folders, and all as one flat tree. */
function take(paths: readonly string[]): void {
  const tree = contents(paths)
  for (const layout of ['folders', 'flat'] as const) {
    const names = layout === 'flat' ? ['*'] : moduleNames(tree, layout)
    for (const name of names) {
      const taking = takingOf(tree, {layout, name, isKnown: false, include: []})
      expect(taking?.leftOut).toBeDefined()
    }
  }
}

/** What a registry knows is its own; the folder is a stranger's. */
function identify(paths: readonly string[]): void {
  const names = Array.from({length: 50}, (_, index) => `m${index}`)
  const known = names.flatMap((name) => [`mod_${name}.lua`, `mod_${name}/mod_${name}.lua`, `${name}.lib.lua`])
  const releases = [{version: '1', contents: contents(known)}]
  identifyFiles(new Map(paths.map((path, index) => [path, sha256Like(String(index % 5))])), {
    sources: [
      {id: 'a', layout: 'flat', releases},
      {id: 'b', layout: 'folders', releases},
    ],
    requires: () => ['l1', 'l2'],
    publishers: () => ['a'],
  })
}

function prove(paths: readonly string[]): void {
  const wanted = paths.map((path): Wanted => {
    const module = /mod_([^/]*)\.lua$/.exec(path)?.[1]
    return module === undefined
      ? {kind: 'library', module: 'x', library: path.replace(/\.lib\.lua$/, ''), file: `/c/${path}`}
      : {kind: 'module', module, file: `/c/${path}`}
  })
  const files = new Map(paths.map((path) => [path, Buffer.from(path)]))
  orderFolders(
    {
      folders: [
        {path: '/d', files},
        {path: '/c', files},
      ],
      core,
    },
    wanted,
    target,
  )
}

/** Of a tree that was moved as a whole, and of one that was made anew. */
function compare(paths: readonly string[]): void {
  const of = (prefix: string, digest: string): Record<string, Digest> =>
    Object.fromEntries(
      paths.map((path, index) => [
        path.replace(/mod_(?=[^/]*(?:\/|\.lua$))/g, `mod_${prefix}`),
        digestOf(digest + String(index)),
      ]),
    )
  const hints = {known: new Map<string, string>(), share: () => 0.1}
  for (const digest of ['a', 'b']) {
    compareFiles(
      of('', 'a'),
      Object.fromEntries(Object.entries(of('z', digest)).map(([path, one]) => [`y/${path}`, one])),
    )
    compareModules(of('', 'a'), of('z', digest), hints)
  }
}

describe.each(Object.entries({'taking modules': take, identify, 'proving their places': prove, compare}))(
  '%s costs as much as there are files',
  (_, run) => {
    test.each(Object.entries(shapes))('%s', {timeout: 300_000}, async (name, path) => {
      const paths = (count: number): string[] => Array.from({length: count}, (_, index) => path(index))
      expect(await growth((count) => run(paths(count))), name).toBeLessThan(bound)
    })
  },
)
