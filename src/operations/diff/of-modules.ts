import type {SourceDiff} from './compare-locks.ts'

/** Returns what is told of some modules alone, [] for nothing; a source counts for all of its own. */
export function ofModules(one: SourceDiff, names: readonly string[]): SourceDiff[] {
  if (names.includes(one.source)) return [one]
  const isMeant = (name: string): boolean => names.some((wanted) => wanted.split('/').at(-1) === name)
  const changes = one.changes.filter(({name, modules}) => modules.some(isMeant) || isMeant(name))
  const {added, removed, renamed, changed} = one.modules
  const modules = {
    added: added.filter(isMeant),
    removed: removed.filter(isMeant),
    renamed: renamed.filter(({from, to}) => isMeant(from) || isMeant(to)),
    changed: changed.filter(isMeant),
  }
  const isThere = changes.length > 0 || Object.values(modules).some(({length}) => length > 0)
  return isThere ? [{...one, changes, modules}] : []
}
