import {splitQuoted} from './words.ts'

/** What says that a here-document follows: `<<EOF`, `<<-EOF`, `<<"EOF"`. */
export interface HeredocMark {
  readonly name: string
  /** Whether tabs in front of its lines are left out. */
  readonly isIndented: boolean
  /** Whether variables in it stay as they are written. */
  readonly isQuoted: boolean
}

/** Lists the here-documents that an instruction names; other instructions than ADD, COPY and RUN have none. */
export function heredocMarks(joined: string): readonly HeredocMark[] {
  if (!/^(?:onbuild[ \t]+)?(?:add|copy|run)[ \t]/i.test(joined) || !joined.includes('<<')) return []
  return splitQuoted(joined).flatMap(({text}) => {
    const found = /^\d*<<(-?)(["']?)([\w.+/-]+)\2$/.exec(text)
    if (found === null) return []
    return [{name: found[3] ?? '', isIndented: found[1] === '-', isQuoted: found[2] !== ''}]
  })
}
