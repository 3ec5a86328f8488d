import type {Command} from '../../types.ts'
import type {Thing} from '../thing.ts'
import type {Deed} from '../types.ts'
import type {World} from '../world.ts'

/** Follows a command: changes what is known of the world, and says what it did. */
export type Handler = (command: Command, world: World) => Deed

/** The deed of what has nothing to do with modules. */
export const nothing: Deed = {kind: 'keep', things: []}

/** Says that what was brought in is handled; where it is nothing, that nothing is. */
export function arranged(things: readonly Thing[]): Deed {
  return things.length === 0 ? nothing : {kind: 'arrange', things}
}

/** Says that something may be about modules, and why it is not understood. */
export function notUnderstood(why: string, things: readonly Thing[] = []): Deed {
  return {kind: 'unknown', things, why}
}
