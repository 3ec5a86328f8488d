import {readInstruction} from './docker/instructions.ts'
import {instructionsIn} from './docker/lines.ts'
import {noStages} from './docker/stages.ts'
import {notesOn} from './notes.ts'
import type {Recipe} from './types.ts'

/**
 * Reads a Dockerfile. Throws nothing: what can't be read is among the problems.
 * @param given values of build arguments, as `docker build --build-arg` has them
 */
export function readDockerfile(text: string, given: Readonly<Record<string, string>> = {}): Recipe {
  const notes = notesOn(text)
  const place = {text, notes, stages: noStages(given)}
  const instructions = instructionsIn(text, notes).flatMap((raw) => readInstruction(place, raw) ?? [])
  return {kind: 'dockerfile', text, instructions, problems: notes.problems, missing: notes.missing}
}
