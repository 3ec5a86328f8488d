import {knownReleases} from '../known-releases.ts'
import type {Source} from '../types.ts'
import {encodePath} from '../url-path.ts'

/**
 * A Mercurial repository on hgweb: the releases that the registry knows, each file by
 * `raw-file/REV/PATH`, which gives exact bytes (https://www.mercurial-scm.org/help/topics/hgweb).
 */
export const hg: Source<'hg'> = {
  kind: 'hg',
  listReleases: (definition, context) =>
    Promise.resolve(
      knownReleases(definition, context, (release) => ({
        kind: 'hg',
        repository: definition.repository,
        revision: release.revision,
      })),
    ),
  locate: (resolved) =>
    Promise.resolve([
      {
        type: 'files',
        label: new URL(resolved.repository).host,
        url: (path) => `${resolved.repository}/raw-file/${resolved.revision}/${encodePath(path)}`,
      },
    ]),
}
