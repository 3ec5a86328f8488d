import {NotExact} from './not-exact.ts'
import type {Match} from './pattern.ts'
import type {Piece} from './types.ts'

/** Reads what sed puts in place of a match. Throws NotExact. @param groups how many groups the expression has */
export function readPieces(text: string, groups: number): readonly Piece[] {
  const pieces: Piece[] = []
  let plain = ''
  const flush = (): void => {
    if (plain !== '') pieces.push(plain)
    plain = ''
  }
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? ''
    if (char === '&') {
      flush()
      pieces.push(0)
    } else if (char === '\n') throw new NotExact('a line end in a replacement')
    else if (char !== '\\') plain += char
    else {
      at += 1
      const next = text[at] ?? ''
      if (/\d/.test(next)) {
        if (Number(next) > groups) throw new NotExact(`\\${next} without such a group`)
        flush()
        pieces.push(Number(next))
      } else plain += escaped(next)
    }
  }
  flush()
  return pieces
}

function escaped(char: string): string {
  if (char === 'n') return '\n'
  if (char === 't') return '\t'
  if (char === '' || /[A-Za-z]/.test(char)) throw new NotExact(`\\${char} in a replacement`)
  return char
}

/** Writes what stands in place of a match. */
export function replacementFor(pieces: readonly Piece[], {groups}: Match): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : (groups[piece] ?? ''))).join('')
}
