import {definesGlobals, effective, finalStandard, type Effective, type OptionSet} from './options.ts'
import {standardsWith, type Node, type Standard, type Standards} from './standards.ts'

/** A cache that puts every stack of layers together once. */
export class OptionCache {
  readonly standards: Standards
  readonly #numbers = new Map<OptionSet, number>()
  readonly #known = new Map<string, Effective>()
  readonly #globals = new Map<string, Node>()

  /** @param standards besides luacheck's own */
  constructor(standards: ReadonlyMap<string, Standard>) {
    this.standards = standardsWith(standards)
  }

  /** Returns the options that layers come to, made once for the same layers. */
  of(layers: readonly OptionSet[]): Effective {
    const key = this.#key(layers)
    const known = this.#known.get(key) ?? effective(layers, this.#globalsOf(layers))
    this.#known.set(key, known)
    return known
  }

  /** Few layers tell of globals, and all of them together are much to put together. */
  #globalsOf(layers: readonly OptionSet[]): Node {
    const telling = layers.filter(definesGlobals)
    const key = this.#key(telling)
    const known = this.#globals.get(key) ?? finalStandard(telling, this.standards)
    this.#globals.set(key, known)
    return known
  }

  #key(layers: readonly OptionSet[]): string {
    return layers.map((layer) => this.#number(layer)).join(' ')
  }

  #number(layer: OptionSet): number {
    const number = this.#numbers.get(layer) ?? this.#numbers.size
    this.#numbers.set(layer, number)
    return number
  }
}
