import {formatOfPath} from '../archive-format.ts'
import type {Source} from '../types.ts'

/** Where Debian's packages have modules that Prosody finds by itself. */
const debianModules = 'usr/lib/prosody/modules'

/**
 * The kind of source that is one file or one archive under a URL. It has one release, `local` to the manifest that
 * names it.
 */
export const url: Source<'url'> = {
  kind: 'url',
  listReleases: ({url: address, sha256}) =>
    Promise.resolve([
      {
        version: 'local',
        resolved: {kind: 'url', url: address, ...(sha256 === undefined ? {} : {sha256})},
      },
    ]),
  locate: ({url: address, sha256}) => {
    const {pathname, host} = new URL(address)
    const format = formatOfPath(pathname)
    return Promise.resolve([
      {
        type: 'archive',
        label: host,
        url: address,
        format,
        ...(sha256 === undefined ? {} : {sha256}),
        root: format === 'deb' ? debianModules : '',
        strip: 'single',
      },
    ])
  },
}
