import {existsSync, readdirSync, readFileSync, realpathSync, statSync, type Stats} from 'node:fs'
import {dirname, join, resolve, sep} from 'node:path'
import {readFailed} from '../durable.ts'
import {ProsodyModsError, systemCode} from '../errors.ts'
import {defaultConfig, readConfig, type ConfigProblem, type LintConfig} from '../lint/config.ts'
import {compareGlobs, matchesGlob} from '../lint/globs.ts'
import {resolveFindings, type FileResult, type Finding} from '../lint/finding.ts'
import type {FileToLint} from '../lint/index.ts'
import {unknownStandard, type OptionSet} from '../lint/options.ts'
import {builtinNames, standardsWith} from '../lint/standards.ts'
import {packageFolder} from '../package-folder.ts'
import type {Environment} from './environment.ts'
import {buildDigest, LintCache} from './lint-cache.ts'

const ruleGroups = ['luacheck'] as const

type RuleGroup = (typeof ruleGroups)[number]

export interface LintRequest {
  /** Files and folders, from the environment's folder. */
  readonly paths: readonly string[]
  /** Standards joined by `+`; undefined for those of the configuration. */
  readonly std: string | undefined
  /** Whether a `.luacheckrc` is looked for, from the environment's folder upwards. */
  readonly config: boolean
  /** Names of groups, between commas. */
  readonly rules: string | undefined
}

export interface LintFinding extends Finding {
  /** As it was given, or below a folder that was. */
  readonly path: string
  readonly severity: 'error' | 'warning'
  readonly rule: RuleGroup
  /** The line, as text; of a long one, its beginning. */
  readonly source: string
}

export interface LintResult {
  readonly files: number
  readonly errors: number
  readonly warnings: number
  readonly findings: readonly LintFinding[]
  /** Null where none is used. */
  readonly config: {
    /** Absolute. */
    readonly path: string
    /** What in it has no effect. */
    readonly notUnderstood: readonly ConfigProblem[]
  } | null
}

interface LocatedConfig extends LintConfig {
  readonly path: string | undefined
  /** What its globs start from. */
  readonly folder: string
  /** By absolute glob. */
  readonly overrides: readonly {readonly glob: string; readonly options: OptionSet}[]
}

/** Looks for mistakes in Lua files. Throws USAGE, PATH_NOT_FOUND, READ_FAILED and CONFIG_INVALID. */
export async function lint(request: LintRequest, {cwd, storeFolder}: Environment): Promise<LintResult> {
  checkGroups(request.rules)
  const config = locateConfig(request.config, cwd)
  const options = optionsOf(request.std, config)
  const paths = request.paths
    .flatMap((path) => filesAt(path, cwd))
    .filter((path) => isIncluded(slashed(resolve(cwd, path)), config))
  const layersOf = layering(config, options)
  const files = paths.map((path) => ({
    bytes: readLua(path, cwd),
    layers: layersOf(slashed(resolve(cwd, path))),
  }))
  const results = await resultsOf(files, config.standards, storeFolder)
  const findings = resolveFindings(results).flatMap((found, index) =>
    placed(found, paths[index] ?? '', results[index]?.lines ?? {}),
  )
  const errors = findings.filter(({severity}) => severity === 'error').length
  return {
    files: paths.length,
    errors,
    warnings: findings.length - errors,
    findings,
    config: config.path === undefined ? null : {path: config.path, notUnderstood: config.problems},
  }
}

/** What each file comes to, from earlier runs where they have seen it. */
async function resultsOf(
  files: readonly FileToLint[],
  standards: LintConfig['standards'],
  storeFolder: string,
): Promise<readonly FileResult[]> {
  const cache = new LintCache(storeFolder, {standards})
  const known = files.map((file) => cache.find(file))
  const missing = files.filter((_, index) => known[index] === undefined)
  if (missing.length === 0) return known.filter((result) => result !== undefined)
  // The linter is much code, which a run that finds everything known does without.
  const {lintInThreads} = await import('../lint/threads.ts')
  const found = await lintInThreads({files: missing, standards, worker})
  for (const [index, file] of missing.entries()) {
    const result = found[index]
    if (result !== undefined) cache.add(file, result)
  }
  await cache.save()
  const rest = found.values()
  return known.flatMap((result) => result ?? rest.next().value ?? [])
}

/** What the linter's threads run; before a build there is none. */
const worker = buildDigest === undefined ? undefined : join(packageFolder, 'dist/lint-worker.js')

function checkGroups(rules: string | undefined): void {
  for (const name of rules?.split(',') ?? []) {
    if ((ruleGroups as readonly string[]).includes(name)) continue
    throw new ProsodyModsError('USAGE', `there is no group of rules "${name}"`, {
      hint: `groups are ${ruleGroups.join(', ')}`,
    })
  }
}

