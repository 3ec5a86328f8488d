import type {ImageModules} from '../modules.ts'
import {jitsiVariables} from './jitsi.ts'
import {minimalVariables} from './minimal.ts'
import type {IgnoredVariable, ProfileVariables, Variable, VariableGroup} from './types.ts'
import {xmppVariables} from './xmpp.ts'

/** What images can be made for, as the manifest's image.profile names it. */
export const profiles = ['jitsi', 'xmpp', 'minimal'] as const

/** A name of what an image is made for. */
export type Profile = (typeof profiles)[number]

/** All variables of each profile, whatever modules an image has. */
export const variablesByProfile: Readonly<Record<Profile, ProfileVariables>> = {
  jitsi: jitsiVariables,
  xmpp: xmppVariables,
  minimal: minimalVariables,
}

/** Lists the variables that an image of a profile with these modules reads, by group; empty groups are left out. */
export function variableGroups(profile: Profile, modules: ImageModules): readonly VariableGroup[] {
  return variablesByProfile[profile].groups.flatMap(({title, variables}) => {
    const read = variables.filter(({when}) => when === undefined || when(modules))
    return read.length === 0 ? [] : [{title, variables: read}]
  })
}

/** Lists the variables that an image of a profile with these modules reads, in the order in which it reads them. */
export function variablesOf(profile: Profile, modules: ImageModules): readonly Variable[] {
  return variableGroups(profile, modules).flatMap(({variables}) => variables)
}

/** Lists the variables that this image does nothing with, and others do; those of modules that it lacks among them. */
export function ignoredVariables(profile: Profile, modules: ImageModules): readonly IgnoredVariable[] {
  const read = new Set(variablesOf(profile, modules).map(({name}) => name))
  const lacking = variablesByProfile[profile].groups.flatMap(({variables}) =>
    variables
      .filter(({name}) => !read.has(name))
      .map(({name, type}) => ({
        name,
        harmless: type === 'flag' ? ['0', '1', 'false', 'true'] : [],
        because: 'the modules of this image do not have it',
      })),
  )
  return [...variablesByProfile[profile].ignored, ...lacking]
}
