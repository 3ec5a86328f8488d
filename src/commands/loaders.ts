import type {CommandDefinition} from '../cli/definition.ts'

/** Loads a command. */
export type CommandLoader = () => Promise<CommandDefinition>

/** How each command is loaded, by the words that name it: a run needs one of them. The same as in ./index.ts. */
export const loaders: ReadonlyMap<string, CommandLoader> = new Map<string, CommandLoader>([
  ['add', async () => (await import('./add.ts')).default],
  ['bump', async () => (await import('./bump.ts')).default],
  ['cache path', async () => (await import('./cache/path.ts')).default],
  ['cache prune', async () => (await import('./cache/prune.ts')).default],
  ['cache size', async () => (await import('./cache/size.ts')).default],
  ['cache verify', async () => (await import('./cache/verify.ts')).default],
  ['check', async () => (await import('./check.ts')).default],
  ['completion', async () => (await import('./completion.ts')).default],
  // The longer name first: the shorter one begins both.
  ['config get', async () => (await import('./config/get.ts')).default],
  ['config', async () => (await import('./config/all.ts')).default],
  ['deps', async () => (await import('./deps.ts')).default],
  ['diff', async () => (await import('./diff.ts')).default],
  ['doctor', async () => (await import('./doctor.ts')).default],
  ['explain', async () => (await import('./explain.ts')).default],
  ['fetch', async () => (await import('./fetch.ts')).default],
  ['identify', async () => (await import('./identify.ts')).default],
  ['import', async () => (await import('./import.ts')).default],
  ['image check', async () => (await import('./image/check.ts')).default],
  ['image env', async () => (await import('./image/env.ts')).default],
  ['image init', async () => (await import('./image/init.ts')).default],
  ['image write', async () => (await import('./image/write.ts')).default],
  ['info', async () => (await import('./info.ts')).default],
  ['init', async () => (await import('./init.ts')).default],
  ['install', async () => (await import('./install.ts')).default],
  ['lint', async () => (await import('./lint.ts')).default],
  ['list', async () => (await import('./list.ts')).default],
  ['options', async () => (await import('./options.ts')).default],
  ['outdated', async () => (await import('./outdated.ts')).default],
  ['remove', async () => (await import('./remove.ts')).default],
  ['search', async () => (await import('./search.ts')).default],
  ['tree', async () => (await import('./tree.ts')).default],
  ['update', async () => (await import('./update.ts')).default],
  ['verify', async () => (await import('./verify.ts')).default],
  ['version', async () => (await import('./version.ts')).default],
  ['versions', async () => (await import('./versions.ts')).default],
  ['why', async () => (await import('./why.ts')).default],
])
