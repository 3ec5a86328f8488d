/** A piece of a line as a terminal shows it. */
export interface Cell {
  /** The text without anything that could drive the terminal. */
  readonly text: string
  /** How many columns of the terminal it takes. */
  readonly width: number
  /** How many characters of the source it stands for. */
  readonly length: number
}

const tab = 4

/** Splits a line into what belongs together on the screen, each piece with its width. */
export function cellsOf(line: string): Cell[] {
  const cells: Cell[] = []
  let column = 0
  for (const segment of segmentsOf(line)) {
    const cell = cellOf(segment, column)
    cells.push(cell)
    column += cell.width
  }
  return cells
}

/** In plain text every character stands for itself, which is quickly seen; the segmenter takes its time. */
function segmentsOf(line: string): readonly string[] {
  if (/^[\t -~]*$/.test(line)) return line.split('')
  segmenter ??= new Intl.Segmenter('en', {granularity: 'grapheme'})
  return Array.from(segmenter.segment(line), ({segment}) => segment)
}

let segmenter: Intl.Segmenter | undefined

function cellOf(segment: string, column: number): Cell {
  if (/^[ -~]$/.test(segment)) return {text: segment, width: 1, length: 1}
  const characters = Array.from(segment)
  const {length} = characters
  if (segment === '\t') {
    const width = tab - (column % tab)
    return {text: ' '.repeat(width), width, length}
  }
  const text = characters.map(spelledOut).join('')
  return {text, width: text === segment ? widthOf(characters) : text.length, length}
}

/** Controls, and what would turn the direction of the text or hide in it, by their numbers. */
function spelledOut(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16).toUpperCase()
  // Pictures of controls, of which there is one for each below the blank.
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  if (code < 0xa0 && code > 0x7f) return `\\x${hex}`
  return isHidden(character) ? `\\u{${hex}}` : character
}

/** ZWJ and ZWNJ join what belongs together. */
function isHidden(character: string): boolean {
  return /(?![\u200c\u200d])[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(character)
}

/** Of what is one character to a reader. */
function widthOf(characters: readonly string[]): number {
  const [first = '', ...more] = characters
  // What asks to be shown as a picture is as wide as one.
  if (more.includes('\ufe0f') && /\p{Emoji}/u.test(first)) return 2
  if (isWide(first) && !isCombining(first)) return 2
  return characters.reduce((sum, one) => sum + (isCombining(one) ? 0 : 1), 0)
}

function isCombining(character: string): boolean {
  return /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u.test(character)
}

/** Unicode's East Asian Width: blocks that are wide throughout. Flags are of two characters, each half as wide. */
function isWide(character: string): boolean {
  return /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u3247\u3250-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18d08}\u{1aff0}-\u{1b2fb}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|(?![\u{1f1e6}-\u{1f1ff}])\p{Emoji_Presentation}/u.test(
    character,
  )
}
