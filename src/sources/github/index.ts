import {knownReleases} from '../known-releases.ts'
import type {Source} from '../types.ts'
import {encodePath} from '../url-path.ts'

const rawHost = 'raw.githubusercontent.com'

/** A repository on GitHub: the releases that the registry knows, each file by commit from the raw host. */
export const github: Source<'github'> = {
  kind: 'github',
  listReleases: (definition, context) =>
    Promise.resolve(
      knownReleases(definition, context, (release) => ({
        kind: 'github',
        repository: definition.repository,
        revision: release.revision,
        folder: definition.folder,
        ...(release.tag === undefined ? {} : {tag: release.tag}),
      })),
    ),
  locate: (resolved) => {
    const folder = resolved.folder === '' ? '' : `${resolved.folder}/`
    const base = `https://${rawHost}/${resolved.repository}/${resolved.revision}/`
    return Promise.resolve([{type: 'files', label: rawHost, url: (path) => base + encodePath(folder + path)}])
  },
}
