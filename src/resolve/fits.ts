import type {LockedModule} from '../project/lockfile.ts'
import type {DebianIndex, DebReference, SourceDefinition} from '../sources/types.ts'

/** Whether what was locked can have come from this source as it is defined now. */
export function fits(definition: SourceDefinition, {layout, resolved}: LockedModule): boolean {
  if (definition.layout !== layout) return false
  switch (definition.kind) {
    case 'hg':
      return resolved.kind === 'hg' && resolved.repository === definition.repository
    case 'github':
      return (
        resolved.kind === 'github' &&
        resolved.repository === definition.repository &&
        resolved.folder === definition.folder
      )
    case 'path':
      return resolved.kind === 'path' && resolved.path === definition.path
    case 'url':
      return (
        resolved.kind === 'url' && resolved.url === definition.url && resolved.sha256 === definition.sha256
      )
    case 'debian':
      return (
        resolved.kind === 'debian' &&
        (definition.index === undefined
          ? definition.debs.some((deb) => deb.sha256 === resolved.sha256 && deb.root === resolved.root)
          : fitsIndex(definition.index, resolved))
      )
  }
}

function fitsIndex(index: DebianIndex, deb: DebReference): boolean {
  return deb.package === index.package && deb.root === index.root && deb.archive === index.archive
}
