import {isConfiguration} from '../../recipe/follow/commands/text.ts'
import type {Followed} from '../../recipe/follow/types.ts'
import type {Judgement} from './account.ts'
import type {Gathered, GatheredSpec} from './gather.ts'
import type {Judging} from './judging.ts'

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

/** What a patch of a release is called there; without a path where Prosody needs none of that name any more. */
interface OwnPatch {
  readonly path: string | undefined
  readonly why: string
}

/**
 * Finds a patch in the release that is taken, where names say which line of Prosody a patch is for: `x.patch` became
 * `x-0.12.patch`. Undefined where the release has it as it is named, has nothing like it, or is not known.
 */
function patchOf(
  {spec, version}: GatheredSpec,
  named: string,
  {registry, line}: Pick<Judging, 'registry' | 'line'>,
): OwnPatch | undefined {
  const [id = ''] = spec.split('/')
  const {releases} = registry.releases(id)
  const release = version === undefined ? releases.at(-1) : releases.find((one) => one.version === version)
  const name = named.replace(/^[^:]*:/, '')
  const files = Object.keys(release?.files ?? {})
  if (release === undefined || files.includes(name)) return undefined
  const stem = name.replace(/\.patch$/, '')
  const lines = files.flatMap((file) =>
    file.startsWith(`${stem}-`) ? (/-(\d[\d.]*)\.patch$/.exec(file)?.[1] ?? []) : [],
  )
  if (lines.length === 0) return undefined
  if (lines.includes(line)) return {path: `${id}:${stem}-${line}.patch`, why: ''}
  return {
    path: undefined,
    why: `${id} ${release.version} has this patch for Prosody ${lines.join(', ')} alone, and this is ${line}`,
  }
}

/** The patches of an input, as the manifest has them. */
export interface ReadPatches {
  readonly entries: Readonly<Record<string, readonly string[]>>
  /** By the index of the step that applies one. */
  readonly judgements: ReadonlyMap<number, Judgement>
  /** Patches out of releases that lines of the input go on applying to Prosody itself. */
  readonly copies: readonly PatchCopy[]
}

/** A patch that has to be put to where a line of the input looks for it. */
export interface PatchCopy {
  /** The index of the step that applies it. */
  readonly step: number
  /** As the manifest has it. */
  readonly patch: string
  /** Absolute. */
  readonly to: string
}

/**
 * Reads which patches an input applies to modules: those that lie in its build context become the project's. Others are not
 * understood.
 */
export function readPatches(
  {patches}: Followed,
  {specs}: Gathered,
  judging: Pick<Judging, 'registry' | 'line'>,
): ReadPatches {
  const entries: Record<string, string[]> = {}
  const judgements = new Map<number, Judgement>()
  const copies: PatchCopy[] = []
  for (const {contextPath, thing, path, at, target, targets, step} of patches) {
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
    if (isProsody && contextPath !== undefined) {
      judgements.set(step, {state: 'stays', what: 'a patch of Prosody itself, out of the build context'})
      continue
    }
    const own = source === undefined || named === undefined ? undefined : patchOf(source, named, judging)
    if (own !== undefined && own.path === undefined) {
      judgements.set(step, {state: 'not-needed', what: own.why, isCut: true})
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
    const taken = own?.path ?? named
    if (!all.includes(taken)) entries[key] = [...all, taken]
    const stays = isProsody && at !== undefined
    if (stays) copies.push({step, patch: taken, to: at})
    judgements.set(step, {state: 'taken', what: `a patch of ${key}: ${taken}`, isCut: !stays})
  }
  return {entries, judgements, copies}
}
