import type {RegistrySource} from '../registry/types.ts'
import type {SourceDefinition} from './kinds.ts'

type Source = SourceDefinition | RegistrySource

/** Returns a source as one whose modules lie in a repository on GitHub; undefined for any other. */
export function onGithub<T extends Source>(source: T | undefined): Extract<T, {kind: 'github'}> | undefined {
  return source?.kind === 'github' ? (source as Extract<T, {kind: 'github'}>) : undefined
}

/** Returns a source as one whose modules lie in a Mercurial repository; undefined for any other. */
export function inMercurial<T extends Source>(source: T | undefined): Extract<T, {kind: 'hg'}> | undefined {
  return source?.kind === 'hg' ? (source as Extract<T, {kind: 'hg'}>) : undefined
}

/** Returns the address of a source's repository as people open it; null for one without. */
export function repositoryPage(source: Source): string | null {
  const github = onGithub(source)
  return github === undefined
    ? (inMercurial(source)?.repository ?? null)
    : `https://github.com/${github.repository}`
}
