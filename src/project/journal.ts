import {hash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {open, rename} from 'node:fs/promises'
import {join} from 'node:path'
import {readFailed, syncFolder, writeFailed} from '../durable.ts'
import {ProsodyModsError, systemCode} from '../errors.ts'
import type {FileChange} from './plan.ts'

/** What a command is about to do, in order. */
export interface Journal {
  readonly journalVersion: 1
  readonly steps: readonly FileChange[]
}

/** Writes journal.json into the work folder, durable and whole. Throws WRITE_FAILED. */
export async function writeJournal(work: string, journal: Journal): Promise<void> {
  const body = JSON.stringify(journal)
  const path = join(work, 'journal.json')
  try {
    const handle = await open(`${path}.new`, 'w')
    try {
      await handle.writeFile(JSON.stringify({sha256: hash('sha256', body, 'hex'), body}))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(`${path}.new`, path)
    await syncFolder(work)
  } catch (error) {
    throw writeFailed(path, error)
  }
}

/** The journal of a command that was cut off; undefined without one. Throws READ_FAILED for a damaged one. */
export function readJournal(work: string): Journal | undefined {
  const path = join(work, 'journal.json')
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined
    throw readFailed(path, error)
  }
  const journal = journalIn(text)
  if (journal !== undefined) return journal
  throw new ProsodyModsError('READ_FAILED', `${path}: the journal of an interrupted command is damaged`, {
    hint: `look at ${join(work, 'staged')}, which holds the old and the new files, then remove ${work}`,
    details: {path},
  })
}

function journalIn(text: string): Journal | undefined {
  try {
    const outer = JSON.parse(text) as {sha256: string; body: string}
    if (hash('sha256', outer.body, 'hex') !== outer.sha256) return undefined
    const journal = JSON.parse(outer.body) as Journal
    return journal.steps.every(({path}) => isInside(path)) ? journal : undefined
  } catch {
    return undefined
  }
}

/** A journal may have come with a repository: it must not reach out of the project, nor into .git. */
function isInside(path: string): boolean {
  const parts = path.split('/')
  return !(
    path.includes('\\') ||
    path.startsWith('.') ||
    parts.some((part) => ['', '.', '..'].includes(part))
  )
}
