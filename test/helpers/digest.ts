import {readFile} from 'node:fs/promises'
import {digestOf, isSha256, sha256Of, type Digest, type Sha256} from '../../src/digest.ts'

export async function fileDigest(path: string): Promise<Sha256> {
  return sha256Of(await readFile(path))
}

/** One that stands for any: hex digits over and over. */
export function sha256Like(digits: string): Sha256 {
  return sha256From(digits.repeat(64 / digits.length))
}

export function sha256From(text: string): Sha256 {
  if (!isSha256(text)) throw new Error(`no sha256: ${text}`)
  return text
}

/** Of texts by path, or of paths alone, which then stand for texts. */
export function digestsOf(
  files: Readonly<Record<string, string>> | readonly string[],
): Record<string, Digest> {
  const texts = files instanceof Array ? files.map((path) => [path, path] as const) : Object.entries(files)
  return Object.fromEntries(texts.map(([path, text]) => [path, digestOf(text)]))
}
