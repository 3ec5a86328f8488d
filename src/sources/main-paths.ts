/**
 * Lists where below a plugin path Prosody's loader looks for the main file of a module that has a folder
 * (util/pluginloader.lua).
 */
export function mainPaths(name: string): readonly string[] {
  return [`mod_${name}/mod_${name}.lua`, `mod_${name}/${name}/mod_${name}.lua`]
}
