import type {Change, ChangeKind, Place} from '../changes/types.ts'
import {shortCode, shortCodes} from '../text/short-code.ts'
import {count} from './common.ts'

/** Counts changes by what they are about: `12 options, 3 hooks`. */
export function kindsOf(changes: readonly Change[]): string {
  const counts = new Map<string, number>()
  for (const {kind} of changes) counts.set(nounOf(kind), (counts.get(nounOf(kind)) ?? 0) + 1)
  return [...counts].map(([noun, number]) => count(number, noun, pluralOf(noun))).join(', ')
}

function nounOf(kind: ChangeKind): string {
  if (kind === 'prosody-line') return 'line of Prosody'
  if (kind.startsWith('xep-')) return 'XEP'
  return kind.startsWith('shared-') ? 'library' : (kind.split('-')[0] ?? kind)
}

function pluralOf(noun: string): string {
  if (noun === 'line of Prosody') return 'lines of Prosody'
  if (noun === 'advisory') return 'advisories'
  return noun === 'dependency'
    ? 'dependencies'
    : noun === 'library'
      ? 'libraries'
      : `${noun === 'patch' ? 'patche' : noun}s`
}

/** How names and code, and other text, are written where they are put. */
export interface Marks {
  readonly code: (text: string) => string
  readonly text: (text: string) => string
}

const unmarked: Marks = {code: (text) => text, text: (text) => text}

/** Writes a change in a line, without its place. */
export function changeText(change: Change, {code, text}: Marks = unmarked): string {
  const {kind} = change
  const name = code(change.name)
  const [before, after] = shortened(change)
  const modules = listed(change.modules, {all: false}, code)
  const of = change.modules.length === 0 ? '' : ` of ${modules}`
  const value = (one: string | null): string => (one === null || one === '' ? 'any value' : code(one))
  const verb = (one: string, many: string): string => (change.modules.length > 1 ? many : one)
  switch (kind) {
    case 'advisory-opened':
      return `opens ${name}${of}: ${text(after ?? '')}`
    case 'advisory-closed':
      return `closes ${name}${of}: ${text(before ?? '')}`
    case 'module-removed':
      if (change.severity === 'notable')
        return `module ${name} is gone: ${text(after ?? '')} is loaded in its place`
      return `module ${name} is gone${after === null ? '' : `: enable ${text(after)} instead`}`
    case 'module-renamed':
      return `module ${name} is called ${value(after)} now: change modules_enabled`
    case 'module-added':
      return `module ${name} is new`
    case 'option-removed':
      return `option ${name}${of} is not read any more (was ${value(before)})`
    case 'option-renamed':
      return `option ${name}${of} is called ${value(after)} now`
    case 'option-type':
      return `option ${name}${of} is read as ${typeText(after)}, was ${typeText(before)}`
    case 'option-values':
      return `option ${name}${of} takes ${value(after)} (was ${value(before)})`
    case 'option-default':
      return `option ${name}${of} is ${value(after)} by default, was ${value(before)}`
    case 'option-added':
      return `option ${name}${of} is new (${value(after)})`
    case 'prosody-line':
      return `module ${name} runs on Prosody ${after ?? ''} and later, was ${before ?? ''}`
    case 'finding-new':
      return `${name}${of}: ${text(after ?? '')}`
    case 'finding-gone':
      return `${name}${of}, mended: ${text(before ?? '')}`
    case 'shared-removed':
      return `${modules} ${verb('does', 'do')} not load ${name} any more`
    case 'shared-added':
      return `${modules} ${verb('loads', 'load')} ${name} now`
    case 'dependency-added':
      return `${modules} ${verb('depends', 'depend')} on ${name} now`
    case 'dependency-removed':
      return `${modules} ${verb('does', 'do')} not depend on ${name} any more`
    case 'xep-added':
      return `${modules} ${verb('names', 'name')} ${name} now`
    case 'xep-removed':
      return `${modules} ${verb('does', 'do')} not name ${name} any more`
    case 'patch-changed':
      return `patch ${name} has changed`
    default:
      return `${nounOf(kind)} ${name}${kind.startsWith('route-') ? '' : of} is ${kind.endsWith('-removed') ? 'gone' : 'new'}`
  }
}

function typeText(type: string | null): string {
  return type === 'any' ? 'any type' : (type ?? '')
}

/** In one line, cut where it is long code: so that what differs is to be seen. */
function shortened({before, after}: Change): [before: string | null, after: string | null] {
  if (before !== null && after !== null) return shortCodes(before, after)
  return [before === null ? null : shortCode(before), after === null ? null : shortCode(after)]
}

/** Returns the place in the later release, or that in the earlier one of what is gone; null where that is the name. */
export function placeOf({name, places: {before, after}}: Change): Place | null {
  const place = after ?? before
  return place?.file === name ? null : place
}

/** Lists three names, or all, and how many more there are. */
export function listed(
  names: readonly string[],
  {all}: {readonly all: boolean},
  code: (text: string) => string = (text) => text,
): string {
  const shown = all ? names : names.slice(0, 3)
  const rest = names.length - shown.length
  return `${shown.map(code).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
