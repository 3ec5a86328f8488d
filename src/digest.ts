import {createHash, hash} from 'node:crypto'

/**
 * A sha256 is spelled in two ways, each a type of its own: no plain string passes for one, and none for the other. Data
 * that a schema has checked (lockfile, manifest, registry) has them by its type; all other text has to come through here.
 */
declare const spelling: unique symbol

/** `sha256:` and 64 lower-case hex digits: in lockfiles and messages. */
export type Digest = string & {readonly [spelling]: 'digest'}

/** 64 lower-case hex digits: in the registry, in manifests, in --json, and as the name of a blob. */
export type Sha256 = string & {readonly [spelling]: 'sha256'}

const prefix = 'sha256:'

/** Tells whether a text is a sha256 as 64 lowercase hex digits, without a prefix. */
export function isSha256(text: string): text is Sha256 {
  return /^[0-9a-f]{64}$/.test(text)
}

/** Computes the sha256 of all these bytes, or of a text in UTF-8. */
export function sha256Of(data: string | Uint8Array): Sha256 {
  return hash('sha256', data, 'hex') as Sha256
}

/** Computes the digest, as lockfiles write it, of all these bytes, or of a text in UTF-8. */
export function digestOf(data: string | Uint8Array): Digest {
  return toDigest(sha256Of(data))
}

/**
 * Writes a sha256 as lockfiles do, with its prefix. Throws an Error, which is a defect of this program, for what is
 * none in spite of its type.
 */
export function toDigest(sha256: Sha256): Digest {
  if (isSha256(sha256)) return (prefix + sha256) as Digest
  throw new Error(`expected 64 lower-case hex digits, got ${JSON.stringify(sha256)}`)
}

/**
 * Takes the hex digits out of a digest. Throws an Error, which is a defect of this program, for what is none in spite
 * of its type.
 */
export function toSha256(digest: Digest): Sha256 {
  const [before, sha256] = [digest.slice(0, prefix.length), digest.slice(prefix.length)]
  if (before === prefix && isSha256(sha256)) return sha256
  throw new Error(`expected ${prefix} and 64 lower-case hex digits, got ${JSON.stringify(digest)}`)
}

/** Shortens a digest to so many digits, for messages in which it only has to be told from others. */
export function shortDigest(sha256: Sha256, digits: number): string {
  return `${toDigest(sha256).slice(0, prefix.length + digits)}…`
}

/** Hashes what comes in pieces. */
export class Hasher {
  readonly #hash = createHash('sha256')

  /** Takes in the next bytes. */
  update(bytes: Uint8Array): void {
    this.#hash.update(bytes)
  }

  /** Computes the sha256 of all bytes that have come so far; more may follow. */
  sha256(): Sha256 {
    return this.#hash.copy().digest('hex') as Sha256
  }
}
