import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {onTestFinished} from 'vitest'
import {createEnvironment, type Environment} from '../../src/workbench/environment.ts'
import {explain, type ExplainResult, type Explanation} from '../../src/operations/explain/explain.ts'
import type {ExplanationId} from '../../src/operations/explain/types.ts'
import {textLines} from '../../src/operations/explain/text-lines.ts'

/** A text that is one explanation. */
export interface Row {
  readonly text: string
  readonly id: ExplanationId
  readonly module?: string | null
  readonly says?: readonly string[]
  /** What must not be said. */
  readonly silent?: readonly string[]
}

/** Outside of any project, with an empty store. */
export function nowhere(): Environment {
  const cwd = mkdtempSync(join(tmpdir(), 'prosody-mods-explain-'))
  onTestFinished(() => rmSync(cwd, {recursive: true, force: true}))
  return createEnvironment({
    cwd,
    env: {PROSODY_MODS_CACHE: join(cwd, 'cache'), PROSODY_MODS_CONFIG: join(cwd, 'config')},
  })
}

export async function explained(text: string | readonly string[]): Promise<ExplainResult> {
  return explain(textLines(typeof text === 'string' ? [text] : text), nowhere())
}

/** What a text says, as one string: causes, evidence, steps, commands. */
export function said({causes, steps, happened}: Explanation): string {
  return [
    happened,
    ...causes.flatMap(({text, evidence}) => [text, ...evidence]),
    ...steps.flatMap(({text, command}) => [text, command ?? '']),
  ].join('\n')
}