function locateConfig(wanted: boolean, cwd: string): LocatedConfig {
  const name = '.luacheckrc'
  for (let folder = cwd; wanted; folder = dirname(folder)) {
    const path = join(folder, name)
    if (existsSync(path) && statSync(path).isFile())
      return located(readConfig(readLua(path, cwd)), folder, path)
    if (folder === dirname(folder)) break
  }
  return located(defaultConfig(), resolve(cwd, '/'), undefined)
}

function located(config: LintConfig, folder: string, path: string | undefined): LocatedConfig {
  return {...config, path, folder, overrides: overridesIn(config, folder)}
}

function optionsOf(std: string | undefined, {standards}: LintConfig): OptionSet {
  if (std === undefined) return {}
  const unknown = unknownStandard(std, standardsWith(standards))
  if (unknown === undefined) return {std}
  throw new ProsodyModsError('USAGE', `there is no standard "${unknown}"`, {
    hint: `standards are ${[...builtinNames, ...standards.keys()].join(', ')}; join them with +`,
  })
}

/** A file as it is, of a folder all that end with `.lua`, at any depth, in the order of their bytes. */
function filesAt(path: string, cwd: string): string[] {
  const isFolder = statOf(path, cwd).isDirectory()
  const found = isFolder ? luaFilesIn(path, cwd, new Set()) : [path]
  const sorted = found.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  return sorted.map((one) => one.replace(/^\.\/(?!\/)/, ''))
}

function statOf(path: string, cwd: string): Stats {
  try {
    return statSync(resolve(cwd, path))
  } catch (error) {
    const code = systemCode(error)
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw readFailed(path, error)
    throw new ProsodyModsError('PATH_NOT_FOUND', `${path}: there is no such file or folder`, {
      hint: 'name files of Lua, or folders that hold some',
      details: {path},
      cause: error,
    })
  }
}

/** @param around folders that this one lies in, lest a link lead in a circle */
function luaFilesIn(folder: string, cwd: string, around: ReadonlySet<string>): string[] {
  try {
    const real = realpathSync(resolve(cwd, folder))
    if (around.has(real)) return []
    const inside = new Set([...around, real])
    const base = folder.endsWith('/') || folder.endsWith(sep) ? folder : `${folder}/`
    return readdirSync(real, {withFileTypes: true}).flatMap((entry) => {
      const path = base + entry.name
      const kind = entry.isSymbolicLink() ? statSync(resolve(cwd, path), {throwIfNoEntry: false}) : entry
      if (kind?.isDirectory() === true) return luaFilesIn(path, cwd, inside)
      return entry.name.endsWith('.lua') && kind?.isFile() === true ? [path] : []
    })
  } catch (error) {
    throw readFailed(folder, error)
  }
}

function readLua(path: string, cwd: string): Buffer {
  try {
    return readFileSync(resolve(cwd, path))
  } catch (error) {
    throw readFailed(path, error)
  }
}

function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/')
}

function globIn(folder: string, glob: string): string {
  return slashed(resolve(folder, glob))
}

function isIncluded(path: string, {excludeFiles, includeFiles, folder}: LocatedConfig): boolean {
  const fits = (glob: string): boolean => matchesGlob(globIn(folder, glob), path)
  return !excludeFiles.some(fits) && (includeFiles.length === 0 || includeFiles.some(fits))
}

/** Gives the layers that hold for a path; the same list for all paths of which they are the same. */
function layering(
  {options, overrides}: LocatedConfig,
  last: OptionSet,
): (path: string) => readonly OptionSet[] {
  const known = new Map<string, readonly OptionSet[]>()
  return (path) => {
    const fitting = overrides.filter(({glob}) => matchesGlob(glob, path))
    const key = fitting.map(({glob}) => glob).join('\n')
    const layers = known.get(key) ?? [options, ...fitting.map((one) => one.options), last]
    known.set(key, layers)
    return layers
  }
}

/** Options of globs, the widest first. */
function overridesIn({files}: LintConfig, folder: string): LocatedConfig['overrides'] {
  return [...files]
    .map(([glob, options]) => ({glob: globIn(folder, glob), options}))
    .sort((a, b) => compareGlobs(a.glob, b.glob))
}

function placed(findings: readonly Finding[], path: string, lines: FileResult['lines']): LintFinding[] {
  return findings.map((finding) => ({
    path,
    ...finding,
    severity: finding.code.startsWith('0') ? 'error' : 'warning',
    rule: 'luacheck',
    source: lines[finding.line] ?? '',
  }))
}
