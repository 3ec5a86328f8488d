import {readFileSync} from 'node:fs'
import {basename} from 'node:path'
import type {Sha256} from '../../src/digest.ts'
import {messageOf, ProsodyModsError} from '../../src/errors.ts'
import type {RegistryPackage, RegistryPackages, RegistryReleases} from '../../src/registry/types.ts'
import {packageAlias} from '../../src/versioning/build.ts'
import {proveShape} from './schemas.ts'

interface PackageRow {
  readonly package: string
  readonly version: string
  readonly file: string
  readonly sha256: Sha256
  readonly evidence: readonly Readonly<Record<string, string>>[]
}

const text = {type: 'string'}
const rowShape = {
  type: 'object',
  required: ['package', 'version', 'file', 'sha256', 'evidence'],
  properties: {
    package: text,
    version: text,
    file: text,
    sha256: {type: 'string', pattern: '^[0-9a-f]{64}$'},
    evidence: {type: 'array', minItems: 1, items: {type: 'object', additionalProperties: text}},
  },
}

/**
 * Adds packages of a publisher's archive to those that are known; returns those whose release the registry lacks, too.
 * Throws USAGE for another digest of a package that is known.
 */
export function importPackages(
  known: RegistryPackages,
  releases: RegistryReleases,
  file: string,
): {readonly packages: RegistryPackages; readonly unknown: readonly string[]} {
  const order = new Map(releases.releases.map(({version}, index) => [version, index]))
  const byRelease = new Map(known.packages.map((one) => [one.release, one]))
  const unknown: string[] = []
  for (const row of readRows(file, known)) {
    const release = releaseOf(row, releases)
    if (release === undefined) unknown.push(row.version)
    else byRelease.set(release, merged(byRelease.get(release), {release, ...toPackage(row)}))
  }
  const place = ({release}: RegistryPackage): number => order.get(release) ?? -1
  return {
    packages: {...known, packages: [...byRelease.values()].sort((a, b) => place(a) - place(b))},
    unknown,
  }
}

function readRows(file: string, known: RegistryPackages): readonly PackageRow[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      if (line.trim() === '') return []
      const label = `${file}:${index + 1}`
      const row = proveShape(rowShape, parse(line, label), label) as PackageRow
      if (row.package === known.package && basename(row.file).startsWith(`${row.package}_${row.version}_`))
        return [row]
      throw new ProsodyModsError(
        'USAGE',
        `${label}: expected ${known.package}_<version>_<architecture>.deb of its version, got ${row.file}`,
      )
    })
}

function parse(line: string, label: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw new ProsodyModsError('USAGE', `${label}: ${messageOf(error)}`, {cause: error})
  }
}

/** Of two tags on one commit, the later one is the release. */
function releaseOf({version}: PackageRow, {releases}: RegistryReleases): string | undefined {
  const alias = packageAlias(version)
  return releases.findLast(({aliases}) => alias !== undefined && aliases?.includes(alias) === true)?.version
}

function toPackage({version, file, sha256, evidence}: PackageRow): Omit<RegistryPackage, 'release'> {
  const told = evidence.map(({repo = '', path, commit, date, says, note}) =>
    [repo, path, commit?.slice(0, 12), date, says, note].filter((part) => part !== undefined).join(', '),
  )
  return {version, path: file, sha256, evidence: told}
}

function merged(before: RegistryPackage | undefined, now: RegistryPackage): RegistryPackage {
  if (before === undefined) return now
  if (before.sha256 === now.sha256 && before.version === now.version)
    return {...before, evidence: [...new Set([...before.evidence, ...now.evidence])]}
  throw new ProsodyModsError(
    'USAGE',
    `release ${now.release}: another package is known\n  known ${before.version} ${before.sha256}\n  new   ${now.version} ${now.sha256}`,
    {hint: 'a package does not change: find out which digest is right'},
  )
}
