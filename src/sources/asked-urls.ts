import type {Registry} from '../registry/registry.ts'
import {archiveUrl} from './debian/named-archive.ts'
import type {SourceDefinition} from './kinds.ts'

/** Lists what commands ask where a source is published, or as small a thing as there is; [] for what lies here. */
export function askedUrls(definition: SourceDefinition, registry: Registry): string[] {
  switch (definition.kind) {
    case 'github':
      return [
        `https://github.com/${definition.repository}.git/info/refs?service=git-upload-pack`,
        `https://raw.githubusercontent.com/${definition.repository}/HEAD/README.md`,
      ]
    case 'hg':
      return [`${definition.repository}/json-log/default?revcount=1`]
    case 'debian': {
      const {archive, suite} = {
        archive: undefined,
        suite: '',
        ...('index' in definition ? definition.index : {}),
      }
      if (archive === undefined) return []
      const base = archiveUrl(archive, registry)
      return [suite.endsWith('/') ? `${base}/${suite}InRelease` : `${base}/dists/${suite}/InRelease`]
    }
    case 'path':
    case 'url':
      return []
  }
}
