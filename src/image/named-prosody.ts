import type {Manifest} from '../project/manifest.ts'
import type {DebianSuite} from '../registry/types.ts'
import {baseImageOf, prosodyIn} from './dockerfile.ts'

/** A Prosody of a certain version that a project names for its image. */
export interface NamedProsody {
  /** As it is written: `prosodyim/prosody:13.0.4`, `prosody=0.12.3-1`. */
  readonly as: string
  /** From the project's folder. */
  readonly file: string
  /** From 1; null where that is not known. */
  readonly line: number | null
  readonly version: string
  /** Of a package of Debian: the number of the release of Debian. */
  readonly debian: string | undefined
}

/** Finds the versions of Prosody that a manifest and a Dockerfile name; a release line alone is none. */
export function namedProsody(
  {image}: Manifest,
  dockerfile: {readonly path: string; readonly text: string} | undefined,
  suites: readonly DebianSuite[],
): NamedProsody[] {
  const base = image?.base
  const version = base === undefined ? undefined : prosodyIn(base)
  return [
    ...(base === undefined || version === undefined
      ? []
      : [{as: base, file: 'prosody-mods.json', line: null, version, debian: undefined}]),
    ...(dockerfile === undefined ? [] : inDockerfile(dockerfile, image?.debian, suites)),
  ]
}

const pinned = /(?<=^|[\s"'])prosody=([0-9][0-9A-Za-z.+~:-]*)(?=$|[\s"';&\\])/g

function inDockerfile(
  {path: file, text}: {readonly path: string; readonly text: string},
  given: string | undefined,
  suites: readonly DebianSuite[],
): NamedProsody[] {
  const lines = text.split(/\r?\n/)
  const found = lines.flatMap((line, index) => {
    if (/^\s*#/.test(line)) return []
    return [...line.matchAll(pinned)].flatMap(([as, version = '']) => {
      // What a stage starts from stands above.
      const suite = baseImageOf(lines.slice(0, index).join('\n'), suites)?.debian ?? given
      const debian = suites.find(({name}) => name === suite)?.number
      return debian === undefined ? [] : [{as, file, line: index + 1, version, debian}]
    })
  })
  const image = baseImageOf(text, suites)?.image
  const version = image === undefined ? undefined : prosodyIn(image)
  if (image === undefined || version === undefined) return found
  const line = lines.findLastIndex((one) => /^\s*from\s/i.test(one)) + 1
  return [{as: image, file, line, version, debian: undefined}, ...found]
}
