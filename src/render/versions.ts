import {out as pc} from './colours.ts'
import type {ListedVersion, VersionsResult} from '../operations/versions.ts'
import {count, lines, table, visible} from './common.ts'

const shown = 30

export function renderVersions({module, asked, reason, versions}: VersionsResult): string {
  const rest = versions.length - shown
  return lines(
    pc.bold(module),
    versions.length === 0
      ? ['  no version is known']
      : table(versions.slice(0, shown).map((version) => row(version))),
    rest > 0 ? [pc.dim(`  … and ${count(rest, 'older version')} (--json lists all)`)] : [],
    asked ? [] : [pc.yellow(`this is what the registry knows: ${visible(reason ?? '')}`)],
  )
}

function row({version, revision, date, from, sameAsPrevious, locked}: ListedVersion): string[] {
  const notes = [
    locked ? 'locked here' : '',
    from === 'publisher' ? 'not in the registry: trusted on first use' : '',
    sameAsPrevious === true ? 'same files as the version before' : '',
  ]
  return [
    `  ${version}`,
    revision?.slice(0, 12) ?? '',
    date ?? '',
    notes.filter((note) => note !== '').join(', '),
  ]
}
