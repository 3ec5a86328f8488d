import {moduleKey, keysIn, splitKey} from '../../module-key.ts'
import {ProsodyModsError} from '../../errors.ts'
import {treePart} from '../../locking/tree-part.ts'
import type {Lockfile} from '../../project/lockfile.ts'
import {listNeeds, type Need} from '../../resolve/needs.ts'

/** What something that modules need is. core: a module of Prosody's own; shared: a library by module:require. */
export type NeededKind = 'module' | 'core' | 'library' | 'package' | 'rock' | 'shared'

/** What a name means in a lock, and how a need of it is known. */
export interface Matcher {
  readonly name: string
  readonly kind: NeededKind
  readonly fits: (need: Need) => boolean
}

/** Finds what a name means in a lock: a module, a library, a package or a rock; undefined where it is nothing of these. */
export function matcherFor(name: string, {modules}: Lockfile): Matcher | undefined {
  const key = keysIn(modules).find(
    (one) => one === name || one.endsWith(`/${name}`) || one === moduleKey(name, '*'),
  )
  if (key !== undefined) {
    const own = splitKey(key)[1]
    return {
      name: own === '*' ? key : own,
      kind: 'module',
      fits: (need) => need.server === key && (need.name === own || own === '*'),
    }
  }
  const needs = Object.values(modules).flatMap((locked) => listNeeds(locked.needs ?? {}))
  const tests: Omit<Matcher, 'name'>[] = [
    {kind: 'library', fits: (need) => need.kind === 'libraries' && need.name === name},
    {
      kind: 'module',
      fits: (need) => need.kind === 'modules' && need.name === name && need.server !== 'prosody',
    },
    {kind: 'core', fits: (need) => need.kind === 'modules' && need.name === name},
    {kind: 'shared', fits: (need) => need.kind === 'shared' && need.name === name},
    {kind: 'package', fits: ({server}) => server === `debian:${name}` || server === `copy:${name}`},
    {kind: 'rock', fits: ({server}) => server === `rock:${name}` || server.startsWith(`rock:${name}@`)},
  ]
  const found = tests.find(({fits}) => needs.some(fits))
  return found && {...found, name}
}

/** Makes the error NOT_INSTALLED for a name that means nothing in a lock, with the tree whose part it may be. */
export function notInstalled(text: string, lock: Lockfile): ProsodyModsError {
  const part = treePart(text, lock)
  if (part !== undefined) {
    return new ProsodyModsError(
      'NOT_INSTALLED',
      `no locked module needs ${text} by itself: it is a part of ${part.key} ${part.version} (${part.paths.join(', ')})`,
      {
        hint: `"prosody-mods why '${part.key}'" tells why that is here`,
        details: {name: text, partOf: part.key},
      },
    )
  }
  return new ProsodyModsError('NOT_INSTALLED', `nothing in the lockfile is, or needs, ${text}`, {
    hint: '"prosody-mods tree" shows what is there, "prosody-mods deps" the libraries and packages',
    details: {name: text},
  })
}
