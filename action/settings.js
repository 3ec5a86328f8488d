import {join} from 'node:path'

/** An end of a job that its user can do something about. */
export class JobError extends Error {
  /**
   * @param {string} message
   * @param {{exitCode?: number, hint?: string}} [options]
   */
  constructor(message, {exitCode = 1, hint} = {}) {
    super(hint === undefined ? message : `${message}\nhint: ${hint}`)
    this.exitCode = exitCode
  }
}

/**
 * Reads what a job is asked for from its environment: PROSODY_MODS_… of the action's inputs or of GitLab's variables.
 * Throws a JobError for what makes no sense.
 * @param {NodeJS.ProcessEnv} env
 */
export function settingsOf(env) {
  const text = (name, standard = '') => env[`PROSODY_MODS_${name}`]?.trim() || standard
  return {
    mode: text('MODE', 'report'),
    /** The project's folder, as its user names it. */
    folder: text('FOLDER', '.'),
    program: text('PROGRAM', join(import.meta.dirname, '../bin/run.js')),
    check: switchOf('PROSODY_MODS_CHECK', text('CHECK', 'true')),
    bump: wordsOf(text('BUMP')),
    diff: revisionOf(text('DIFF')),
    failOnBreak: switchOf('PROSODY_MODS_FAIL_ON_BREAK', text('FAIL_ON_BREAK', 'false')),
    comment: switchOf('PROSODY_MODS_COMMENT', text('COMMENT', 'true')),
    branches: text('BRANCHES', '^(?:renovate|prosody-mods)/'),
    branch: text('BRANCH'),
    base: text('BASE'),
    author: authorOf(
      text('AUTHOR', 'github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>'),
    ),
  }
}

/** Specs, refs and the like: nothing of them may be taken for an option. */
function wordsOf(text) {
  const words = text.split(/\s+/).filter((word) => word !== '')
  const option = words.find((word) => word.startsWith('-'))
  if (option !== undefined)
    throw new JobError(`PROSODY_MODS_BUMP: expected modules or sources, got ${option}`, {exitCode: 2})
  return words
}

function revisionOf(text) {
  if (!text.startsWith('-')) return text
  throw new JobError(`PROSODY_MODS_DIFF: expected a revision of Git, got ${text}`, {exitCode: 2})
}

function switchOf(name, text) {
  if (text === 'true' || text === 'false') return text === 'true'
  throw new JobError(`${name}: expected true or false, got ${JSON.stringify(text)}`, {exitCode: 2})
}

function authorOf(text) {
  const [, name, email] = /^([^<>\n]+?) <([^<>\s]+)>$/.exec(text) ?? []
  if (name === undefined || email === undefined)
    throw new JobError(`PROSODY_MODS_AUTHOR: expected Name <address>, got ${JSON.stringify(text)}`, {
      exitCode: 2,
    })
  return {name, email}
}
