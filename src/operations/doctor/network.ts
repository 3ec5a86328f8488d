import type {Manifest} from '../../project/manifest.ts'
import {define} from '../../sources/kinds.ts'
import type {Environment} from '../../workbench/environment.ts'
import {mirrorTable} from '../../workbench/mirrors.ts'
import {placesOf, reach, type Reached} from '../../workbench/reach.ts'
import type {UserConfig} from '../../workbench/user-config.ts'
import {judged} from './judged.ts'
import type {DoctorCheck} from './types.ts'

/** What of the configuration says where things are asked for. */
export interface Asked {
  readonly manifest: Manifest
  readonly user: UserConfig
}

/** Asks every publisher, or the mirror in its place, whether it answers. */
export async function askPublishers(
  {manifest, user}: Asked,
  environment: Environment,
): Promise<readonly Reached[]> {
  const {registry, env} = environment
  const table = mirrorTable(manifest, user, env)
  const known = registry.index.sources.flatMap((id) => registry.source(id) ?? [])
  const declared = Object.entries({...user.sources, ...manifest.sources}).map(([id, one]) => define(id, one))
  const places = await placesOf([...known, ...declared], table, {registry})
  return reach(places, table, environment)
}

/** Tells what came of asking: one that is down is no trouble as long as others have the same bytes. */
export function networkChecks(reached: readonly Reached[]): DoctorCheck[] {
  const isAlone = reached.every(({status}) => status === undefined)
  return reached.map((one) => networkCheck(one, isAlone))
}

function networkCheck({name, url, asked, took, status, reason}: Reached, isAlone: boolean): DoctorCheck {
  const host = URL.canParse(asked) ? new URL(asked).host : asked
  const via =
    host === name && asked.startsWith(url.slice(0, url.indexOf('/', 8))) ? '' : `, by the mirror ${host}`
  const time = took < 1000 ? `${took} ms` : `${(took / 1000).toFixed(1)} s`
  const facts = {url: asked, status: status ?? null, milliseconds: took, reason: reason ?? null}
  if (status === 200) return judged('network', name, {text: `${name}${via}: answers in ${time}`, facts})
  if (status !== undefined) {
    return judged('network', name, {
      state: 'warning',
      text: `${name}${via}: answers in ${time}, and says: ${reason ?? ''}`,
      hint:
        via === ''
          ? 'known releases come from elsewhere meanwhile'
          : 'look at the mirror, or where it is named: prosody-mods config',
      facts,
    })
  }
  return judged('network', name, {
    state: isAlone ? 'error' : 'warning',
    text: `${name}${via}: no answer in ${time}: ${reason ?? ''}`,
    hint: isAlone
      ? 'nothing answers: look at the network, a proxy (http_proxy, https_proxy) or name mirrors; --offline needs none of it'
      : 'known releases come from other places that have the same bytes; a mirror can stand in ("mirrors" in prosody-mods.json)',
    facts,
  })
}
