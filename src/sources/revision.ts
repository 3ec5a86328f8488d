import type {Resolved} from './kinds.ts'

/**
 * Returns the publisher's own id of what was resolved: a Git commit, a Mercurial node; undefined for kinds without
 * one.
 */
export function revisionOf({resolved}: {readonly resolved: Resolved}): string | undefined {
  return 'revision' in resolved ? resolved.revision : undefined
}

/** Returns the tag that what was resolved was found by; undefined where it was not found by one. */
export function tagOf({resolved}: {readonly resolved: Resolved}): string | undefined {
  return 'tag' in resolved ? resolved.tag : undefined
}

/** Returns the branch whose tip what was resolved was when it was asked for; undefined where it was none's. */
export function branchOf({resolved}: {readonly resolved: Resolved}): string | undefined {
  return 'branch' in resolved ? resolved.branch : undefined
}
