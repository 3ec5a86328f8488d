import {mainFile, mainOf, prefixed} from '../module-name.ts'
/** Tells whether a file is part of a module by its name or its folder. */
export function isOfModule(path: string): boolean {
  return /(?:^|\/)mod_[^/]+(?:\/|\.lua$)|\.lib\.lua$/.test(path)
}

/**
 * Tells whether Prosody's loader looks for a module's main file at a path below a plugin path. A copy deeper down, such
 * as a test has, is none that it loads.
 */
export function isMainFile(path: string): boolean {
  const module = mainOf(path)
  return module !== undefined && placesOf(module, mainFile(module)).includes(path)
}

/** Tells whether a file is one that tests are run with, by its name or its folder: no Prosody loads it. */
export function isTestFile(path: string): boolean {
  return asideOf(path) === 'test'
}

/**
 * Tells what a file that lies beside the code of modules is for, by the names that such files and folders have: `other`
 * ones show, or build.
 */
export function asideOf(path: string): 'test' | 'other' | undefined {
  const parts = path.split('/')
  const name = parts.pop() ?? ''
  if (isTest(path, name)) return 'test'
  return parts.some((part) => asideFolder.test(part)) || asideFile.test(name) ? 'other' : undefined
}

const asideFolder = /^(?:specs?|tests?|examples?|samples?|demos?|build|tools|scripts|docs?|misc)$/i
const asideFile =
  /^(?:tests?|spec|example|sample|demo|build|config)(?:[_.-].*)?\.lua$|[_.-](?:spec|test)\.lua$/i

/** A library in a folder of tests may be what others ask for, and `mod_x_test` a module. */
function isTest(path: string, name: string): boolean {
  if (name.endsWith('.lib.lua')) return false
  const isNamed =
    name.endsWith('_spec.lua') || /^test_.*\.lua$/.test(name) || /^(?!mod_).*_test\.lua$/.test(name)
  return isNamed || /(?:^|\/)mod_[^/]+\/(?:.*\/)?(?:specs?|tests?)\//.test(path)
}

/**
 * Lists the names that a file of a module may have below a plugin path, in the order in which Prosody tries them
 * (util/pluginloader.lua). LuaRocks' folders come after these: see loader.ts.
 */
export function placesOf(module: string, file: string): readonly string[] {
  const folder = prefixed(module)
  return [`${folder}/${module}/${file}`, `${folder}/${file}`, `${module}/${file}`, file]
}

/** Lists where a module's `module:require "<library>"` looks first, below a plugin path. */
export function libraryPaths(name: string, library: string): string[] {
  return [`${library}.lib.lua`, `${library}.lua`].flatMap((file) => placesOf(name, file))
}
