import type {RegistryArchives, RegistryPackages, RegistryReleases} from '../../src/registry/types.ts'
import {packageAlias} from '../../src/versioning/build.ts'
import {currentText, readFolder, readRegistry} from './files.ts'

/** What is wrong with the archives that are known by name, and with the packages in them, one line a fault. */
export function checkArchives(folder: string, tables: readonly RegistryReleases[]): string[] {
  const {archives} = (readRegistry(folder, 'archives.json') ?? {archives: {}}) as RegistryArchives
  const packages = readFolder(folder, 'packages') as RegistryPackages[]
  return [
    ...Object.values(archives)
      .filter(({keys}) => currentText(folder, keys.file) === undefined)
      .map(({keys}) => `archives.json: there is no ${keys.file}`),
    ...packages.flatMap((own) => {
      const table = tables.find(({source}) => source === own.source)
      const faults = [
        ...(Object.hasOwn(archives, own.archive) ? [] : [`no archive ${own.archive} in archives.json`]),
        ...(table === undefined ? ['no such source'] : checkPackages(own, table)),
      ]
      return faults.map((fault) => `packages/${own.source}.json: ${fault}`)
    }),
  ]
}

function checkPackages({packages}: RegistryPackages, {releases}: RegistryReleases): string[] {
  const places = packages.map(({release}) => releases.findIndex(({version}) => version === release))
  return packages.flatMap(({release, version, sha256}, index) => {
    const alias = packageAlias(version)
    const known = releases[places[index] ?? -1]
    return [
      ...(known === undefined ? [`there is no release ${release}`] : []),
      ...(known === undefined || alias === undefined || known.aliases?.includes(alias) === true
        ? []
        : [`${version} is no package of release ${release}`]),
      ...(index > 0 && (places[index] ?? 0) <= (places[index - 1] ?? 0)
        ? [`${release} is not later than the one before`]
        : []),
      ...(packages.findIndex((other) => other.sha256 === sha256) === index
        ? []
        : [`${sha256} stands there twice`]),
    ]
  })
}
