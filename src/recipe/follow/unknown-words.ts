import type {Command, Word} from '../types.ts'

/** Stands for a slash in what is not known, which is one name in a path and not several. */
const mark = '\u2215'

/** Keeps slashes in what a word does not tell from looking like folders. */
export function withoutFalseSlashes(word: Word): Word {
  if (word.unknown.length === 0) return word
  const unknown = word.unknown.map((one) => one.replaceAll('/', mark))
  let {text} = word
  for (const [at, one] of word.unknown.entries()) text = text.replaceAll(one, unknown[at] ?? one)
  return {...word, text, unknown}
}

/** Returns a text as it was written. */
export function withSlashes(text: string): string {
  return text.replaceAll(mark, '/')
}

/** Does the same for all words of a command. */
export function plainCommand(command: Command): Command {
  const {args, redirects, input} = command
  if ([...args, ...redirects.map(({target}) => target)].every(({unknown}) => unknown.length === 0))
    return command
  return {
    ...command,
    args: args.map((word) => withoutFalseSlashes(word)),
    redirects: redirects.map((one) => ({...one, target: withoutFalseSlashes(one.target)})),
    input,
  }
}
