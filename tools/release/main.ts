/**
 * Makes a release of what is on main (CONTRIBUTING.md, "Releasing"):
 *
 *   npm run release -- <major|minor|patch|x.y.z> [--dry-run]
 *
 * --dry-run does all of it but to commit and to tag, and puts the files back.
 */
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {messageOf, ProsodyModsError} from '../../src/errors.ts'
import {release} from './release.ts'

const usage = 'npm run release -- <major|minor|patch|x.y.z> [--dry-run]'
const say = (line: string): void => void process.stdout.write(`${line}\n`)

try {
  await release({
    ...asked(),
    root: fileURLToPath(new URL('../../', import.meta.url)),
    date: new Date().toISOString().slice(0, 10),
    step: (line) => say(`\n== ${line}`),
    say,
  })
} catch (error) {
  const known = error instanceof ProsodyModsError
  const hint = known && error.hint !== undefined ? `\n  hint: ${error.hint}` : ''
  process.stderr.write(`error: ${messageOf(error)}${hint}\n`)
  process.exitCode = known ? error.exitCode : 1
}

function asked(): {version: string; dryRun: boolean} {
  const {version, dryRun} = words()
  // without the two dashes, npm takes the flag for one of its own
  if (process.env['npm_config_dry_run'] === 'true') throw misused('expected -- before --dry-run, found none')
  return {version, dryRun}
}

function words(): {version: string; dryRun: boolean} {
  const options = {'dry-run': {type: 'boolean', default: false}} as const
  const {values, positionals} = parsed(() => parseArgs({options, allowPositionals: true}))
  const [version, ...more] = positionals
  if (version === undefined || more.length > 0)
    throw misused(`expected one version, found ${positionals.length === 0 ? 'none' : positionals.join(' ')}`)
  return {version, dryRun: values['dry-run']}
}

function parsed<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw misused(messageOf(error), error)
  }
}

function misused(message: string, cause?: unknown): ProsodyModsError {
  return new ProsodyModsError('USAGE', message, {hint: usage, cause})
}
