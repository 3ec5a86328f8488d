import type {Followed} from '../../recipe/follow/types.ts'
import type {Registry} from '../../registry/registry.ts'

/** The release line of the Prosody that an input installs, and what says so: `installs Prosody 13.0`. */
export interface InstalledLine {
  readonly line: string
  readonly because: string
}

/** What adds the archive of Prosody's developers, in which the package `prosody` is their newest release. */
const ownArchive = /\bpackages\.prosody\.im\b|\bprosody\.sources\b|\bextrepo +enable +prosody\b/

/** Finds which Prosody an input installs, by packages or from source; undefined where it does not say. */
export function installedLine(
  text: string,
  followed: Followed,
  {prosodyLines}: Pick<Registry, 'prosodyLines'>,
): InstalledLine | undefined {
  const packages = packagesOf(followed)
  const line = packages.flatMap((one) => lineOfPackage(one) ?? [])[0] ?? lineOfSource(followed)
  if (line !== undefined) return {line, because: `installs Prosody ${line}`}
  const newest = prosodyLines.at(-1)
  if (newest === undefined) return undefined
  const names = new Set(packages.map(({name}) => name))
  if (names.has('prosody-trunk'))
    return {
      line: newest,
      because: `installs prosody-trunk, for which ${newest} stands, the newest that is known`,
    }
  if (names.has('prosody') && ownArchive.test(text))
    return {line: newest, because: `installs Prosody of packages.prosody.im, which is ${newest}`}
  return undefined
}

type Package = Pick<Followed['installed'][number], 'name' | 'version'>

function packagesOf({installed, targets}: Followed): Package[] {
  const kept = new Set(targets.flatMap(({stages}) => stages))
  return installed.filter(({by, stage}) => ['apt', 'apk'].includes(by) && kept.has(stage))
}

/** Of `prosody-13.0`, `prosody=0.12.4-1`, `prosody=13.*`. */
function lineOfPackage({name, version = ''}: Package): string | undefined {
  const own = /^prosody-(0\.\d+|\d{2,}\.\d+)$/.exec(name)?.[1]
  const said = name === 'prosody' ? /^(?:\d+:)?(0\.\d+|\d{2,}(?:\.\d+)?)/.exec(version)?.[1] : undefined
  const line = own ?? said
  return line === undefined || line.includes('.') ? line : `${line}.0`
}

/** Of https://prosody.im/downloads/source/prosody-13.0.2.tar.gz, and of tags of Prosody's repository. */
function lineOfSource({things}: Followed): string | undefined {
  for (const {kind, from, ref} of things) {
    const release = /\bprosody-(0\.\d+|\d{2,}\.\d+)\.\d+\.tar\b/.exec(from)?.[1]
    if (kind === 'url' && release !== undefined) return release
    const tag = /^(0\.\d+|\d{2,}\.\d+)(?:\.\d+)?$/.exec(ref ?? '')?.[1]
    if (
      kind === 'repository' &&
      tag !== undefined &&
      /\b(?:bjc\/prosody|hg\.prosody\.im\/(?:trunk|[\d.]+))\b/.test(from)
    )
      return tag
  }
  return undefined
}
