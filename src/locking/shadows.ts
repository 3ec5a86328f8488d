import {ProsodyModsError} from '../errors.ts'
import {splitKey, keysIn, type ModuleKey, moduleKey} from '../module-key.ts'
import {defaultProsody, type Manifest} from '../project/manifest.ts'
import type {Registry} from '../registry/registry.ts'
import type {RegistryMove} from '../registry/types.ts'
import {movesOf} from '../resolve/owners.ts'
import type {Spec} from '../resolve/spec.ts'

/**
 * Refuses a name without a source that is one of Prosody's own modules: it needs nothing installed, whoever else
 * publishes it. Throws SHADOWS_CORE. What the manifest names already is meant by the name, and left to refuseShadows.
 */
export function refuseOwnModules(specs: readonly Spec[], manifest: Manifest, registry: Registry): void {
  const line = manifest.prosody ?? defaultProsody
  const core = registry.prosodyLine(line)?.coreModules ?? []
  const named = new Set(keysIn(manifest.modules).map((key) => splitKey(key)[1]))
  for (const spec of specs) {
    if (spec.kind !== 'module' || spec.source !== undefined) continue
    const {name} = spec
    if (!core.includes(name) || named.has(name)) continue
    const candidates = registry.publishers(name).map((id) => moduleKey(id, name))
    throw new ProsodyModsError(
      'SHADOWS_CORE',
      `mod_${name} is part of Prosody ${line}${sinceText(coreMove(name, undefined, registry))}: nothing needs installing${noteLine(coreMove(name, undefined, registry))}`,
      {
        hint: ownHint(candidates),
        details: {name, prosody: line, candidates, moves: movesOf(name, undefined, registry)},
      },
    )
  }
}

/** Refuses a module of a source that would hide one of Prosody's own. Throws SHADOWS_CORE. */
export function refuseShadows(keys: readonly ModuleKey[], manifest: Manifest, registry: Registry): void {
  const line = manifest.prosody ?? defaultProsody
  const core = new Set(registry.prosodyLine(line)?.coreModules)
  const key = keys.find((one) => core.has(splitKey(one)[1]))
  if (key === undefined) return
  const [source, name] = splitKey(key)
  const move = coreMove(name, source, registry)
  throw new ProsodyModsError(
    'SHADOWS_CORE',
    `${key}: mod_${name} is part of Prosody ${line}${sinceText(move)}; an installed copy would hide it${noteLine(move)}`,
    {
      hint: `enable Prosody's own, or give --allow-shadow if you want ${key} in its place`,
      details: {module: key, prosody: line, moves: movesOf(name, source, registry)},
    },
  )
}

function coreMove(name: string, source: string | undefined, registry: Registry): RegistryMove | undefined {
  return movesOf(name, source, registry).find(({change, core}) => change === 'core' && core === undefined)
}

function sinceText(move: RegistryMove | undefined): string {
  return move === undefined ? '' : ` (since ${move.since})`
}

function noteLine(move: RegistryMove | undefined): string {
  return move === undefined ? '' : `\n  ${move.note}`
}

function ownHint(candidates: readonly string[]): string {
  const [first, ...others] = candidates
  if (first === undefined) return "enable Prosody's own in its configuration"
  const more = others.length === 0 ? '' : ` (or ${others.join(', ')})`
  return `enable Prosody's own; to have another in its place on purpose: prosody-mods add ${first} --allow-shadow${more}`
}
