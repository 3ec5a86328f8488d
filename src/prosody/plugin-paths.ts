/** Where a Prosody looks for plugins. */
export interface PluginSearch {
  /** The folders in search order, each with one slash at its end. A relative one is of Prosody's working folder. */
  readonly folders: readonly string[]
  /** installer_plugin_path as Prosody holds it, which a folder of `folders` may spell differently. */
  readonly installer: string
}

/** What decides where a Prosody searches: options of its configuration, and paths that it is built with. */
export interface PluginPathOptions {
  /** The value of plugin_paths in the configuration. */
  readonly pluginPaths?: readonly string[]
  /** The value of installer_plugin_path in the configuration. */
  readonly installerPluginPath?: string
  /** The folder for data that Prosody is built with; data_path does not change it. */
  readonly dataFolder?: string
  /** The core's plugins: CFG_PLUGINDIR of the `prosody` program. */
  readonly coreFolder: string
}

/**
 * Computes the folders that Prosody searches (setup_plugindir and setup_plugin_install_path in util/startup.lua, the
 * head of util/pluginloader.lua): the installer's, plugin_paths, the core's. All is one list with semicolons, so one
 * within a path makes two paths of it. A relative installer_plugin_path is of the data folder that Prosody is built
 * with; a relative one of plugin_paths stays so, and an installed Prosody works in its data_path.
 */
export function pluginSearch(options: PluginPathOptions): PluginSearch {
  const {pluginPaths = [], installerPluginPath = 'custom_plugins', dataFolder, coreFolder} = options
  const installer = resolveRelative(dataFolder ?? 'data', installerPluginPath)
  const folders = [installer, ...pluginPaths, coreFolder]
    .join(';')
    .split(';')
    .filter((path) => path !== '')
    .map((path) => `${path}/`.replaceAll('\\', '/').replace(/\/{2,}/g, '/'))
  return {folders, installer}
}

/** Resolves a path as util/paths.lua does: `./` goes from the head of a path, slashes go from the end of its parent. */
export function resolveRelative(parent: string, path: string): string {
  const rest = path.replace(/^\.\/+/, '')
  return rest.startsWith('/') ? rest : `${withoutSlashes(parent)}/${rest}`
}

function withoutSlashes(path: string): string {
  let end = path.length
  while (path.charAt(end - 1) === '/') end -= 1
  return path.slice(0, end)
}
