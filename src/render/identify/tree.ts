import {prefixed} from '../../module-name.ts'
import type {IdentifiedModule, IdentifiedTree, IdentifyResult} from '../../operations/identify/types.ts'
import {out as pc} from '../colours.ts'
import {prosodyId} from '../../operations/identify/prosody.ts'
import {inLine} from '../../plain-text.ts'
import {count} from '../common.ts'

/** Sums a tree up in a line: `jitsi 9823, 9909, 9955 in plugins/: complete, 77 files`. */
export function treeLine({source, folder, versions, complete, matching, differing}: IdentifiedTree): string {
  const at = folder === '' ? '' : ` in ${inLine(folder)}`
  const words = {modified: 'modified', 'other-release': 'of other releases', missing: 'missing'} as const
  const parts = (['modified', 'other-release', 'missing'] as const).flatMap((state) => {
    const number = differing.filter((one) => one.state === state).length
    return number === 0 ? [] : [`${number} ${words[state]}`]
  })
  const all = complete ? 'complete, ' : ''
  const changed = differing.filter(({state}) => state === 'modified').length
  const doubt =
    changed > matching
      ? '; most of it is of no known release: of one that the registry lacks, or of a fork'
      : ''
  const name = source === prosodyId ? "Prosody's own," : source
  return `${pc.bold(name)} ${versionsText(versions)}${at}: ${all}${[count(matching, 'file'), ...parts].join(', ')}${doubt}`
}

/** Of a tree, what keeps it from being complete and no other line names. */
const untoldShown = 5

/** Lists the files of a tree that differ and that no module's line tells of. */
export function untoldLines({differing}: IdentifiedTree, {modules, modified}: IdentifyResult): string[] {
  const told = new Set([
    ...modified,
    ...modules
      .filter(({state}) => state !== 'exact')
      .flatMap((one) => [one.path, ...one.differing.map(({path}) => path)]),
  ])
  const untold = differing.filter(({path}) => !told.has(path))
  const shownLines = untold
    .slice(0, untoldShown)
    .map((one) => `  ${stateText(one.state)} ${inLine(one.path)}${otherText(one.versions)}`)
  return untold.length > untoldShown ? [...shownLines, moreLine(untold.length - untoldShown, '')] : shownLines
}

/** Counts the modules of a tree, and says which changed libraries some of them load. */
export function sumRows(tree: IdentifiedTree, spoken: ReadonlySet<IdentifiedModule>): string[][] {
  const number = [...spoken].filter((one) => lies(one, tree)).length
  const what = `${count(number, 'module')} of ${tree.source === prosodyId ? 'Prosody' : tree.source}`
  const exact = number === 0 ? [] : [['  exact', what, versionsText(tree.versions), inLine(tree.folder)]]
  return [...exact, ...libraryRows(tree, spoken)]
}

function libraryRows(tree: IdentifiedTree, spoken: ReadonlySet<IdentifiedModule>): string[][] {
  const loading = [...spoken].filter((one) => hasOnlyChangedLibraries(one, tree))
  if (loading.length === 0) return []
  const paths = [...new Set(loading.flatMap(({differing}) => differing.map(({path}) => path)))].sort()
  const what = `${count(loading.length, 'module')} of ${tree.source}`
  const [first = '', ...more] = paths.map((path) => `for the changed ${inLine(path)}, which they load`)
  return [
    ['  exact but', what, versionsText(tree.versions), first],
    ...more.map((text) => ['', '', '', text]),
  ]
}

/** Tells whether a module of a tree is as its release has it, and only a library that it shares with others is not. */
export function hasOnlyChangedLibraries(one: IdentifiedModule, tree: IdentifiedTree): boolean {
  if (one.module !== `${tree.source}/${one.name}` || !one.path.startsWith(tree.folder)) return false
  const changed = new Set(tree.differing.map(({path}) => path))
  const isShared = (path: string): boolean =>
    path.endsWith('.lib.lua') && !path.includes(`${prefixed(one.name)}/`) && changed.has(path)
  return one.state !== 'exact' && one.differing.length > 0 && one.differing.every(({path}) => isShared(path))
}

/** Tells whether a tree's line speaks for an exact module. */
export function lies(
  {module, path, versions, state}: IdentifiedModule,
  {source, folder, versions: all}: IdentifiedTree,
): boolean {
  const inner = path.startsWith(folder) ? path.slice(folder.length) : undefined
  return (
    state === 'exact' &&
    module?.startsWith(`${source}/`) === true &&
    (source === prosodyId ? inner !== undefined : (inner?.split('/').length ?? 9) <= 2) &&
    versions.join() === all.join()
  )
}

const stateWords = {
  modified: 'modified:',
  missing: 'missing:',
  'other-release': 'of another release:',
} as const

/** Says in words how a module compares with its release. */
export function stateText(state: keyof typeof stateWords): string {
  return stateWords[state]
}

/** Says in words which other versions have these bytes. */
export function otherText(versions: readonly string[]): string {
  return versions.length === 0 ? '' : ` (${versionsText(versions)})`
}

/** Writes versions in few words: `9955`, `9909, 9955`, `9364 to 9955 (9 releases)`. */
export function versionsText(versions: readonly string[]): string {
  if (versions.length <= 2) return [...versions].reverse().join(', ')
  return `${versions.at(-1) ?? ''} to ${versions[0] ?? ''} (${versions.length} releases)`
}

/** Says how many more of something are not listed. */
export function moreLine(number: number, what: string): string {
  return pc.dim(`  … and ${number} more${what === '' ? '' : ` ${what}`} (--json lists all)`)
}
