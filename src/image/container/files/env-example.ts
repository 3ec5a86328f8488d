import type {ImageContents} from '../contents.ts'
import {sealed} from '../sections.ts'
import {variableGroups} from '../variables/index.ts'
import type {Variable} from '../variables/types.ts'
import {imageSecrets} from './secrets.ts'

/** Writes .env.example: every variable with what it does and its default. */
export function envExampleText(contents: ImageContents): string {
  const {settings, modules} = contents
  const head = `# Written by "prosody-mods image write". Copy it to .env, and set there what shall differ from the defaults.
# Each value may also lie in a file: NAME_FILE=/path, or a file NAME in the folder that $CREDENTIALS_DIRECTORY names.
# Empty is the same as unset.
`
  const files = new Set(imageSecrets(contents).map(({variable}) => variable))
  const body = variableGroups(settings.profile, modules).map(
    ({title, variables}) =>
      `\n## ${title}\n${variables.map((variable) => entry(variable, files.has(variable.name))).join('')}`,
  )
  return sealed(head, body.join(''), '#')
}

function entry(variable: Variable, isFile: boolean): string {
  const {name, about, default: standard, example} = variable
  const value = isFile ? '' : (example ?? standard ?? '')
  const where = isFile ? `; compose.yaml has it in secrets/${name.toLowerCase()}` : ''
  return `\n# ${about}${detailOf(variable)}${where}\n#${name}=${value}\n`
}

/** Says what a value may be, in a few words; '' where nothing but its type is to say. */
export function detailOf({choices, range, type, required}: Variable): string {
  const parts = [
    ...(type === 'flag' ? ['1 or 0'] : []),
    ...(choices === undefined ? [] : [choices.join(', ')]),
    ...(range === undefined ? [] : [`${range[0]} to ${range[1]}`]),
    ...(required === true ? ['required'] : []),
    ...(typeof required === 'string' ? [`needed with ${required}`] : []),
  ]
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`
}
