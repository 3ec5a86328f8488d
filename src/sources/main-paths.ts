import {mainFile, prefixed} from '../module-name.ts'
/**
 * Lists where below a plugin path Prosody's loader looks for the main file of a module that has a folder
 * (util/pluginloader.lua).
 */
export function mainPaths(name: string): readonly string[] {
  return [`${prefixed(name)}/${mainFile(name)}`, `${prefixed(name)}/${name}/${mainFile(name)}`]
}
