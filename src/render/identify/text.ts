import {prefixed} from '../../module-name.ts'
import {relative, resolve, sep} from 'node:path'
import {out as pc} from '../colours.ts'
import type {Adoption} from '../../operations/identify/adopt.ts'
import type {IdentifiedModule, IdentifyResult} from '../../operations/identify/types.ts'
import {
  hasOnlyChangedLibraries,
  lies,
  moreLine,
  otherText,
  stateText,
  sumRows,
  treeLine,
  untoldLines,
  versionsText,
} from './tree.ts'
import {closureLines} from '../needs.ts'
import {prosodyId} from '../../operations/identify/prosody.ts'
import {inLine} from '../../plain-text.ts'
import {widthOf} from '../width.ts'
import {changeLines, count, fetchLines, lines, lintLines, table, warningLines} from '../common.ts'

/** Of one kind. */
const shown = 40

const states = ['modified', 'mixed', 'incomplete', 'unknown', 'exact'] as const

/**
 * Writes for people what `identify` found.
 * @param cwd where the paths of advice start from
 * @param columns of the terminal; Infinity where there is none
 */
export function renderIdentify(result: IdentifyResult, cwd: string, columns = Infinity): string {
  const {folder, files, modules, unknown, stray, ignored, unreadable, skipped, adoption} = result
  const mains = new Set(modules.map(({path}) => path))
  const notMain = (paths: readonly string[]): string[] => paths.filter((path) => !mains.has(path))
  return lines(
    `${pc.bold(inLine(folder))}: ${count(files, 'file')}, ${modules.length === 0 ? 'no module' : countText(result)}`,
    modules.length === 0 ? ['  a module is a file mod_<name>.lua; none lies in it at any depth'] : [],
    result.trees.flatMap((tree) => [treeLine(tree), ...untoldLines(tree, result)]),
    moduleLines(result, columns),
    listed('modified, and of no release as they are', notMain(result.modified)),
    unknownLines(notMain(unknown), modules),
    listed('of a release, but not where they lie here', notMain(stray)),
    lineEndLines(result),
    ignored === 0 ? [] : [pc.dim(`left out: ${count(ignored, 'file')}: documentation, patches, hidden ones`)],
    listed('could not be read', unreadable.map(passedOver)),
    listed('not looked at', skipped.map(passedOver)),
    adoption === null ? [] : adoptionLines(adoption, result, cwd),
  )
}

/** What lies in no folder of a module, and is no Lua, is of something else: it is told by number. */
function unknownLines(unknown: readonly string[], modules: readonly IdentifiedModule[]): string[] {
  const folders = new Set(modules.map(({path}) => path.slice(0, path.lastIndexOf('/') + 1)))
  const isNear = (path: string): boolean => {
    const parts = path.split('/')
    const above = parts.map((_, at) =>
      parts
        .slice(0, at)
        .map((part) => `${part}/`)
        .join(''),
    )
    return (
      path.endsWith('.lua') ||
      folders.has(above.at(-1) ?? '') ||
      above.some((one) => one !== '' && folders.has(one))
    )
  }
  const near = unknown.filter((path) => isNear(path))
  const far = unknown.length - near.length
  return [
    ...listed('in no release', near),
    ...(far === 0
      ? []
      : [pc.dim(`left out: ${count(far, 'file')} in no folder of a module (--json lists all)`)]),
  ]
}

/** They are a release's else, and exact for that. */
function lineEndLines({lineEnds}: IdentifyResult): string[] {
  if (lineEnds.length === 0) return []
  return [
    `${count(lineEnds.length, 'file')} with line ends of Windows, and a release's else; Lua reads both alike, and Git keeps those of Unix with "*.lua text eol=lf" in .gitattributes`,
  ]
}

/** `96 modules: 91 exact, 1 modified, 4 unknown` */
function countText({modules, trees}: IdentifyResult): string {
  const byLibrary = modules.filter((one) => trees.some((tree) => hasOnlyChangedLibraries(one, tree)))
  const rest = modules.filter((one) => !byLibrary.includes(one))
  const parts = states.flatMap((state) => {
    const number = rest.filter((one) => one.state === state).length
    return number === 0 ? [] : [`${number} ${state}`]
  })
  const loading = byLibrary.length === 0 ? [] : [`${byLibrary.length} exact but for a library that they load`]
  return `${count(modules.length, 'module')}: ${[...parts, ...loading].join(', ')}`
}

/** Exact modules of a tree are told by number: the tree's line speaks for them. */
function moduleLines({modules, trees}: IdentifyResult, columns: number): string[] {
  const spoken = new Set(
    modules.filter((one) => trees.some((tree) => lies(one, tree) || hasOnlyChangedLibraries(one, tree))),
  )
  const rest = states.map((state) => ({
    state,
    all: modules.filter((one) => one.state === state && !spoken.has(one)),
  }))
  const rows = rest.flatMap(({all}) => all.slice(0, shown).flatMap((one) => rowsOf(one)))
  const more = rest.filter(({all}) => all.length > shown)
  return [
    ...rowLines([...trees.flatMap((tree) => sumRows(tree, spoken)), ...rows], columns),
    ...more.map(({state, all}) => moreLine(all.length - shown, state)),
  ]
}

