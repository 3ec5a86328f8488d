import type {Issues} from './issue.ts'
import {isChain, type Chain, type Described, type Key, type Resolution} from './model.ts'
import {spanOf} from './places.ts'

/** Names that stand for names that stand for names are followed so far: each one holds all keys before it. */
const mostKeys = 1000

/** Reports uses of globals and of their fields, also through local variables that stand for them. */
export function checkGlobals(chains: readonly Chain[], issues: Issues): void {
  for (const chain of chains) report(chain, resolve(chain), issues)
}

function report({base, variable, isAssigned, isTop}: Chain, resolution: Resolution, issues: Issues): void {
  if (typeof resolution !== 'object' || !('global' in resolution)) return
  const {global: name, keys, aliased} = resolution
  const code = !isAssigned ? '113' : keys.length === 0 ? '111' : '112'
  const global = {keys, aliased, isTop: isTop && code === '111', indirect: variable !== undefined}
  issues.add(code, spanOf(base), {name, global})
}

function resolve(chain: Chain): Resolution {
  if (chain.resolution !== undefined) return chain.resolution
  // Also what a chain is that leads to itself.
  chain.resolution = 'unknown'
  chain.resolution = resolutionOf(chain)
  return chain.resolution
}

function resolutionOf(chain: Chain): Resolution {
  const {variable, keys} = chain
  const base = baseOf(chain)
  if (keys.length === 0) return base
  if (typeof base !== 'object' || !('global' in base)) return 'unknown'
  if (base.keys.length > mostKeys) return 'unknown'
  const aliased = variable === undefined ? undefined : base.keys.length + 1
  const own = keys.map(keyOf)
  return {global: base.global, keys: base.keys.length === 0 ? own : [...base.keys, ...own], aliased}
}

const noKeys: readonly Key[] = []

function baseOf({base, variable, step}: Chain): Resolution {
  if (variable === undefined) return {global: base.name, keys: noKeys, aliased: undefined}
  const use = step.uses.get(variable)
  if (use?.ways !== 1 || use.value.source === undefined) return 'unknown'
  return describedAs(use.value.source.described)
}

function describedAs(described: Described): Resolution {
  return isChain(described) ? resolve(described) : described
}

function keyOf(described: Described): Key {
  const key = describedAs(described)
  if (typeof key === 'object') return 'text' in key ? key.text : true
  return key !== 'other'
}
