import type {Change, Severity} from './types.ts'

const severities: readonly Severity[] = ['breaking', 'notable', 'news']

/** By how much each kind asks of a reader, within one severity. */
const kinds: readonly Change['kind'][] = [
  ...(['advisory-opened', 'advisory-closed'] as const),
  ...(['module-removed', 'module-renamed', 'prosody-line', 'option-removed', 'option-renamed'] as const),
  ...(['option-type', 'option-values', 'option-default', 'store-removed', 'route-removed'] as const),
  ...(['feature-removed', 'event-removed', 'patch-removed', 'patch-changed', 'finding-new'] as const),
  ...(['module-added', 'option-added', 'route-added', 'store-added', 'feature-added'] as const),
  ...(['event-added', 'dependency-added', 'dependency-removed', 'shared-added', 'shared-removed'] as const),
  ...(['hook-removed', 'hook-added', 'xep-added', 'xep-removed', 'patch-added', 'finding-gone'] as const),
]

/**
 * Tells a change once that several modules have from the same place, such as a library that they share; worst first.
 * @param readersOf who reads an option beside the later releases of those that it is told of
 */
export function joinChanges(
  changes: readonly Change[],
  readersOf: (option: string) => readonly string[],
): Change[] {
  const joined = new Map<string, Change>()
  for (const change of changes.map((one) => stillRead(one, readersOf))) {
    const {kind, name, before, after, places} = change
    const key = JSON.stringify([kind, name, before, after, places])
    const known = joined.get(key)
    joined.set(
      key,
      known === undefined
        ? change
        : {...known, modules: [...new Set([...known.modules, ...change.modules])].sort()},
    )
  }
  return [...joined.values()].sort(byWeight)
}

/** What another module of the release reads, or Prosody, keeps its use. */
function stillRead(change: Change, readersOf: (option: string) => readonly string[]): Change {
  if (change.kind !== 'option-removed' && change.kind !== 'option-renamed') return change
  const others = readersOf(change.name)
  if (others.length === 0) return change
  return {...change, severity: 'news', note: `still read by ${others.slice(0, 3).join(', ')}`}
}

function byWeight(a: Change, b: Change): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    weightOf(a) - weightOf(b) ||
    order(a.name, b.name) ||
    order(a.modules.join(), b.modules.join())
  )
}

/** Among news, what is new comes before what is gone without consequence. */
function weightOf({kind, severity}: Change): number {
  const isNew = severity !== 'news' || kind.endsWith('-added') || kind === 'finding-new'
  return kinds.indexOf(kind) + (isNew ? 0 : kinds.length)
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
