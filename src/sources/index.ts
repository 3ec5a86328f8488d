import {ProsodyModsError} from '../errors.ts'
import {debian} from './debian/index.ts'
import {github} from './github/index.ts'
import {hg} from './hg/index.ts'
import {path} from './path/index.ts'
import type {
  AskingContext,
  ListedPath,
  Location,
  ReleaseQuery,
  ReleaseRef,
  Source,
  SourceContext,
} from './types.ts'
import type {Resolved, SourceDefinition, SourceKind} from './kinds.ts'
import {url} from './url/index.ts'

/** What each kind of source can do, by kind. */
export const sources = {debian, github, hg, path, url} satisfies {[K in SourceKind]: Source<K>}

/**
 * Lists the release references of a module, in no particular order; those that lack it may be among them. @param module
 * name, or `*` for all releases of the source
 */
export function listReleases(
  definition: SourceDefinition,
  context: SourceContext,
  module: string,
): Promise<readonly ReleaseRef[]> {
  return sourceOf(definition.kind).listReleases(definition, context, module)
}

/** Names the places where the bytes of a resolved release can be had, best first. */
export function locate(
  resolved: Resolved,
  module: string,
  context: SourceContext,
): Promise<readonly Location[]> {
  return sourceOf(resolved.kind).locate(resolved, module, context)
}

/** Finds the releases that the publisher has beyond those that are known here; [] where there is nobody to ask. */
export async function findReleases(
  definition: SourceDefinition,
  query: ReleaseQuery,
  context: AskingContext,
): Promise<readonly ReleaseRef[]> {
  return (await sourceOf(definition.kind).findReleases?.(definition, query, context)) ?? []
}

/** Lists the names of the modules that the publisher has now; undefined where it can't be asked for them. */
export async function listModules(
  definition: SourceDefinition,
  context: AskingContext,
): Promise<readonly string[] | undefined> {
  return sourceOf(definition.kind).listModules?.(definition, context)
}

/** Lists the paths of a module's files at a release; undefined where its publisher can't be asked for them. */
export async function listFiles(
  resolved: Resolved,
  module: string,
  context: AskingContext,
): Promise<readonly ListedPath[] | undefined> {
  return sourceOf(resolved.kind).listFiles?.(resolved, module, context)
}

// The map is keyed by kind, so the source found under a definition's kind takes that definition.
interface AnySource {
  listReleases(
    definition: SourceDefinition,
    context: SourceContext,
    module: string,
  ): Promise<readonly ReleaseRef[]>
  findReleases?(
    definition: SourceDefinition,
    query: ReleaseQuery,
    context: AskingContext,
  ): Promise<readonly ReleaseRef[]>
  listModules?(definition: SourceDefinition, context: AskingContext): Promise<readonly string[]>
  listFiles?(resolved: Resolved, module: string, context: AskingContext): Promise<readonly ListedPath[]>
  locate(resolved: Resolved, module: string, context: SourceContext): Promise<readonly Location[]>
}

function sourceOf(kind: string): AnySource {
  if (!Object.hasOwn(sources, kind)) {
    throw new ProsodyModsError('MANIFEST_INVALID', `unknown kind of source "${kind}"`, {
      hint: `known kinds: ${Object.keys(sources).join(', ')}`,
    })
  }
  return sources[kind as SourceKind]
}
