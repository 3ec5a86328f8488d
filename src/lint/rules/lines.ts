import type {LineFacts, Target} from './target.ts'

/** Tells in words where else something is to be had: `it came with Prosody 13.0`; undefined where no line has it. */
export function elsewhere(target: Target, has: (line: LineFacts) => boolean): string | undefined {
  const others = target.others.filter(has).map(({line}) => line)
  const newer = others.find((line) => Number(line) > Number(target.line))
  if (newer !== undefined) return `it came with Prosody ${newer}`
  const older = others.findLast((line) => Number(line) < Number(target.line))
  return older === undefined ? undefined : `Prosody ${older} was the last to have it`
}
