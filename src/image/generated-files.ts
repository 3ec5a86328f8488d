import type {GeneratedContent, GeneratedFile, GeneratedFrom} from './generated-file.ts'
import {pluginPathsFile, pluginPathsPath} from './plugin-paths-file.ts'

/**
 * All files that are generated, by path. Planning, verifying, recovery and what Git is told of follow from this list. One
 * that is generated no more stays in it with the text undefined, so that projects get rid of theirs.
 */
const makers: Readonly<Record<string, (from: GeneratedFrom) => GeneratedContent>> = {
  [pluginPathsPath]: pluginPathsFile,
}

/** Paths of all files that may be generated, whether a project has them or not. */
export const generatedPaths: readonly string[] = Object.keys(makers)

/** Makes the generated files of a project that shall have this manifest and lockfile. */
export function generatedFiles(from: GeneratedFrom): readonly GeneratedFile[] {
  return Object.entries(makers).map(([path, make]) => ({path, ...make(from)}))
}
