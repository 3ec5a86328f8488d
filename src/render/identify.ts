import {relative, resolve, sep} from 'node:path'
import {out as pc} from './colours.ts'
import type {Adoption} from '../operations/adopt.ts'
import type {IdentifiedModule, IdentifiedTree, IdentifyResult} from '../operations/identify.ts'
import {closureLines} from './needs.ts'
import {inLine} from '../plain-text.ts'
import {changeCountLines, count, fetchLines, lines, lintLines, table, warningLines} from './common.ts'

/** Of one kind. */
const shown = 40

const states = ['modified', 'mixed', 'incomplete', 'unknown', 'exact'] as const

/** @param cwd where the paths of advice start from */
export function renderIdentify(result: IdentifyResult, cwd: string): string {
  const {folder, files, modules, unknown, stray, ignored, unreadable, skipped, adoption} = result
  const mains = new Set(modules.map(({path}) => path))
  const notMain = (paths: readonly string[]): string[] => paths.filter((path) => !mains.has(path))
  return lines(
    `${pc.bold(inLine(folder))}: ${count(files, 'file')}, ${modules.length === 0 ? 'no module' : countText(modules)}`,
    modules.length === 0 ? ['  a module is a file mod_<name>.lua; none lies in it at any depth'] : [],
    result.trees.flatMap((tree) => [treeLine(tree), ...untoldLines(tree, result)]),
    moduleLines(result),
    listed('modified, and of no release as they are', notMain(result.modified)),
    listed('in no release', notMain(unknown)),
    listed('of a release, but not where they lie here', notMain(stray)),
    ignored === 0 ? [] : [pc.dim(`left out: ${count(ignored, 'file')}: documentation, patches, hidden ones`)],
    listed('could not be read', unreadable.map(passedOver)),
    listed('not looked at', skipped.map(passedOver)),
    adoption === null ? [] : adoptionLines(adoption, result, cwd),
  )
}

/** `96 modules: 91 exact, 1 modified, 4 unknown` */
function countText(modules: readonly IdentifiedModule[]): string {
  const parts = states.flatMap((state) => {
    const number = modules.filter((one) => one.state === state).length
    return number === 0 ? [] : [`${number} ${state}`]
  })
  return `${count(modules.length, 'module')}: ${parts.join(', ')}`
}

/** `jitsi 9823, 9909, 9955 in plugins/: complete, 77 files` */
function treeLine({source, folder, versions, complete, matching, differing}: IdentifiedTree): string {
  const at = folder === '' ? '' : ` in ${inLine(folder)}`
  const words = {modified: 'modified', 'other-release': 'of other releases', missing: 'missing'} as const
  const parts = (['modified', 'other-release', 'missing'] as const).flatMap((state) => {
    const number = differing.filter((one) => one.state === state).length
    return number === 0 ? [] : [`${number} ${words[state]}`]
  })
  const all = complete ? 'complete, ' : ''
  return `${pc.bold(source)} ${versionsText(versions)}${at}: ${all}${[count(matching, 'file'), ...parts].join(', ')}`
}

/** Of a tree, what keeps it from being complete and no other line names. */
const untoldShown = 5

