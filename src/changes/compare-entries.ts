import {toSha256, type Digest, type Sha256} from '../digest.ts'
import {splitKey, type ModuleKey} from '../module-key.ts'
import type {FileFacts} from '../facts/fact-types.ts'
import type {RuleFinding, RuleReport} from '../lint/rules/rule-report.ts'
import {ownValue} from '../own-value.ts'
import type {Lockfile} from '../project/lockfile.ts'
import type {RegistryMove} from '../registry/types.ts'
import type {ModuleComparison} from '../resolve/compare.ts'
import {comparePortraits, type PortraitPair} from './compare-portraits.ts'
import {joinChanges} from './join-changes.ts'
import {portraitsOf, type Portrait} from './portrait.ts'
import type {Change, Place} from './types.ts'

/** What is known of files, whichever release they are of. */
export interface FileKnowledge {
  /** Returns the facts of a Lua file; undefined where they are not known. */
  facts(sha256: Sha256, path: string): FileFacts | undefined
  /** Returns what the rules find in a file on a line of Prosody; undefined where that is not known. */
  report(sha256: Sha256, path: string, line: string): RuleReport | undefined
}

/** Entries of one source in two locks, and what they are judged by. */
export interface EntriesCompared {
  readonly keys: readonly ModuleKey[]
  readonly before: Lockfile
  readonly after: Lockfile
  readonly modules: ModuleComparison
  readonly known: FileKnowledge
  /** Lines of Prosody, oldest first, and that of the project. */
  readonly lines: readonly string[]
  readonly line: string
  /** Modules that Prosody of that line has itself. */
  readonly core: ReadonlySet<string>
  /** Whether Prosody or its own modules read an option of that name. */
  readonly isCoreOption: (name: string) => boolean
  /** What became of a module, by its name. */
  readonly moves: (name: string) => readonly RegistryMove[]
}

/** What differs, and where that could not be told. */
export interface EntryChanges {
  /** Worst first. */
  readonly changes: readonly Change[]
  /** Modules of which some file could not be looked at, sorted. */
  readonly partial: readonly string[]
}

/** Compares entries of one source as their code shows them. */
export function compareEntries(compared: EntriesCompared): EntryChanges {
  const {modules} = compared
  const [old, fresh] = [portraits(compared, 'before'), portraits(compared, 'after')]
  const heirs = new Map(modules.renamed.map(({from, to}) => [from, to]))
  const pairs = [...old].flatMap(([name, before]) => {
    const after = fresh.get(heirs.get(name) ?? name)
    return after === undefined || isSame(before, after) ? [] : [{before, after}]
  })
  const loaded = {old: filesIn(old), fresh: filesIn(fresh)}
  const sharedBy = ({before, after}: Pair): PortraitPair['shared'] => ({
    dropped: onlyIn(before.portrait, after.portrait).filter((path) => loaded.fresh.has(path)),
    taken: onlyIn(after.portrait, before.portrait).filter((path) => loaded.old.has(path)),
  })
  const readers = optionsRead(fresh)
  const readersOf = (option: string): readonly string[] => [
    ...(readers.get(option) ?? []),
    ...(compared.isCoreOption(option) ? ['Prosody itself'] : []),
  ]
  const changes = [
    ...moduleChanges(compared),
    ...pairs.flatMap((pair) => {
      const {before, after} = pair
      const shared = sharedBy(pair)
      return [
        ...comparePortraits({before: before.portrait, after: after.portrait, shared}),
        ...lineChanges(before, after, compared),
        ...findingChanges(pair, shared, compared),
      ]
    }),
  ]
  return {
    changes: joinChanges(changes, readersOf),
    partial: [...new Set([...old.values(), ...fresh.values()].flatMap(partialNames))].sort(),
  }
}

/** Whether the same bytes are loaded from the same paths. */
function isSame(before: Placed, after: Placed): boolean {
  const {files} = before.portrait
  return (
    files.length === after.portrait.files.length &&
    files.every((path) => {
      const digest = before.digestOf(path)
      return digest !== undefined && digest === after.digestOf(path)
    })
  )
}

function filesIn(portraits: ReadonlyMap<string, Placed>): ReadonlySet<string> {
  return new Set([...portraits.values()].flatMap(({portrait}) => portrait.files))
}

function onlyIn({files}: Portrait, other: Portrait): string[] {
  return files.filter((path) => !other.files.includes(path))
}

/** A module in both releases, the earlier one maybe by another name. */
interface Pair {
  readonly before: Placed
  readonly after: Placed
}

interface Placed {
  readonly portrait: Portrait
  readonly digestOf: (path: string) => Digest | undefined
}

function partialNames({portrait: {name, partial}}: Placed): string[] {
  return partial ? [name] : []
}

function portraits({keys, known, ...locks}: EntriesCompared, which: 'before' | 'after'): Map<string, Placed> {
  const found = new Map<string, Placed>()
  for (const key of keys) {
    const locked = locks[which].modules[key]
    if (locked === undefined) continue
    const digestOf = (path: string): Digest | undefined => ownValue(locked.files, path)
    const read = (path: string): FileFacts | undefined => {
      const digest = digestOf(path)
      return digest === undefined ? undefined : known.facts(toSha256(digest), path)
    }
    for (const portrait of portraitsOf(key, locked, read)) found.set(portrait.name, {portrait, digestOf})
  }
  return found
}

