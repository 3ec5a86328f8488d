import {out as pc} from '../colours.ts'

/**
 * Writes a text of Markdown for a terminal: code in colour, what is bold in bold, links by their words, and by their
 * address where that leads out of our own pages. Short pieces of code stay on one line.
 */
export function inline(text: string): string {
  const codes: string[] = []
  const rest = text.replace(/(`+)((?:[^`]|(?!\1)`)+?)\1/g, (_, _ticks: string, code: string) => {
    codes.push(code.trim())
    return hole
  })
  return plain(rest).replaceAll(hole, () => codeText(codes.shift() ?? ''))
}

/** Stands for a piece of code; no page of ours has it. */
const hole = '\u{f0001}'
/** What is longer may be broken at its blanks. */
const unbroken = 40

function codeText(code: string): string {
  return pc.cyan(code.length <= unbroken ? code.replaceAll(' ', '\u00a0') : code)
}

function plain(text: string): string {
  return text
    .replace(/\[([^\]]*)\]\((https?:[^)]*)\)/g, (_, words: string, url: string) =>
      url.includes(words) ? url : `${words} (${url})`,
    )
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*([^*]+)\*\*/g, (_, words: string) => pc.bold(words))
    .replace(/(?<![\w*])[_*]([^_*\s][^_*]*)[_*](?!\w)/g, '$1')
    .replace(/<(https?:[^>]*)>/g, '$1')
    .replace(/\\([\\*_|<>[\]])/g, '$1')
}
