const nothing = Buffer.alloc(0)

/** Reads a stream of chunks in pieces of chosen sizes, holding no more than one piece and one chunk. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer, unknown>
  #held: Buffer = nothing

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** Returns the next `size` bytes; fewer only where the stream ends. */
  async exactly(size: number): Promise<Buffer> {
    while (this.#held.length < size && (await this.#fill()));
    return this.#take(size)
  }

  /** Returns some of the next bytes, at most `size` and without waiting for all of them; empty only at the end. */
  async some(size: number): Promise<Buffer> {
    if (this.#held.length === 0) await this.#fill()
    return this.#take(size)
  }

  /**
   * Returns some of the next bytes as `some` does, in whole blocks of `block` bytes; less than one only where the
   * stream ends. `size` is a multiple of `block`.
   */
  async blocks(size: number, block: number): Promise<Buffer> {
    while (this.#held.length < block && (await this.#fill()));
    const whole = Math.floor(this.#held.length / block) * block
    return this.#take(Math.min(size, whole || block))
  }

  /** Tells the source that no more is wanted, so that it can free what it holds. */
  async close(): Promise<void> {
    this.#held = nothing
    await this.#source.return?.()
  }

  async #fill(): Promise<boolean> {
    const next = await this.#source.next()
    if (next.done === true) return false
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value])
    return true
  }

  #take(size: number): Buffer {
    const piece = this.#held.subarray(0, size)
    this.#held = this.#held.subarray(piece.length)
    return piece
  }
}
