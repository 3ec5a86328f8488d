import type {Registry} from '../../registry/registry.ts'

/** Finds the day of the newest release that the registry knows, as YYYY-MM-DD; undefined where none has a day. */
export function newestKnownDay(registry: Registry): string | undefined {
  return registry.index.sources
    .flatMap((source) => registry.releases(source).releases.map(({date}) => date))
    .reduce<string | undefined>((last, day) => (last === undefined || day > last ? day : last), undefined)
}
