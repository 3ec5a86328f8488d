import {isConfiguration} from '../../recipe/follow/commands/text.ts'
import type {Followed} from '../../recipe/follow/types.ts'
import type {Judgement} from './account.ts'
import type {Gathered} from './gather.ts'

/** Returns the judgements, of patches that the releases do not have too. @param there those that were taken */
export function withoutMissing(
  {entries, judgements}: ReadPatches,
  there: Readonly<Record<string, readonly string[]>>,
): ReadonlyMap<number, Judgement> {
  const isTaken = (key: string, path: string): boolean => there[key]?.includes(path) === true
  const gone = Object.entries(entries).flatMap(([key, all]) => all.filter((path) => !isTaken(key, path)))
  return new Map(
    [...judgements].map(([step, judgement]) => {
      const path = gone.find((one) => judgement.what.endsWith(one))
      if (path === undefined) return [step, judgement]
      return [
        step,
        {
          state: 'not-understood',
          what: `the release that is taken has no ${path.replace(/^[^:]*:/, '')}`,
          hint: 'see whether it still needs the patch: docs/guide/patches.md',
        },
      ]
    }),
  )
}

/** The patches of an input, as the manifest has them. */
export interface ReadPatches {
  readonly entries: Readonly<Record<string, readonly string[]>>
  /** By the index of the step that applies one. */
  readonly judgements: ReadonlyMap<number, Judgement>
}

/**
 * Reads which patches an input applies to modules: those that lie in its build context become the project's. Others are not
 * understood.
 */
export function readPatches({patches}: Followed, {specs}: Gathered): ReadPatches {
  const entries: Record<string, string[]> = {}
  const judgements = new Map<number, Judgement>()
  for (const {contextPath, thing, path, target, targets, step} of patches) {
    const owners = specs.filter(({things}) => things.some((one) => targets.includes(one)))
    const [owner] = owners
    const isProsody = /\/(?:usr\/)?(?:local\/)?lib\/prosody(?:\/|$)/.test(target) && owner === undefined
    const key =
      owner === undefined
        ? isProsody
          ? 'prosody'
          : undefined
        : owner.name === undefined
          ? `${owner.spec}/*`
          : owner.spec
    const source = thing === undefined ? undefined : specs.find(({things}) => things.includes(thing))
    const named =
      contextPath ??
      (source === undefined
        ? undefined
        : `${source.spec.split('/')[0] ?? ''}:${path.split('/').at(-1) ?? ''}`)
    if (isConfiguration(target)) {
      judgements.set(step, {state: 'stays', what: 'configuration of Prosody'})
      continue
    }
    if (key === undefined || named === undefined || owners.length > 1) {
      judgements.set(step, {
        state: 'not-understood',
        what:
          key === undefined
            ? `it patches ${target}, which is of no module that is taken`
            : 'where the patch comes from is not said',
        hint: 'a patch of a module is kept in the project: docs/guide/patches.md',
      })
      continue
    }
    const all = entries[key] ?? []
    if (!all.includes(named)) entries[key] = [...all, named]
    judgements.set(step, {state: 'taken', what: `a patch of ${key}: ${named}`, isCut: true})
  }
  return {entries, judgements}
}
