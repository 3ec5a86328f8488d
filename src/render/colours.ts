import {randomUUID} from 'node:crypto'
import {styleText} from 'node:util'

type Style = 'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow'
type Colours = Readonly<Record<Style, (text: string) => string>>

/** In front of our own sequences in place of ESC until they are printed: no text from elsewhere can hold it. */
const mark = `\u{e000}${randomUUID()}`

interface Stream {
  readonly isTTY?: boolean
}

/** When there are colours. */
export const colourChoices = ['auto', 'always', 'never'] as const

/** One of them. */
export type ColourChoice = (typeof colourChoices)[number]

let choice: ColourChoice = 'auto'

/** Has colours always, never, or as the environment and the terminal say. */
export function chooseColours(chosen: ColourChoice): void {
  choice = chosen
}

/**
 * Tells whether a stream gets colours: what was chosen wins, then NO_COLOR, then FORCE_COLOR, then what the output is (docs/reference/environment.md).
 */
export function isColoured({isTTY}: Stream): boolean {
  if (choice !== 'auto') return choice === 'always'
  const {NO_COLOR: never = '', FORCE_COLOR: forced = '', TERM: terminal} = process.env
  if (never !== '') return false
  if (forced !== '') return forced !== '0' && forced !== 'false'
  return isTTY === true && terminal !== 'dumb'
}

function coloursFor(stream: Stream): Colours {
  const style = (name: Style): ((text: string) => string) => {
    // Newer versions of Node.js look at the stream, too, unless told that this is settled.
    const [open = '', close = ''] = styleText(name, '\0', {validateStream: false})
      .replaceAll('\u001b', mark)
      .split('\0')
    return (text) => (isColoured(stream) ? `${open}${text}${close}` : text)
  }
  return {
    bold: style('bold'),
    cyan: style('cyan'),
    dim: style('dim'),
    green: style('green'),
    red: style('red'),
    yellow: style('yellow'),
  }
}

/** Colours that results are printed in. */
export const out = coloursFor(process.stdout)
/** Colours that errors and progress are printed in. */
export const err = coloursFor(process.stderr)

/** Returns a text whose own colours are such to a terminal; comes last, behind whatever looks at foreign text. */
export function coloured(text: string): string {
  return text.replaceAll(mark, '\u001b')
}

/** Makes a link of a text by the sequence that terminals with links have for it (OSC 8). */
export function linked(text: string, url: string): string {
  const to = (target: string): string => `${mark}]8;;${target}${mark}\\`
  const target = url.replaceAll(/\p{Cs}/gu, '').replaceAll(/[^!-~]/gu, encodeURIComponent)
  return to(target) + text + to('')
}

/** Returns a text without our colours and links. */
export function uncoloured(text: string): string {
  if (!text.includes(mark)) return text
  return text.replaceAll(
    new RegExp(String.raw`${mark}(?:\[\d+m|\]8;;[^${mark[0] ?? ''}]*${mark}\\)`, 'gu'),
    '',
  )
}
