import {createInterface} from 'node:readline/promises'
import {ProsodyModsError} from '../errors.ts'

/** Asks on the terminal which of several qualified names is meant. Throws MODULE_AMBIGUOUS without an answer. */
export async function askForOne(name: string, candidates: readonly string[]): Promise<string> {
  const terminal = createInterface({input: process.stdin, output: process.stderr})
  try {
    const list = candidates.map((candidate, index) => `  ${index + 1}) ${candidate}`).join('\n')
    const answer = await terminal.question(`Several sources publish ${name}:\n${list}\nWhich one? `)
    const chosen =
      candidates[Number(answer.trim()) - 1] ?? candidates.find((candidate) => candidate === answer.trim())
    if (chosen !== undefined) return chosen
  } finally {
    terminal.close()
  }
  throw new ProsodyModsError('MODULE_AMBIGUOUS', `${name}: none of ${candidates.join(', ')} was chosen`, {
    hint: 'write the source in front of the name',
    details: {name, candidates},
  })
}
