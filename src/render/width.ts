import {visible} from '../plain-text.ts'
import {cellsOf} from './lint/cells.ts'
import {uncoloured} from './colours.ts'

/** Counts the columns of the terminal that a text takes once it is printed. */
export function widthOf(text: string): number {
  return cellsOf(visible(uncoloured(text))).reduce((sum, {width}) => sum + width, 0)
}
