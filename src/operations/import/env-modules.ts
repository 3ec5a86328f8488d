import type {Judging} from './judging.ts'
import {envOrigins, modulesOfEnv, type EnvOther} from './env.ts'
import {namedModule} from './named-module.ts'
import type {ReadPlace, ReadText} from './read-text.ts'

/** Reads an .env of docker-jitsi-meet: what its image does not have has to come from the project. */
export function readEnvModules(text: string, judging: Judging): ReadText {
  const read = modulesOfEnv(text)
  const tag = read.version?.tag
  const origins = envOrigins(read, {tag, prosody: judging.line}, judging.registry)
  const places = read.modules.map(({name, variable, line}): ReadPlace => {
    const at = {line, lastLine: line, text: `${variable}: ${name}`}
    const origin = origins.get(name)
    if (origin === undefined || origin.from === 'custom') return {...at, ...namedModule(name, line, judging)}
    const what =
      origin.from === 'image' ? `the image has it: ${origin.of ?? ''}` : `${origin.of ?? ''} has it itself`
    return {...at, found: [], said: {state: 'not-needed', what, hint: null}}
  })
  const others = read.other.map((one): ReadPlace => ({
    line: one.line,
    lastLine: one.line,
    text: `${one.variable}: ${one.text}`,
    found: [],
    said: saidOf(one),
  }))
  const version: ReadPlace[] =
    read.version === undefined
      ? []
      : [
          {
            line: read.version.line,
            lastLine: read.version.line,
            text: `JITSI_IMAGE_VERSION: ${read.version.tag}`,
            found: [],
            said: {state: 'taken', what: `the project is for this release of the image`, hint: null},
          },
        ]
  const all = [...places, ...others, ...version].sort((a, b) => a.line - b.line)
  const notes =
    all.length === 0 ? ['it enables no module: no variable such as XMPP_MUC_MODULES has a value'] : []
  return {places: all, missing: [], notes}
}

function saidOf({what, variable, text}: EnvOther): NonNullable<ReadPlace['said']> {
  switch (what) {
    case 'computed':
      return {
        state: 'not-understood',
        what: 'other variables are put into its value, which is not followed',
        hint: `write the names out in ${variable}, or add them: prosody-mods add <module>`,
      }
    case 'configuration':
      return {state: 'stays', what: 'lines for the configuration of Prosody', hint: null}
    case 'word':
      return {
        state: 'not-understood',
        what: `${JSON.stringify(text)} is no name of a module`,
        hint: `names in ${variable} are separated by commas`,
      }
    case 'moving':
      return {
        state: 'not-understood',
        what: `${text} means another release with time`,
        hint: 'name a release, such as stable-10888, for builds that stay the same',
      }
    case 'replaced':
      return {state: 'not-needed', what: `a later line sets ${variable} again`, hint: null}
  }
}
