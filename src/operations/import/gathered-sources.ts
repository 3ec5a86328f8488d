import {mainFile} from '../../module-name.ts'
import {ownValue} from '../../own-value.ts'
import type {Registry} from '../../registry/registry.ts'

/** What gathering asks of the sources of the registry. */
export interface GatheredSources {
  /** Tells whether all modules of a source come from one release. */
  readonly isFlat: (source: string) => boolean
  /** Finds the last version of a module that its publisher has retired, and since when; undefined for any other. */
  readonly last: (source: string, name: string) => LastVersion | undefined
}

/** The last version of a module that there is no more. */
export interface LastVersion {
  readonly version: string
  /** The first release, or day, without it. */
  readonly gone: string
}

/** Answers what gathering asks by what the registry knows. */
export function gatheredSources(registry: Registry): GatheredSources {
  return {
    isFlat: (source) => registry.source(source)?.layout === 'flat',
    last(source, name) {
      const {names, releases} = registry.releases(source)
      const {newest, gone} = ownValue(names, name) ?? {}
      if (newest !== undefined) return gone === undefined ? undefined : {version: newest, gone}
      // A source without histories.
      const at = releases.findLastIndex(({files}) => Object.hasOwn(files, mainFile(name)))
      const [last, next] = [releases[at]?.version, releases[at + 1]?.version]
      return last === undefined || next === undefined ? undefined : {version: last, gone: next}
    },
  }
}