function untoldLines({differing}: IdentifiedTree, {modules, modified}: IdentifyResult): string[] {
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

/** Exact modules of a tree are told by number: the tree's line speaks for them. */
function moduleLines({modules, trees}: IdentifyResult): string[] {
  const spoken = new Set(
    modules.filter((one) => one.state === 'exact' && trees.some((tree) => lies(one, tree))),
  )
  const rest = states.map((state) => ({
    state,
    all: modules.filter((one) => one.state === state && !spoken.has(one)),
  }))
  const rows = rest.flatMap(({all}) => all.slice(0, shown).flatMap((one) => rowsOf(one)))
  const more = rest.filter(({all}) => all.length > shown)
  return [
    ...table([...trees.flatMap((tree) => sumRow(tree, spoken)), ...rows]),
    ...more.map(({state, all}) => moreLine(all.length - shown, state)),
  ]
}

function sumRow(tree: IdentifiedTree, spoken: ReadonlySet<IdentifiedModule>): string[][] {
  const number = [...spoken].filter((one) => lies(one, tree)).length
  const what = `${count(number, 'module')} of ${tree.source}`
  return number === 0 ? [] : [['  exact', what, versionsText(tree.versions), inLine(tree.folder)]]
}

function lies(
  {module, path, versions}: IdentifiedModule,
  {source, folder, versions: all}: IdentifiedTree,
): boolean {
  const inner = path.startsWith(folder) ? path.slice(folder.length) : undefined
  return (
    module?.startsWith(`${source}/`) === true &&
    (inner?.split('/').length ?? 9) <= 2 &&
    versions.join() === all.join()
  )
}

function rowsOf({
  module,
  name,
  path,
  state,
  version,
  versions,
  differing,
  publishers,
}: IdentifiedModule): string[][] {
  const row = [`  ${state}`, module ?? name, versionText({state, version, versions}), inLine(path)]
  const known =
    publishers.length === 0
      ? []
      : [['', '', '', `no digest is known; ${publishers.join(', ')} has one of that name`]]
  const why = differing
    .filter((one) => one.state !== 'modified' || one.path !== path)
    .slice(0, shown)
    .map((one) => ['', '', '', `${stateText(one.state)} ${inLine(one.path)}${otherText(one.versions)}`])
  return [row, ...known, ...why]
}

const stateWords = {
  modified: 'modified:',
  missing: 'missing:',
  'other-release': 'of another release:',
} as const

function stateText(state: keyof typeof stateWords): string {
  return stateWords[state]
}

function otherText(versions: readonly string[]): string {
  return versions.length === 0 ? '' : ` (${versionsText(versions)})`
}

function versionText({
  state,
  version,
  versions,
}: Pick<IdentifiedModule, 'state' | 'version' | 'versions'>): string {
  if (version === null) return '-'
  return state === 'exact' || state === 'incomplete' ? versionsText(versions) : `nearest ${version}`
}

/** `9955`, `9909, 9955`, `9364 to 9955 (9 releases)` */
function versionsText(versions: readonly string[]): string {
  if (versions.length <= 2) return [...versions].reverse().join(', ')
  return `${versions.at(-1) ?? ''} to ${versions[0] ?? ''} (${versions.length} releases)`
}

function adoptionLines(adoption: Adoption, result: IdentifyResult, cwd: string): string[] {
  const {added, kept, dryRun, notes, fetch, lint, warnings, needs} = adoption
  const verb = dryRun ? 'would adopt' : 'adopted'
  const adopted = added.map(
    ({module, version, files}) => `${verb} ${pc.bold(module)} ${version}: ${count(files, 'file')}`,
  )
  return [
    '',
    ...(adopted.length === 0 ? ['nothing to adopt'] : capped(adopted)),
    ...capped(closureLines(needs, dryRun)),
    ...capped(kept.map(({module, version, reason}) => `kept out: ${module} ${version}: ${reason}`)),
    ...notes.map((note) => `${pc.cyan('note:')} ${note}`),
    ...capped(leftLines(result, cwd)),
    ...fetchLines(fetch),
    ...lintLines(lint),
    ...warningLines(warnings),
    ...changeCountLines(adoption),
  ]
}

/** What is no release's, and how it gets into the project. */
function leftLines({modules, folder}: IdentifyResult, cwd: string): string[] {
  return modules
    .filter(({state}) => state !== 'exact')
    .map((one) => `not adopted: ${one.module ?? one.name}: ${one.state}; ${advice(one, {folder, cwd})}`)
}

function advice(
  {module, version, state, path, name}: IdentifiedModule,
  {folder, cwd}: {readonly folder: string; readonly cwd: string},
): string {
  const publisher = `prosody-mods add ${module ?? ''}@${version ?? ''}`
  if (state === 'mixed' || state === 'incomplete') return `take the publisher's: ${publisher}`
  const own = path
    .split('/')
    .slice(0, -1)
    .findLast((part) => part === `mod_${name}` || part === name)
  if (own === undefined) {
    return `keep it as it is: move ${inLine(path)} into a folder mod_${name} of its own, then prosody-mods add <that folder>`
  }
  const top = path.slice(0, path.indexOf(`${own}/`) + own.length)
  return `keep it as it is: prosody-mods add ${inLine(specPath(resolve(folder, top), cwd))}`
}

function specPath(full: string, cwd: string): string {
  const path = relative(cwd, full).split(sep).join('/')
  return path.startsWith('../') ? path : `./${path}`
}

function listed(title: string, entries: readonly string[]): string[] {
  return entries.length === 0 ? [] : [`${title}:`, ...capped(entries.map((entry) => `  ${inLine(entry)}`))]
}

function capped(all: readonly string[]): string[] {
  const rest = all.length - shown
  return rest > 0 ? [...all.slice(0, shown), moreLine(rest, '')] : [...all]
}

function moreLine(number: number, what: string): string {
  return pc.dim(`  … and ${number} more${what === '' ? '' : ` ${what}`} (--json lists all)`)
}

function passedOver({path, reason}: {readonly path: string; readonly reason: string}): string {
  return `${path}: ${reason}`
}
