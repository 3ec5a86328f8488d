import {ByteReader} from './byte-reader.ts'
import {corrupt, quoted} from '../../compression/failures.ts'

const magic = '!<arch>\n'
const headerSize = 60
/** name 16, mtime 12, owner 6, group 6, mode 8, size 10, end mark 2; padded with spaces. */
const headerForm = /^([!-~]{1,16}) *(?<=^.{16}).{32}(\d{1,10}) *(?<=^.{58})`\n$/s

/** A file that an ar archive has. */
export interface Member {
  readonly name: string
  /** How many bytes it has. */
  readonly size: number
}

/** Reads an ar archive (ar(5)) from front to back. Every method throws ARCHIVE_CORRUPT where the format is broken. */
export class ArReader {
  readonly #reader: ByteReader
  readonly #label: string

  constructor(source: AsyncIterable<Buffer>, label: string) {
    this.#reader = new ByteReader(source)
    this.#label = label
  }

  /** Reads the archive's head; to be called first. */
  async open(): Promise<void> {
    const start = (await this.#reader.exactly(magic.length)).toString('latin1')
    if (start !== magic) throw this.#corrupt(`${quoted(magic)} at the start`, quoted(start))
  }

  /** Returns the next member, whose body has to be read or skipped before the one after; undefined at the end. */
  async next(): Promise<Member | undefined> {
    const header = (await this.#reader.exactly(headerSize)).toString('latin1')
    if (header === '') return undefined
    const [, name, size] = headerForm.exec(header) ?? []
    if (name === undefined || size === undefined) {
      throw this.#corrupt(`a member header of ${headerSize} bytes`, quoted(header))
    }
    // the System V variant ends names with a slash
    return {name: name.replace(/\/$/, ''), size: Number(size)}
  }

  /** Yields the bytes of a member, all of which have to be taken before the next one. Throws ARCHIVE_CORRUPT. */
  async *body({size}: Member): AsyncGenerator<Buffer> {
    for (let left = size; left > 0;) {
      const piece = await this.#reader.some(left)
      if (piece.length === 0)
        throw this.#corrupt(`a member of ${size} bytes`, `the end after ${size - left} of them`)
      left -= piece.length
      yield piece
    }
    if (size % 2 === 0) return
    const padding = (await this.#reader.exactly(1)).toString('latin1')
    if (padding !== '\n') throw this.#corrupt('a newline after a member of odd size', quoted(padding))
  }

  /** Skips the bytes of a member. Throws ARCHIVE_CORRUPT. */
  async skip(member: Member): Promise<void> {
    const body = this.body(member)
    while ((await body.next()).done !== true);
  }

  /** Reads the whole body; for members that are known to be small. */
  async text(member: Member): Promise<string> {
    let text = ''
    for await (const piece of this.body(member)) text += piece.toString('latin1')
    return text
  }

  #corrupt(expected: string, got: string): Error {
    return corrupt(this.#label, 'ar', {expected, got})
  }
}
