import {styleText} from 'node:util'

type Style = 'bold' | 'cyan' | 'dim' | 'red' | 'yellow'
type Colours = Readonly<Record<Style, (text: string) => string>>

/** Colours for a stream: on a terminal, unless NO_COLOR is set; elsewhere only with FORCE_COLOR. */
function coloursFor(stream: {readonly isTTY?: boolean}): Colours {
  const {NO_COLOR: never, FORCE_COLOR: always} = process.env
  const refused = never !== undefined && never !== ''
  const forced = always !== undefined && always !== '' && always !== '0'
  const enabled = !refused && (stream.isTTY === true || forced)
  // Newer versions of Node.js look at the stream, too, unless told that this is settled.
  const style =
    (name: Style) =>
    (text: string): string =>
      enabled ? styleText(name, text, {validateStream: false}) : text
  return {
    bold: style('bold'),
    cyan: style('cyan'),
    dim: style('dim'),
    red: style('red'),
    yellow: style('yellow'),
  }
}

/** For results. */
export const out = coloursFor(process.stdout)
/** For errors and progress. */
export const err = coloursFor(process.stderr)
