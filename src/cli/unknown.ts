import {ProsodyModsError} from '../errors.ts'
import {nearestWords} from '../text/nearest-words.ts'
import {flagWords} from './global.ts'
import {hintFor} from './habits.ts'

const helpHint = '"prosody-mods help" lists the commands'

/** Throws USAGE for a line that begins with no command, with what may have been meant. @param names of all commands */
export function refuseUnknown(words: readonly string[], names: readonly string[]): never {
  const flag = words.findIndex((word) => word.startsWith('-'))
  const [first, second] = flag === -1 ? words : words.slice(0, flag)
  if (first === undefined) throw noCommand(flagWords(words))
  const members = names.filter((name) => name.startsWith(`${first} `))
  if (members.length > 0) {
    const typed = [first, second].filter((word) => word !== undefined).join(' ')
    const near = second === undefined ? [] : nearestWords(typed, members)
    throw unknown(typed, near, `commands are ${members.join(', ')}`)
  }
  const families = names.map((name) => name.split(' ')[0] ?? '')
  throw unknown(first, nearestWords(first, families), helpHint)
}

/** Throws USAGE for a subject that help has nothing on. @param subjects all that it has something on */
export function refuseSubject(subject: string, subjects: readonly string[]): never {
  const near = nearestWords(subject, subjects)
  throw new ProsodyModsError('USAGE', `there is no command or topic "${subject}"`, {
    hint:
      hintFor(subject) ??
      (near.length === 0
        ? '"prosody-mods help" lists commands and topics'
        : `did you mean ${near.map((name) => `"prosody-mods help ${name}"`).join(' or ')}?`),
    details: {subject, near},
  })
}

function noCommand(flags: readonly string[]): ProsodyModsError {
  const [first = 'the end'] = flags
  return new ProsodyModsError('USAGE', `there is no command before ${first}`, {
    hint: first === '--help' ? helpHint : `${helpHint}; "prosody-mods --version" says which version this is`,
  })
}

function unknown(typed: string, near: readonly string[], otherwise: string): ProsodyModsError {
  const meant = near.map((name) => `"prosody-mods ${name}"`).join(' or ')
  return new ProsodyModsError('USAGE', `there is no command "${typed}"`, {
    hint: hintFor(typed) ?? (near.length === 0 ? otherwise : `did you mean ${meant}?`),
    details: {command: typed, near},
  })
}
