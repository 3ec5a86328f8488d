import {sha256Of} from '../../src/digest.ts'
import {ProsodyModsError} from '../../src/errors.ts'
import type {RegistrySource} from '../../src/registry/types.ts'
import {commitDates, type GitTag, listTags, listTree, readBlobs, type TreeEntry} from './git.ts'
import {resolveLinks} from './links.ts'
import type {IncomingFile, IncomingRelease} from './releases.ts'

interface TagRule {
  /** Tags that are releases; all others are left out (`stable/jitsi-meet_${VERSION}` is a real tag). */
  readonly release: RegExp
  /** Tags on the same commit that give the release another number, and how. */
  readonly alias?: {readonly tag: RegExp; number(tag: string): string}
}

const tagRules: Readonly<Record<string, TagRule>> = {
  jitsi: {
    release: /^stable\/jitsi-meet_\d+$/,
    alias: {tag: /^\d+$/, number: (tag) => `1.0.${tag}`},
  },
  'jitsi-contrib': {release: /^v\d{8}$/},
  'matrix-user-verification': {release: /^v\d+\.\d+\.\d+$/},
}

/** Every release of a source that its Git repository has a tag for. */
export function readGit(repository: string, source: RegistrySource): IncomingRelease[] {
  const rule = tagRules[source.id]
  if (source.kind !== 'github' || rule === undefined) {
    throw new ProsodyModsError('USAGE', `${source.id} has no releases in Git`, {
      hint: `import-git knows ${Object.keys(tagRules).join(', ')}`,
    })
  }
  const tags = listTags(repository)
  const releases = tags.filter(({name}) => rule.release.test(name))
  const dates = commitDates(repository, [...new Set(releases.map(({commit}) => commit))])
  const trees = releases.map((tag) => ({tag, entries: listTree(repository, tag.commit, source.folder)}))
  const ids = new Set(trees.flatMap(({entries}) => entries.map(({blob}) => blob)))
  const blobs = readBlobs(repository, ids)
  return trees.map(({tag, entries}) => ({
    version: tag.name,
    revision: tag.commit,
    date: dates.get(tag.commit) ?? '',
    dateProven: true,
    tag: tag.name,
    aliases: aliasesOf(tag, tags, rule),
    ...contents(below(entries, source.folder), blobs),
  }))
}

function aliasesOf({commit}: GitTag, tags: readonly GitTag[], {alias}: TagRule): string[] {
  if (alias === undefined) return []
  return tags
    .filter((tag) => tag.commit === commit && alias.tag.test(tag.name))
    .map(({name}) => alias.number(name))
    .sort()
}

function below(entries: readonly TreeEntry[], folder: string): TreeEntry[] {
  return folder === ''
    ? [...entries]
    : entries.map((entry) => ({...entry, path: entry.path.slice(folder.length + 1)}))
}

function contents(
  entries: readonly TreeEntry[],
  blobs: ReadonlyMap<string, Buffer>,
): Pick<IncomingRelease, 'files' | 'links'> {
  const files = new Map<string, IncomingFile>()
  const links = new Map<string, string>()
  for (const {path, type, blob} of entries) {
    const bytes = blobs.get(blob) ?? Buffer.alloc(0)
    if (type === 'link') links.set(path, bytes.toString())
    else files.set(path, {sha256: sha256Of(bytes), size: bytes.length, basis: 'upstream'})
  }
  return {files: Object.fromEntries(files), links: resolveLinks(links, [...files.keys()])}
}
