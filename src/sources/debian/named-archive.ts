import {docsPage} from '../../docs-page.ts'
import {ProsodyModsError} from '../../errors.ts'
import {ownValue} from '../../own-value.ts'
import type {Registry} from '../../registry/registry.ts'
import type {RegistryArchive} from '../../registry/types.ts'

/** Tells whether an archive is meant by its name in the registry, and not by its URL. */
export function isArchiveName(archive: string): boolean {
  return /^[a-z0-9][a-z0-9_-]*$/.test(archive)
}

/** Returns the base URL of an archive. Throws CONFIG_INVALID for a name that the registry does not have. */
export function archiveUrl(archive: string, registry: Registry): string {
  return isArchiveName(archive) ? namedArchive(archive, registry).url : archive
}

/** Finds an archive by its name. Throws CONFIG_INVALID. */
export function namedArchive(name: string, {archives}: Registry): RegistryArchive {
  const found = ownValue(archives, name)
  if (found !== undefined) return found
  throw new ProsodyModsError('CONFIG_INVALID', `there is no archive "${name}"`, {
    hint: `known by name: ${Object.keys(archives).join(', ')}; others by their URL (${docsPage('docs/reference/manifest.md')})`,
    details: {archive: name},
  })
}
