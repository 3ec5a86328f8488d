import type {ImageContents} from '../contents.ts'
import {variablesOf} from '../variables/index.ts'

/** A secret that compose.yaml brings into the container as a file. */
export interface ImageSecret {
  /** The variable that is set to it. */
  readonly variable: string
  /** Its name in compose.yaml, and that of its file in secrets/. */
  readonly name: string
}

/** Lists the secrets without which the server does not start as compose.yaml runs it, the database's first. */
export function imageSecrets({settings, modules}: ImageContents): readonly ImageSecret[] {
  const required = variablesOf(settings.profile, modules).filter(
    ({type, required: needed}) => type === 'secret' && needed === true,
  )
  return ['PROSODY_SQL_PASSWORD', ...required.map(({name}) => name)].map((variable) => ({
    variable,
    name: variable.toLowerCase(),
  }))
}
