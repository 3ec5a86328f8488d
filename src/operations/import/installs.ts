import {bareName, isPrefixed} from '../../module-name.ts'
import type {Followed, Installed} from '../../recipe/follow/types.ts'
import type {Registry} from '../../registry/registry.ts'
import {count} from '../../text/count.ts'
import type {Judgement} from './account.ts'
import type {Addition} from './add-imported.ts'
import type {Judging} from './judging.ts'
import {isOfProsody, ownNote} from './meaning.ts'
import {packageVersion, sourceOfPackage} from './package-source.ts'
import type {ImportedLibrary} from './types.ts'
import type {Wanted} from './wanted.ts'

/** What package managers are told to install, read for modules. */
export interface ReadInstalls {
  readonly wanted: readonly {readonly wanted: Wanted; readonly line: number; readonly step: number}[]
  /** By the index of the step. */
  readonly judgements: ReadonlyMap<number, Judgement>
  readonly libraries: readonly Omit<ImportedLibrary, 'neededBy'>[]
  readonly notes: readonly string[]
}

/** What one thing that is installed stands for. */
interface Read {
  readonly wanted: readonly Wanted[]
  readonly state: 'module' | 'package' | 'core' | 'open'
  readonly what: string
  readonly hint?: string
}

/** Reads what is installed: modules, packages that have modules, and libraries. */
export function readInstalls({installed, steps, targets}: Followed, judging: Judging): ReadInstalls {
  const kept = new Set(targets.flatMap(({stages}) => stages))
  const wanted: {wanted: Wanted; line: number; step: number}[] = []
  const judgements = new Map<number, Judgement>()
  const libraries: Omit<ImportedLibrary, 'neededBy'>[] = []
  for (const step of new Set(installed.map((one) => one.step))) {
    const all = installed.filter((one) => one.step === step)
    const isDownload = steps[step]?.deed.why === 'download'
    const reads = all.map((one) => ({
      one,
      read: readOne(one, {judging, isDownload, isKept: kept.size === 0 || kept.has(one.stage)}),
    }))
    for (const {one, read} of reads) {
      for (const found of read.wanted) wanted.push({wanted: found, line: one.line, step})
      if (read.state === 'package' && one.by !== 'prosodyctl')
        libraries.push({by: one.by, name: one.name, version: one.version ?? null, line: one.line})
    }
    judgements.set(step, judgementOf(reads.map(({read}) => read)))
  }
  return {wanted, judgements, libraries, notes: floatNotes(wanted.map((one) => one.wanted))}
}

/** Rocks have numbers of their own: which revision they were made of nobody knows. */
function floatNotes(wanted: readonly Wanted[]): string[] {
  const names = [...new Set(wanted.flatMap(({spec, version}) => (version === undefined ? spec : [])))]
  if (names.length === 0) return []
  return [`no revision of ${names.join(', ')} was pinned, so the newest that is known is taken`]
}

/** Returns the judgements with what became of the modules: the version that was taken, or why none was. */
export function withOutcome(
  {wanted, judgements}: ReadInstalls,
  {failedSpecs, versions}: Addition,
): ReadonlyMap<number, Judgement> {
  const all = new Map(judgements)
  for (const {wanted: one, step} of wanted) {
    const error = failedSpecs.get(one.spec)
    const became = versions.get(one.spec)
    const before = all.get(step)
    if (before !== undefined && became !== undefined && one.version === undefined) {
      const words = before.what
        .split(', ')
        .map((word) => (word === one.spec ? `${became.key} ${became.version}` : word))
      all.set(step, {...before, what: words.join(', ')})
    }
    if (error === undefined) continue
    const what = error.message.split('\n')[0] ?? error.message
    all.set(step, {state: 'not-understood', what, ...(error.hint === undefined ? {} : {hint: error.hint})})
  }
  return all
}

function judgementOf(reads: readonly Read[]): Judgement {
  const open = reads.find(({state}) => state === 'open')
  if (open !== undefined)
    return {state: 'not-understood', what: open.what, ...(open.hint === undefined ? {} : {hint: open.hint})}
  const modules = reads.filter(({state}) => state === 'module')
  const packages = reads.filter(({state}) => state === 'package')
  const core = reads.filter(({state}) => state === 'core')
  if (core.length === reads.length)
    return {state: 'not-needed', what: core.map((one) => one.what).join('; '), isCut: true}
  const hints = reads.flatMap(({hint}) => hint ?? [])
  const what = modules.map((one) => one.what).join(', ')
  if (modules.length > 0 && packages.length === 0) return {state: 'taken', what, isCut: true}
  if (modules.length > 0)
    return {
      state: 'taken',
      what,
      hint: `take it out of the list, which has ${count(packages.length, 'other package')}`,
    }
  return {
    state: 'stays',
    what: packages.map((one) => one.what).join(', '),
    ...(hints[0] === undefined ? {} : {hint: hints[0]}),
  }
}