/** By name, the modules that read it. */
function optionsRead(portraits: ReadonlyMap<string, Placed>): ReadonlyMap<string, readonly string[]> {
  const readers = new Map<string, string[]>()
  for (const [module, {portrait}] of portraits) {
    const names = new Set(portrait.facts.options.flatMap(({name}) => name ?? []))
    for (const name of names) readers.set(name, [...(readers.get(name) ?? []), module])
  }
  return readers
}

function moduleChanges({modules, moves, keys, core}: EntriesCompared): Change[] {
  const plain = {before: null, after: null, places: {before: null, after: null}}
  const noteOn = (name: string): string | null => moves(name).map(({note}) => note)[0] ?? null
  const [source = ''] = keys.map((key) => splitKey(key)[0])
  return [
    ...modules.removed.map((name) => ({
      ...({kind: 'module-removed', name, modules: [name], ...plain} as const),
      // Who enables it gets Prosody's own.
      severity: core.has(name) ? ('notable' as const) : ('breaking' as const),
      after: core.has(name) ? `${name} of Prosody` : insteadOf(moves(name), source),
      note: noteOn(name),
    })),
    ...modules.renamed.map(({from, to}) => ({
      ...({kind: 'module-renamed', severity: 'breaking', name: from, modules: [to], ...plain} as const),
      ...{before: from, after: to, note: noteOn(from)},
    })),
    ...modules.added.map((name) => ({
      ...({kind: 'module-added', severity: 'news', name, modules: [name], ...plain, note: null} as const),
    })),
  ]
}

/** What stands in modules_enabled in its place: names, with the source where it is another. */
function insteadOf(moves: readonly RegistryMove[], source: string): string | null {
  const names = moves.flatMap(({to = [], core = [], change, module}) => [
    ...to.map((key) => (splitKey(key)[0] === source ? splitKey(key)[1] : key)),
    ...(change === 'core' ? (core.length > 0 ? core : [module]).map((name) => `${name} of Prosody`) : []),
  ])
  return names.length === 0 ? null : [...new Set(names)].join(', ')
}

/** The first line on which the rules find no error; undefined where there is none, or not all is known. */
function leastLine(
  {portrait, digestOf}: Placed,
  {known, lines}: Pick<EntriesCompared, 'known' | 'lines'>,
): string | undefined {
  return lines.find((line) =>
    portrait.files.every((path) => {
      const digest = digestOf(path)
      const report = digest === undefined ? undefined : known.report(toSha256(digest), path, line)
      return report !== undefined && !report.findings.some(isCertainError)
    }),
  )
}

/** What other files may put right is none. */
function isCertainError({severity, pending}: RuleFinding): boolean {
  return severity === 'error' && pending === undefined
}

function lineChanges(before: Placed, after: Placed, compared: EntriesCompared): Change[] {
  const [old, now] = [leastLine(before, compared), leastLine(after, compared)]
  if (old === undefined || now === undefined || old === now) return []
  const {lines, line} = compared
  const isAbove = lines.indexOf(now) > lines.indexOf(line)
  return [
    {
      ...{kind: 'prosody-line', severity: isAbove ? 'breaking' : 'news', name: after.portrait.name},
      ...{modules: [after.portrait.name], before: old, after: now, places: {before: null, after: null}},
      note: isAbove ? `the project's Prosody is ${line}` : null,
    },
  ]
}

type Found = ReadonlyMap<string, {readonly finding: RuleFinding; readonly place: Place}>

/** Rules whose findings are of files that Prosody passes over. */
const skips: ReadonlySet<string> = new Set(['unmet-metadata'])

/** What is found in a file that other modules load on both sides is no news. */
function findingChanges(
  {before, after}: Pair,
  {dropped, taken}: PortraitPair['shared'],
  compared: EntriesCompared,
): Change[] {
  const [old, now] = [findingsOf(before, compared), findingsOf(after, compared)]
  const module = after.portrait.name
  const changeOf = (kind: 'finding-new' | 'finding-gone', found: Found): Change[] =>
    [...found.values()].map(({finding: {rule, message, severity}, place}) => ({
      ...{kind, name: rule, modules: [module], note: null},
      severity: kind === 'finding-new' && (severity === 'error' || skips.has(rule)) ? 'notable' : 'news',
      ...(kind === 'finding-new'
        ? {before: null, after: message, places: {before: null, after: place}}
        : {before: message, after: null, places: {before: place, after: null}}),
    }))
  return [
    ...changeOf('finding-new', lacking(now, old, taken)),
    ...changeOf('finding-gone', lacking(old, now, dropped)),
  ]
}

function lacking(found: Found, others: Found, shared: readonly string[]): Found {
  return new Map([...found].filter(([text, {place}]) => !others.has(text) && !shared.includes(place.file)))
}

/** By rule and message, each once. */
function findingsOf({portrait, digestOf}: Placed, {known, line}: EntriesCompared): Found {
  const found = new Map<string, {readonly finding: RuleFinding; readonly place: Place}>()
  for (const path of portrait.files) {
    const digest = digestOf(path)
    const report = digest === undefined ? undefined : known.report(toSha256(digest), path, line)
    for (const finding of report?.findings ?? []) {
      const text = `${finding.rule} ${finding.message}`
      if (finding.pending === undefined && !found.has(text))
        found.set(text, {finding, place: {file: path, line: finding.line}})
    }
  }
  return found
}
