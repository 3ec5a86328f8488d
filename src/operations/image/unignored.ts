import {existsSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {readRegular} from '../../regular-file.ts'

/** What people put beside an image and Git must not have. */
const secrets = ['.env', 'secrets/']

/** Says which lines .gitignore lacks, where the project lies in a repository of Git; [] where none do. */
export function unignoredNotes(folder: string): string[] {
  if (!inRepository(folder)) return []
  const missing = secrets.filter((name) => !ignored(folder).has(name.replace(/\/$/, '')))
  if (missing.length === 0) return []
  return [`keep secrets out of Git: add ${missing.map((name) => `"${name}"`).join(' and ')} to .gitignore`]
}

function inRepository(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true
  return dirname(folder) !== folder && inRepository(dirname(folder))
}

/** Patterns without the slashes around them. */
function ignored(folder: string): ReadonlySet<string> {
  try {
    const lines = readRegular(join(folder, '.gitignore'), 'dockerfile').toString('utf8').split(/\r?\n/)
    return new Set(lines.map((line) => line.trim().replace(/^\/|\/\*{0,2}$/g, '')))
  } catch {
    return new Set()
  }
}
