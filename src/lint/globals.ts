import type {Built} from './build.ts'
import type {Issues, Key} from './issue.ts'
import {isChain, type Body, type Chain, type Described} from './model.ts'
import {placeOf} from './places.ts'

/** A global with keys behind it, as far as they are known. */
interface Resolved {
  readonly global: string
  readonly keys: readonly Key[]
  readonly aliased: number | undefined
}

/** Names that stand for names that stand for names are followed so far: each one holds all keys before it. */
const mostKeys = 1000

type Resolution = Resolved | {readonly text: string} | 'other' | 'unknown'

/** Reports uses of globals and of their fields, also through local variables that stand for them. */
export function checkGlobals({chains}: Built, issues: Issues): void {
  const resolver = new Resolver()
  for (const [body, chain] of chains) report(chain, body, {resolution: resolver.resolve(chain), issues})
}

function report(
  {base, variable, isTarget}: Chain,
  {parent}: Body,
  {resolution, issues}: {readonly resolution: Resolution; readonly issues: Issues},
): void {
  if (typeof resolution !== 'object' || !('global' in resolution)) return
  const {global: name, keys, aliased} = resolution
  const action = !isTarget ? 'access' : keys.length === 0 ? 'set' : 'mutate'
  issues.add(actionCodes[action], placeOf(base), {
    name,
    global: {
      keys,
      aliased,
      isTop: parent === undefined && action === 'set',
      indirect: variable !== undefined,
    },
  })
}

const actionCodes = {set: '111', mutate: '112', access: '113'} as const

class Resolver {
  readonly #known = new Map<Chain, Resolution>()

  resolve(chain: Chain): Resolution {
    const known = this.#known.get(chain)
    if (known !== undefined) return known
    // Also what a chain is that leads to itself.
    this.#known.set(chain, 'unknown')
    const resolution = this.#chain(chain)
    this.#known.set(chain, resolution)
    return resolution
  }

  #chain(chain: Chain): Resolution {
    const base = this.#base(chain)
    if (chain.keys.length === 0) return base
    if (typeof base !== 'object' || !('global' in base)) return 'unknown'
    if (base.keys.length > mostKeys) return 'unknown'
    const aliased = chain.variable === undefined ? undefined : base.keys.length + 1
    const keys = [...base.keys, ...chain.keys.map((key) => this.#key(key))]
    return {global: base.global, aliased, keys}
  }

  #base({base, variable, step}: Chain): Resolution {
    if (variable === undefined) return {global: base.name, keys: [], aliased: undefined}
    const use = step.uses.get(variable)
    if (use?.ways !== 1 || use.value.source === undefined) return 'unknown'
    return this.#described(use.value.source.described)
  }

  #described(described: Described): Resolution {
    return isChain(described) ? this.resolve(described) : described
  }

  #key(described: Described): Key {
    const key = this.#described(described)
    if (typeof key === 'object') return 'text' in key ? key.text : true
    return key !== 'other'
  }
}
