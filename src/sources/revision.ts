import type {Resolved} from './kinds.ts'

/** The publisher's own id of what was resolved: a Git commit, a Mercurial node; undefined for kinds without one. */
export function revisionOf({resolved}: {readonly resolved: Resolved}): string | undefined {
  return 'revision' in resolved ? resolved.revision : undefined
}

/** The tag that what was resolved was found by. */
export function tagOf({resolved}: {readonly resolved: Resolved}): string | undefined {
  return 'tag' in resolved ? resolved.tag : undefined
}

/** The branch whose tip what was resolved was when it was asked for. */
export function branchOf({resolved}: {readonly resolved: Resolved}): string | undefined {
  return 'branch' in resolved ? resolved.branch : undefined
}
