import type {Followed} from '../../recipe/follow/types.ts'

const shell = String.raw`(?:sudo\s+(?:-\w+\s+)*)?(?:env\s+)?(?:\S*\/)?(?:ba|da|a|z|k)?sh\b`
/** `curl … | sh`, `sh -c "$(curl …)"`, of which a command is read whose text is an answer, `bash <(curl …)`. */
const runsAnswer = new RegExp(
  String.raw`\b(?:curl|wget)\b[^|;&]*\|\s*${shell}|^\s*${shell}\s[^|;&]*[$<]\(\s*(?:curl|wget)\b|^\s*\$\(\s*(?:curl|wget)\b`,
)
/** Without what may be a password or a token. */
const address = /\b(https?:\/\/)(?:[^\s"'\/@]*@)?([^\s"'|)<>;&?#]+)/

/** Says which lines run a script that comes from the network: what it does is in no file here, and may be about modules. */
export function foreignScriptNotes({steps}: Pick<Followed, 'steps'>): string[] {
  const found = steps.flatMap(({line, text, deed}) => {
    const [, scheme, place] = address.exec(text) ?? []
    // What is not understood is told by its line already.
    return place === undefined || deed.kind === 'unknown' || !runsAnswer.test(text)
      ? []
      : [
          `line ${line} runs a script of ${scheme ?? ''}${place}, which is not read here: see whether it installs modules`,
        ]
  })
  return [...new Set(found)]
}