/** Where a row has no room for its last cell, those of all rows stand below the others, moved in. */
function rowLines(rows: readonly (readonly string[])[], columns: number): string[] {
  const whole = table(rows)
  if (whole.every((line) => widthOf(line) <= columns)) return whole
  const indent = ' '.repeat(Math.max(...rows.map(([state = '']) => widthOf(state))) + 2)
  const fronts = table(rows.map((row) => row.slice(0, -1)))
  return rows.flatMap((row, at) => {
    const [front = '', last = ''] = [fronts[at], row.at(-1)]
    return [...(front.trim() === '' ? [] : [front]), ...(last === '' ? [] : [indent + last])]
  })
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
  const known = publishers.length === 0 ? [] : [['', '', '', publishersText(publishers)]]
  const why = differing
    .filter((one) => one.state !== 'modified' || one.path !== path)
    .slice(0, shown)
    .map((one) => ['', '', '', `${stateText(one.state)} ${inLine(one.path)}${otherText(one.versions)}`])
  return [row, ...known, ...why]
}

function publishersText(publishers: readonly string[]): string {
  const [only = '', ...more] = publishers
  if (publishers.join() === prosodyId)
    return 'Prosody ships one of that name, with other bytes in every release that is known'
  return more.length === 0
    ? `no digest is known; ${only} has one of that name`
    : `none of its files is known; ${publishers.map((id) => (id === prosodyId ? 'Prosody itself' : id)).join(' and ')} have one of that name each`
}

function versionText({
  state,
  version,
  versions,
}: Pick<IdentifiedModule, 'state' | 'version' | 'versions'>): string {
  if (version === null) return '-'
  return state === 'exact' || state === 'incomplete' ? versionsText(versions) : `nearest ${version}`
}

function adoptionLines(adoption: Adoption, result: IdentifyResult, cwd: string): string[] {
  const {added, kept, dryRun, notes, fetch, lint, needs} = adoption
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
    ...warningLines(adoption),
    ...changeLines(adoption),
  ]
}

/** What is no release's, and how it gets into the project. */
function leftLines({modules, folder}: IdentifyResult, cwd: string): string[] {
  const own = modules.filter(({module, state}) => state === 'exact' && module?.startsWith(`${prosodyId}/`))
  const ownLine = `not adopted: ${count(own.length, 'module')} of Prosody's own: its package brings them`
  const others = modules
    .filter(({state}) => state !== 'exact')
    .map((one) => `not adopted: ${one.module ?? one.name}: ${reason(one)}; ${advice(one, {folder, cwd})}`)
  return own.length === 0 ? others : [ownLine, ...others]
}

/** A module is told apart from the libraries that it shares with others. */
function reason(one: IdentifiedModule): string {
  const libraries = changedLibraries(one)
  if (libraries.length === 0) return one.state
  const what =
    libraries.length === 1 ? 'a library that it loads is changed' : 'libraries that it loads are changed'
  return `its own bytes are the release's, and ${what}: ${libraries.map(inLine).join(', ')}`
}

/** The shared libraries that alone keep a module from being exact; none where more does. */
function changedLibraries({state, name, differing}: IdentifiedModule): string[] {
  const isShared = (path: string): boolean =>
    path.endsWith('.lib.lua') && !path.includes(`${prefixed(name)}/`)
  return state === 'modified' && differing.every(({path}) => isShared(path))
    ? differing.map(({path}) => path)
    : []
}

function advice(
  one: IdentifiedModule,
  {folder, cwd}: {readonly folder: string; readonly cwd: string},
): string {
  const {module, version, state, path, name} = one
  if (module === `${prosodyId}/${name}`)
    return state === 'mixed'
      ? `it is Prosody's own, of ${version ?? ''}: the package brings the right one`
      : "it stands in the place of Prosody's own, which the package brings"
  const publisher = `prosody-mods add ${module ?? ''}@${version ?? ''}`
  if (state === 'mixed' || state === 'incomplete') return `take the publisher's: ${publisher}`
  const own = path
    .split('/')
    .slice(0, -1)
    .findLast((part) => part === prefixed(name) || part === name)
  // Of a main file that lies by itself, adding takes along what it loads of what lies beside it.
  const top = own === undefined ? path : path.slice(0, path.indexOf(`${own}/`) + own.length)
  const what = changedLibraries(one).length === 0 ? 'it as it is' : 'both as they are'
  return `keep ${what}: prosody-mods add ${inLine(specPath(resolve(folder, top), cwd))}`
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

function passedOver({path, reason}: {readonly path: string; readonly reason: string}): string {
  return `${path}: ${reason}`
}
