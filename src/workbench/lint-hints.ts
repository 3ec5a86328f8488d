import type {RuleFinding} from '../lint/rules/rule-report.ts'
import type {Registry} from '../registry/registry.ts'
import {flatSources} from '../resolve/owners.ts'

/** Returns a finding with what the registry knows of the library that it misses: flat trees that have it. */
export function withTreeHint(finding: RuleFinding, registry: Registry): RuleFinding {
  if (finding.pending?.kind !== 'library') return finding
  const {name} = finding.pending
  const trees = flatSources(registry, name)
  if (trees.length === 0) return finding
  const specs = trees.map((id) => `prosody-mods add ${id}`).join(' or ')
  return {
    ...finding,
    hint: `${trees.join(' and ')} has ${name}.lib.lua in its tree: install that beside it (${specs}), or lint both together`,
  }
}