interface Reading {
  readonly judging: Judging
  readonly isDownload: boolean
  /** Whether it is in an image that is built. */
  readonly isKept: boolean
}

function readOne(one: Installed, reading: Reading): Read {
  if (one.name.includes('$') || one.name.includes('`')) return unknownName(one)
  switch (one.by) {
    case 'prosodyctl':
      return moduleByName(one, reading.judging)
    case 'luarocks':
      return isPrefixed(one.name) || one.name.startsWith('prosody-mod-')
        ? moduleByName(one, reading.judging)
        : packageOf(one)
    case 'apt':
      return debianPackage(one, reading)
    case 'apk':
    case 'dnf':
    case 'pacman':
      return one.name === 'prosody-modules' ? allModules(one) : packageOf(one)
  }
}

function unknownName({by, name}: Installed): Read {
  if (by !== 'prosodyctl') return {wanted: [], state: 'package', what: name}
  return {
    wanted: [],
    state: 'open',
    what: `which modules it installs is not said: ${name} has no value here`,
    hint: 'add them by their names: prosody-mods add <module>',
  }
}

function packageOf({name, version}: Installed): Read {
  return {wanted: [], state: 'package', what: version === undefined ? name : `${name} ${version}`}
}

/** What prosodyctl installs by default comes from the community's modules. */
function moduleByName({name, server}: Installed, judging: Judging): Read {
  const {registry} = judging
  const bare = bareName(name.replace(/^prosody-mod-/, ''))
  const isOther = server !== undefined && !server.includes('modules.prosody.im') && !server.includes('$')
  if (isOther)
    return {
      wanted: [],
      state: 'open',
      what: `${name} comes from the rocks server ${server}, which is no source of modules here`,
      hint: `the registry knows ${registry.publishers(bare).join(', ') || 'no module of that name'}: prosody-mods add ${bare}`,
    }
  const wanted = {spec: `community/${bare}`, name: bare, version: undefined, except: []}
  if (isOfProsody(wanted, judging)) return {wanted: [], state: 'core', what: ownNote([bare], judging)}
  if (!registry.publishers(bare).includes('community'))
    return {
      wanted: [],
      state: 'open',
      what: `the community has no module ${bare}`,
      hint: 'look whether it has another name: prosody-mods search <word>',
    }
  return {
    wanted: [wanted],
    state: 'module',
    what: `community/${bare}`,
  }
}

function debianPackage(one: Installed, reading: Reading): Read {
  const {registry} = reading.judging
  const source = sourceOfPackage(one.name, registry)
  // What is only downloaded is unpacked by another line, and what is in another stage is copied by one.
  if (source !== undefined && (reading.isDownload || !reading.isKept))
    return {wanted: [], state: 'module', what: `${one.name}, whose modules are taken by themselves`}
  if (source !== undefined && !isOwn(one.name, source.id, registry)) return packageOf(one)
  if (source !== undefined) {
    const {version} = packageVersion(source, one.version)
    if (version === undefined)
      return {
        ...packageOf(one),
        hint: `it brings the modules of ${source.id}, of whatever version there is; to pin them: prosody-mods add ${source.id}`,
      }
    const spec = `${source.id}@${version}`
    return {
      wanted: [{spec: source.id, name: undefined, version, except: []}],
      state: 'module',
      what: `${spec}, in place of the package ${one.name}`,
    }
  }
  return one.name === 'prosody-modules' ? allModules(one) : packageOf(one)
}

function isOwn(name: string, id: string, registry: Registry): boolean {
  return registry.packages(id)?.package === name
}

/** The package has 300 modules or more, most of which nobody uses. */
function allModules(one: Installed): Read {
  return {
    ...packageOf(one),
    hint: 'to pin the modules of it that you use, add them by name: prosody-mods add community/<module>',
  }
}

/** Tells which modules of a project need what a package or rock brings. */
export function neededBy(
  {by, name}: Omit<ImportedLibrary, 'neededBy'>,
  needs: readonly {readonly module: string; readonly servers: readonly string[]}[],
  registry: Registry,
): readonly string[] {
  const {packages, rocks} = registry.libraries
  const serves = new Set<string>()
  if (by === 'luarocks')
    for (const [library, {rock}] of Object.entries(rocks)) if (rock === name) serves.add(library)
  if (by === 'apt') {
    const suites = Object.hasOwn(packages, name) ? packages[name] : undefined
    for (const one of Object.values(suites ?? {}))
      for (const {modules} of one.serves) for (const library of modules) serves.add(library)
  }
  return needs.filter(({servers}) => servers.some((library) => serves.has(library))).map(({module}) => module)
}
