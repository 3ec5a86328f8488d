import type {Registry} from '../../registry/registry.ts'
import type {Environment} from '../../workbench/environment.ts'
import type {Reached} from '../../workbench/reach.ts'
import {judged} from './judged.ts'
import {newestKnownDay} from './newest-day.ts'
import type {DoctorCheck} from './types.ts'

/** Milliseconds by which clocks may differ: an answer takes time, and Date has seconds. */
const bearable = 60_000
/** From here on certificates and signed indexes are refused for it. */
const wrong = 86_400_000

/** Compares the clock with those of servers that have answered, and with the newest release that is known. */
export function clockChecks(
  {now, registry}: Pick<Environment, 'now' | 'registry'>,
  reached: readonly Reached[],
): DoctorCheck[] {
  return [againstServers(now().getTime(), reached), againstReleases(now(), registry)].flat()
}

function againstServers(now: number, reached: readonly Reached[]): DoctorCheck[] {
  const [nearest] = reached
    .flatMap(({name, date}) => (date === undefined ? [] : [{name, off: now - date}]))
    .sort((a, b) => Math.abs(a.off) - Math.abs(b.off))
  if (nearest === undefined) return []
  const {name, off} = nearest
  const facts = {server: name, differenceSeconds: Math.round(off / 1000)}
  if (Math.abs(off) <= bearable)
    return [judged('clock', 'server', {text: `the clock agrees with that of ${name}`, facts})]
  return [
    judged('clock', 'server', {
      state: Math.abs(off) >= wrong ? 'error' : 'warning',
      text: `the clock is ${spanText(Math.abs(off))} ${off > 0 ? 'ahead of' : 'behind'} that of ${name}`,
      hint: 'set the clock: certificates, signed indexes and minimumReleaseAge are judged by it',
      facts,
    }),
  ]
}

function againstReleases(now: Date, registry: Registry): DoctorCheck[] {
  const newest = newestKnownDay(registry)
  if (newest === undefined) return []
  const today = now.toISOString().slice(0, 10)
  if (today >= newest)
    return [judged('clock', 'releases', {text: `today is ${today}, by this machine`, facts: {today, newest}})]
  return [
    judged('clock', 'releases', {
      state: 'error',
      text: `the clock says ${today}, and a release of ${newest} is known already`,
      hint: 'set the clock: certificates, signed indexes and minimumReleaseAge are judged by it',
      facts: {today, newest},
    }),
  ]
}

function spanText(span: number): string {
  const minutes = Math.round(span / 60_000)
  if (minutes < 120) return `${minutes} minutes`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`
}
