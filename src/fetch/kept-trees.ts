import type {Sha256} from '../digest.ts'
import {redactUrl} from '../net/redact-url.ts'
import type {ArchiveLocation, Barred, ReleaseContents} from '../sources/types.ts'
import {KeptFacts} from '../store/kept-facts.ts'

type Entry = readonly [path: string, sha256: Sha256, size: number]

interface KeptTree {
  readonly files: readonly Entry[]
  readonly links: readonly (readonly [link: string, to: string])[]
  readonly barred?: readonly (readonly [path: string, why: Barred])[]
  readonly rootName?: string
  readonly commit?: string
}

/**
 * What archives hold whose contents never change, so that each is downloaded once: kept among the store's facts, by the
 * address that gave it. Digests are all that is believed of it: bytes that are needed are compared with them.
 */
export class KeptTrees {
  readonly #facts: KeptFacts

  /** @param store its folder */
  constructor(store: string) {
    this.#facts = new KeptFacts(store)
  }

  /** Reads what an archive was found to hold; undefined where it may change, or was not read yet. */
  read(location: ArchiveLocation): ReleaseContents | undefined {
    if (location.immutable !== true) return undefined
    const text = this.#facts.read(questionOf(location))
    return text === undefined ? undefined : contentsIn(text)
  }

  /** Keeps what an archive was found to hold, unless it may change. */
  async keep(location: ArchiveLocation, {files, links, barred, ...rest}: ReleaseContents): Promise<void> {
    if (location.immutable !== true) return
    const tree: KeptTree = {
      files: [...files].map(([path, {sha256, size}]) => [path, sha256, size]),
      links: [...links],
      ...(barred === undefined || barred.size === 0 ? {} : {barred: [...barred]}),
      ...rest,
    }
    await this.#facts.keep([[questionOf(location), JSON.stringify(tree)]])
  }
}

function questionOf({url, root, strip}: ArchiveLocation): string {
  return `tree 2 ${JSON.stringify([redactUrl(url), root, strip])}`
}

function contentsIn(text: string): ReleaseContents {
  const {files, links, barred, ...rest} = JSON.parse(text) as KeptTree
  return {
    files: new Map(files.map(([path, sha256, size]) => [path, {sha256, size}])),
    links: new Map(links),
    ...(barred === undefined ? {} : {barred: new Map(barred)}),
    ...rest,
  }
}
