import {installReferences} from './installs.ts'
import type {Draft, FoundReference, MissingName} from './found.ts'
import {listReferences} from './lists.ts'
import {nixReferences} from './nix.ts'
import {itemsBelow} from './names.ts'
import type {Entry} from './outline.ts'
import type {Reading} from './reading.ts'
import {readText} from './reading.ts'
import {urlReferences} from './url-references.ts'

/** What a text refers to. */
export interface References {
  /** In the order of the text; once for each place. */
  readonly references: readonly FoundReference[]
  /** Each name once. */
  readonly missing: readonly MissingName[]
}

/**
 * Finds what a text of any kind refers to that is about modules of Prosody: URLs of files, folders and archives with their
 * revisions and digests, repositories, rocks, packages, and modules that are named alone in a list or a command. Variables
 * have the values that the same text gives them, and loops of Ansible are unrolled. Addresses in comments are marked, and what else stands there is left out.
 * Nothing is run and nothing fetched. Never throws; what is no text has no references.
 * @param others texts that give values to variables that this one leaves without: the defaults of a role, a pack's variables
 */
export function findReferences(text: string, others: readonly string[] = []): References {
  if (text.includes('\0')) return {references: [], missing: []}
  const reading = readText(text, others)
  const drafts = [
    ...nixReferences(reading),
    ...urlReferences(reading),
    ...installReferences(reading),
    ...listReferences(reading),
  ]
  const used = new Set(drafts.flatMap((draft) => draft.used.filter(({isOwn}) => isOwn)))
  const values = new Set([...used].flatMap((entry) => offsetsOf(reading, entry)))
  const own = drafts.filter((draft) => !values.has(draft.at)).sort((a, b) => a.at - b.at)
  const once = new Map(own.map((draft) => [`${String(draft.line)} ${JSON.stringify(draft.origin)}`, draft]))
  const references = [...once.values()].map(withoutSource)
  return {references, missing: missingOf(references)}
}

/** Where the values of an entry stand: its own, and those of the list or the maps below it. */
function offsetsOf({names}: Reading, entry: Entry): readonly number[] {
  const items = itemsBelow(names, entry) ?? []
  const members = items.flatMap(({valueAt, mapping}) => [
    valueAt,
    ...(mapping?.entries ?? []).map((of) => of.valueAt),
  ])
  return [entry.valueAt, ...members]
}

function withoutSource(draft: Draft): FoundReference {
  const {line, lastLine, origin, text, sha256, unknown, isComment} = draft
  return {
    line,
    lastLine,
    origin,
    text,
    ...(sha256 === undefined ? {} : {sha256}),
    unknown,
    ...(isComment === undefined ? {} : {isComment}),
  }
}

function missingOf(references: readonly FoundReference[]): readonly MissingName[] {
  const missing = new Map<string, number>()
  for (const {unknown, line, isComment} of references)
    for (const name of unknown) if (isComment === undefined && !missing.has(name)) missing.set(name, line)
  return [...missing].map(([name, line]) => ({name, line}))
}
