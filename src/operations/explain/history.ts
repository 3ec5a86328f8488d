import {mainOf, prefixed} from '../../module-name.ts'
import {step, sure, type Cause, type Step} from './types.ts'
import type {World} from './world.ts'
import {ownValue} from '../../own-value.ts'
import {entriesIn, moduleKey} from '../../module-key.ts'

/** What the registry knows of a source's releases, and of a module in them. */
export interface History {
  readonly id: string
  /** The last release that has the module; undefined where none is known that does. */
  readonly last: string | undefined
  readonly newest: string | undefined
  /** The release of a flat tree in the lockfile, where that is one without the module. */
  readonly lockedWithout: string | undefined
}

/** Looks up in which of a source's releases a module is. */
export function historyOf(id: string, module: string, {registry, project}: World): History {
  const {releases, names} = registry.releases(id)
  const {newest, gone} = ownValue(names, module) ?? {}
  if (newest !== undefined) return {id, last: newest, newest: gone ?? newest, lockedWithout: undefined}
  const having = releases.filter(({files, links = {}}) =>
    [...Object.keys(files), ...Object.keys(links)].some(
      (path) => mainOf(path) === module || path === prefixed(module),
    ),
  )
  const [, locked] =
    entriesIn(project.lock.modules).find(
      ([key, {layout}]) => layout === 'flat' && key.startsWith(`${id}/`),
    ) ?? []
  const release = releases.find(({version}) => version === locked?.version)
  return {
    id,
    last: having.at(-1)?.version,
    newest: releases.at(-1)?.version,
    lockedWithout: release === undefined || having.includes(release) ? undefined : release.version,
  }
}

/** Lists the causes that lie in which releases have the module. */
export function historyCauses({id, last, newest, lockedWithout}: History, module: string): Cause[] {
  const evidence = `registry/releases/${id}.json`
  const causes: Cause[] = []
  if (last !== undefined && newest !== undefined && last !== newest)
    causes.push(
      sure(
        `${id} ${last} is the last known release that has mod_${module}; ${newest} has it no more`,
        evidence,
      ),
    )
  if (lockedWithout !== undefined && last !== undefined)
    causes.push(sure(`${id} ${lockedWithout}, which is in the lockfile, has no mod_${module}`, evidence))
  return causes
}

/** Suggests how the module comes into the project, at a release that has it. */
export function addStep(
  {id, last, newest, lockedWithout}: History,
  module: string,
  {isProject}: World,
): Step {
  const key = moduleKey(id, module)
  const isLeft = last !== undefined && last !== newest
  if (isLeft)
    return step(
      `take the last release of it: for all that you have of ${id}, where that is one tree`,
      `prosody-mods add ${key}@${last}`,
    )
  if (lockedWithout !== undefined && newest !== undefined)
    return step(
      `move to a release of ${id} that has it, and see first what that changes`,
      `prosody-mods bump ${id}@${newest} --dry-run`,
    )
  const command = `prosody-mods add ${key}`
  return isProject
    ? step(`add ${key}`, command)
    : step(`add ${key}, in a project (prosody-mods init makes one)`, command)
}
