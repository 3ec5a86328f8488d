import {createHash} from 'node:crypto'
import type {Contents} from './contents.ts'

/** What the package says of itself. */
export interface About {
  /** As dpkg compares it: `1.2.3-1`. */
  readonly version: string
  readonly homepage: string
  /** Seconds since 1970: the time of everything in the package. */
  readonly epoch: number
}

const maintainer = 'The prosody-mods maintainers <prosody-mods@users.noreply.github.com>'

/** Writes a version of npm as Debian's: what comes before a release sorts before it. */
export function debianVersion(version: string): string {
  return `${version.replace('-', '~')}-1`
}

/** Writes the file control, with the size that the package says it takes, in KiB. */
export function controlFile({version, homepage}: About, {files, links}: Contents): string {
  const size = [...files.values()].reduce((sum, {bytes}) => sum + Math.ceil(bytes.length / 1024), links.size)
  return `Package: prosody-mods
Version: ${version}
Section: utils
Priority: optional
Architecture: all
Maintainer: ${maintainer}
Installed-Size: ${size}
Depends: nodejs (>= 20.19)
Recommends: ca-certificates
Suggests: git, prosody
Homepage: ${homepage}
Description: package manager for Prosody and Jitsi Lua modules
 Resolves modules of the XMPP server Prosody, and those of Jitsi, by version,
 downloads them from whichever place has the right bytes, verifies every one
 of them, and writes modules and plugin_paths into the build context of a
 container image or into a file system, with a manifest and a lockfile to
 commit.
 .
 It tells what modules need, lints their Lua, says what an update breaks
 before it is built, and explains the messages of Prosody's log. Modules are
 read, never run.
`
}

/** Writes the sums of all files, as dpkg --verify reads them. */
export function sumsFile({files}: Contents): string {
  return [...files]
    .map(([path, {bytes}]) => `${createHash('md5').update(bytes).digest('hex')}  ${path}\n`)
    .join('')
}

/** Writes Debian's changelog, of this version alone: the other one tells what is new. */
export function debianChangelog({version, epoch}: About): string {
  const date = new Date(epoch * 1000).toUTCString().replace(/GMT$/, '+0000')
  return `prosody-mods (${version}) unstable; urgency=medium

  * Package of this version, as its authors make it; changelog.gz says what
    is new in it.

 -- ${maintainer}  ${date}
`
}

/**
 * Scripts that dpkg runs. What V8 compiles is kept beside the program, as Python does; only root can write it there
 * (docs/decisions/023-code-cache.md).
 */
export const maintainerScripts: Readonly<Record<string, string>> = {
  postinst: `#!/bin/sh
set -e

# Runs some commands, so that what node compiles is kept for those who can't write it. Without it a run takes longer.
warm_up() {
  (
    cd "$1"
    export HOME="$1" PROSODY_MODS_CACHE="$1/cache" PROSODY_MODS_CONFIG="$1/config" PROSODY_MODS_STATE="$1/state"
    for command in init 'add muc_moderation --dry-run --offline' install list verify tree check help \
      'search moderation' 'info muc_moderation' 'outdated --offline'; do
      # shellcheck disable=SC2086 # words of a command
      prosody-mods $command
    done
  ) >/dev/null 2>&1
}

if [ "$1" = configure ]; then
  work=$(mktemp -d)
  warm_up "$work" || true
  rm -rf "$work"
fi
`,
  prerm: `#!/bin/sh
set -e

rm -rf /usr/share/prosody-mods/dist/code
`,
}
