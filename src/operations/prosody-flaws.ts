import {presentText} from '../context/present-text.ts'
import {namedProsody} from '../image/named-prosody.ts'
import type {Manifest} from '../project/manifest.ts'
import {shownId} from '../registry/advisories.ts'
import type {Registry} from '../registry/registry.ts'
import {prosodyFlaws, type ProsodyVersion} from '../resolve/prosody-advisories.ts'

/** A Prosody that a project names, and that is known to have flaws. */
export interface FlawedProsody {
  /** One sentence. */
  readonly message: string
  readonly file: string
  /** From 1; null where that is not known. */
  readonly line: number | null
  readonly hint: string
}

const dockerfile = 'Dockerfile'

/** Finds which of the versions of Prosody that a project names for its image are known to have flaws. */
export function flawedProsody(
  {folder, manifest}: {readonly folder: string; readonly manifest: Manifest},
  registry: Registry,
): FlawedProsody[] {
  const text = presentText(folder, dockerfile)
  const file = text === undefined ? undefined : {path: dockerfile, text}
  return namedProsody(manifest, file, registry.suites).flatMap(({as, file, line, ...version}) => {
    const told = flawsText(version, registry)
    return told === undefined ? [] : [{message: `${as} ${told.text}`, file, line, hint: told.hint}]
  })
}

/** Writes which flaws a Prosody is known to have, and what to take in its place; undefined for none. */
export function flawsText(
  version: ProsodyVersion,
  {advisories}: Registry,
): {readonly text: string; readonly hint: string} | undefined {
  const flaws = prosodyFlaws(version, advisories)
  if (flaws.length === 0) return undefined
  const fixed = [...new Set(flaws.map((one) => one.fixed))]
  const ids = flaws.map(({advisory}) => shownId(advisory))
  return {
    text: `has known flaws: ${ids.join(', ')}; fixed in ${fixed.join(' and ')}`,
    hint: `take ${fixed.join(' or ')}, or a later one; https://prosody.im/security/ tells of each`,
  }
}
