import {existsSync, statSync} from 'node:fs'
import {dirname, join, resolve, sep} from 'node:path'
import {ProsodyModsError} from '../../errors.ts'
import {defaultConfig, readConfig, type LintConfig} from '../../lint/options/config.ts'
import {compareGlobs, matchesGlob} from '../../lint/options/globs.ts'
import {unknownStandard, type OptionSet} from '../../lint/options/options.ts'
import {builtinNames, standardsWith, type Standard} from '../../lint/options/standards.ts'
import {readWhole} from './files.ts'

/** luacheck's options that hold for a project, with where they stand. */
export interface LocatedConfig extends LintConfig {
  /** The absolute path of the file; undefined where there is no configuration. */
  readonly path: string | undefined
  /** The folder that its globs start from. */
  readonly folder: string
  /** Options for the files that an absolute glob names. */
  readonly overrides: readonly {readonly glob: string; readonly options: OptionSet}[]
}

/**
 * Finds the `.luacheckrc` next above a folder, which may name these standards, too. Throws READ_FAILED and
 * CONFIG_INVALID.
 */
export function locateConfig(
  wanted: boolean,
  cwd: string,
  standards: ReadonlyMap<string, Standard>,
): LocatedConfig {
  const name = '.luacheckrc'
  for (let folder = cwd; wanted; folder = dirname(folder)) {
    const path = join(folder, name)
    if (existsSync(path) && statSync(path).isFile())
      return located(readConfig(readWhole(path, cwd), standards), folder, path)
    if (folder === dirname(folder)) break
  }
  return located({...defaultConfig(), standards}, resolve(cwd, '/'), undefined)
}

function located(config: LintConfig, folder: string, path: string | undefined): LocatedConfig {
  return {...config, path, folder, overrides: overridesIn(config, folder)}
}

/** Reads the option `--std`. Throws USAGE for a standard that nobody knows. */
export function optionsOf(std: string | undefined, standards: ReadonlyMap<string, Standard>): OptionSet {
  if (std === undefined) return {}
  const unknown = unknownStandard(std, standardsWith(standards))
  if (unknown === undefined) return {std}
  throw new ProsodyModsError('USAGE', `there is no standard "${unknown}"`, {
    hint: `standards are ${[...builtinNames, ...standards.keys()].join(', ')}; join them with +`,
  })
}

/** Writes a path of this system with slashes. */
export function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/')
}

function globIn(folder: string, glob: string): string {
  return slashed(resolve(folder, glob))
}

/**
 * Tells whether a configuration lets a file be linted.
 * @param path absolute, with slashes
 */
export function isIncluded(path: string, {excludeFiles, includeFiles, folder}: LocatedConfig): boolean {
  const fits = (glob: string): boolean => matchesGlob(globIn(folder, glob), path)
  return !excludeFiles.some(fits) && (includeFiles.length === 0 || includeFiles.some(fits))
}

/**
 * Returns a function that gives the layers which hold for a path between two others; the same list for all paths of
 * which they are the same.
 */
export function layering(
  {options, overrides}: LocatedConfig,
  last: OptionSet,
): (path: string, first: OptionSet) => readonly OptionSet[] {
  const known = new Map<OptionSet, Map<string, readonly OptionSet[]>>()
  return (path, first) => {
    const fitting = overrides.filter(({glob}) => matchesGlob(glob, path))
    const key = fitting.map(({glob}) => glob).join('\n')
    const lists = known.get(first) ?? new Map<string, readonly OptionSet[]>()
    const layers = lists.get(key) ?? [first, options, ...fitting.map((one) => one.options), last]
    known.set(first, lists.set(key, layers))
    return layers
  }
}

/** Options of globs, the widest first. */
function overridesIn({files}: LintConfig, folder: string): LocatedConfig['overrides'] {
  return [...files]
    .map(([glob, options]) => ({glob: globIn(folder, glob), options}))
    .sort((a, b) => compareGlobs(a.glob, b.glob))
}
