import {embeddedRegistry} from '../src/registry/registry.ts'
import type {RegistryDeb} from '../src/registry/types.ts'

/** Real community modules, as Debian 13 ships them: its pool keeps that package as long as there is Debian 13. */
export interface Corpus {
  readonly version: string
  readonly revision: string
  readonly deb: RegistryDeb
  /** Names without `mod_`, sorted. */
  readonly names: readonly string[]
  /** sha256 in hex of every file of these modules; hidden files are not part of a module. */
  readonly digestsOf: (names: readonly string[]) => ReadonlySet<string>
}

const version = '2025.4.2'

/**
 * What a public chat service may well run: 17 modules of a single file and 3 with libraries, pages or scripts.
 * That is 44 files, two a module, as in the whole package.
 */
export const twentyModules = [
  'block_strangers',
  'csi_battery_saver',
  'default_bookmarks',
  'filter_chatstates',
  'firewall',
  'http_oauth2',
  'invites_api',
  'invites_page',
  'lastlog2',
  'muc_limits',
  'muc_moderation',
  'muc_rtbl',
  'password_policy',
  'ping_muc',
  'privilege',
  'pubsub_subscription',
  'sasl2',
  'spam_reporting',
  'throttle_presence',
  'track_muc_joins',
]

/** Needs mod_cache_c2s_caps, which that package lacks. */
const unserved = 'bob'

/** Reads the corpus from the registry that ships with the package, which pins its digests. */
export function openCorpus(): Corpus {
  const table = embeddedRegistry().releases('community')
  const release = table.releases.find((one) => one.version === version)
  if (release?.deb === undefined)
    throw new Error(`the registry has no Debian package for community ${version}`)
  const files = Object.entries(release.files).filter(([path]) => !/(?:^|\/)\./.test(path))
  const folders = files.map(([path]) => /^mod_([^/]+)\//.exec(path)?.[1])
  return {
    version,
    revision: release.revision,
    deb: release.deb,
    names: [...new Set(folders.filter((name) => name !== undefined))]
      .filter((name) => name !== unserved)
      .sort(),
    digestsOf(names) {
      const wanted = new Set(names.map((name) => `mod_${name}`))
      const indices = files.filter(([path]) => wanted.has(path.split('/')[0] ?? '')).map(([, index]) => index)
      return new Set(indices.map((index) => table.digests[index]?.sha256 ?? ''))
    },
  }
}
