import type {Judging} from './judging.ts'
import {isOfProsody, ownNote} from './meaning.ts'
import type {ReadPlace} from './read-text.ts'

/** Says what a module stands for that is named alone. */
export function namedModule(name: string, line: number, judging: Judging): Pick<ReadPlace, 'found' | 'said'> {
  const {registry} = judging
  const community = {spec: `community/${name}`, name, version: undefined, except: []}
  if (isOfProsody(community, judging))
    return {found: [], said: {state: 'not-needed', what: ownNote([name], judging), hint: null}}
  const publishers = registry.publishers(name)
  const [only] = publishers
  if (only !== undefined && publishers.length === 1)
    return {found: [{wanted: {spec: `${only}/${name}`, name, version: undefined, except: []}, line}]}
  if (only === undefined)
    return {
      found: [],
      said: {
        state: 'not-understood',
        what: `no source has a module ${name}`,
        hint: 'if it is one of your own, add its folder: prosody-mods add ./<folder>',
      },
    }
  return {
    found: [],
    said: {
      state: 'not-understood',
      what: `several sources have a module ${name}: ${publishers.join(', ')}`,
      hint: `name the one that is meant: prosody-mods add ${only}/${name}`,
    },
  }
}
