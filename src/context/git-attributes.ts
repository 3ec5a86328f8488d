import {closeSync, lstatSync, openSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {generatedPaths} from '../image/generated-files.ts'
import {bytesAsTheyAre} from '../project/drift.ts'
import {lockfileName} from '../project/lockfile.ts'
import {readRegular} from '../regular-file.ts'
import {systemCode} from '../errors.ts'
import type {ReportedChange} from './write-result.ts'

const name = '.gitattributes'

/** What keeps Git from changing the bytes that digests are of. */
export const attributeLines = [...bytesAsTheyAre(generatedPaths), `${lockfileName} -text`]

const text = `# Digests are of bytes: Git must not change the line ends of these.\n${attributeLines.join('\n')}\n`

interface Attributes {
  readonly changes: readonly ReportedChange[]
  /** What to add by hand. */
  readonly notes: readonly string[]
}

/** Writes the attributes where there is no such file; one that is there is never touched. */
export function gitAttributes(folder: string, dryRun: boolean): Attributes {
  const path = join(folder, name)
  const isThere = lstatSync(path, {throwIfNoEntry: false}) !== undefined
  if (isThere) return {changes: [], notes: missingNotes(path)}
  const failure = dryRun ? undefined : write(path)
  if (failure === undefined) return {changes: [{path: name, action: 'write'}], notes: []}
  return {
    changes: [],
    notes: failure === 'EEXIST' ? missingNotes(path) : [advice('it was not written', attributeLines)],
  }
}

/** The project is complete without it: a failure is told and ends nothing. */
function write(path: string): string | undefined {
  let file: number | undefined
  try {
    file = openSync(path, 'wx', 0o644)
    writeFileSync(file, text)
    return undefined
  } catch (error) {
    if (file !== undefined) rmSync(path, {force: true})
    return systemCode(error) ?? ''
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function missingNotes(path: string): string[] {
  const missing = missingIn(path)
  return missing.length === 0 ? [] : [advice('it is there and was left as it is', missing)]
}

function missingIn(path: string): readonly string[] {
  try {
    const lines = readRegular(path, 'dockerfile')
      .toString('utf8')
      .split(/\r?\n/)
      .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    if (lines.some((line) => /^\*{1,2} (?:-text|binary)$/.test(line))) return []
    return attributeLines.filter((line) => !lines.includes(line))
  } catch {
    return attributeLines
  }
}

function advice(why: string, missing: readonly string[]): string {
  return `${name}: ${why}; for Git not to change line ends, add the ${missing.length === 1 ? 'line' : 'lines'} ${missing.map((line) => `"${line}"`).join(', ')}`
}
