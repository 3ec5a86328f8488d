import type {ProsodyModsError} from '../../errors.ts'
import {count} from '../../text/count.ts'
import type {GatheredSpec} from './gather.ts'

/** Modules of repositories that are taken whole, and why each is not taken. */
export type Lacking = Map<GatheredSpec, ProsodyModsError>

/** How many modules are told with what is wrong with them. */
const fewTold = 5

/** Tells which modules of repositories that are taken whole are left out. */
export function lackingNotes(lacking: Lacking): string[] {
  const all = [...lacking]
  const later = all.filter(([{version}, {code}]) => version !== undefined && code === 'VERSION_UNSATISFIABLE')
  const others = all.filter((one) => !later.includes(one))
  const more = others.length - fewTold
  return [
    ...(later.length === 0
      ? []
      : [
          `${count(later.length, 'module')} that the repository did not have at that revision ${isOrAre(later.length)} left out`,
        ]),
    ...others
      .slice(0, fewTold)
      .map(([{spec}, {message}]) => `${spec} is left out: ${withoutName(message, spec)}`),
    ...(more > 0
      ? [
          `${more} more ${isOrAre(more)} left out: ${others
            .slice(fewTold)
            .map(([{spec}]) => spec)
            .join(', ')}`,
        ]
      : []),
  ]
}

function isOrAre(number: number): string {
  return number === 1 ? 'is' : 'are'
}

/** The first line of what is wrong, which may begin with the module's name. */
function withoutName(message: string, spec: string): string {
  const [first = ''] = message.split('\n')
  if (first.startsWith(`${spec}: `)) return first.slice(spec.length + 2)
  return first.startsWith(`${spec} `) ? `it${first.slice(spec.length)}` : first
}
