import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {ProsodyModsError} from '../../src/errors.ts'
import {debianVersion} from '../deb/control.ts'
import {withRelease} from './changelog.ts'
import type {Programs} from './programs.ts'
import {requireRemote, webAddressOf} from './repository.ts'
import {nextVersion, taggedVersions} from './version.ts'

/** A release as it was asked for. */
export interface Asked {
  /** The working tree. */
  readonly root: string
  /** A version, or which part of the current one grows. */
  readonly version: string
  /** The day, as in `2026-01-31`. */
  readonly date: string
}

/** What a release will be. */
export interface Plan {
  readonly version: string
  /** The package's file as npm names it. */
  readonly file: string
  /** The name of the program in one file. */
  readonly single: string
  /** The name of the package of Debian. */
  readonly deb: string
  /** The text of CHANGELOG.md. */
  readonly changelog: string
  /** The commit that it is made of. */
  readonly base: string
}

interface Package {
  readonly name: string
  readonly version: string
  readonly repository: {readonly url: string}
}

/** Looks whether what is there may be released, and changes nothing. Throws USAGE where it may not. */
export function planRelease({root, version: asked, date}: Asked, programs: Programs): Plan {
  requireCleanMain(programs)
  const {name, version: current, repository} = packageOf(root)
  requireRemote(originOf(programs), repository.url)
  const tags = programs.read('git', 'tag', '--list').split('\n')
  const version = nextVersion(asked, {current, tags})
  const section = {version, date, previous: taggedVersions(tags)[0], page: webAddressOf(repository.url)}
  return {
    version,
    file: `${name}-${version}.tgz`,
    single: `${name}.mjs`,
    deb: `${name}_${debianVersion(version)}_all.deb`,
    changelog: withRelease(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), section),
    base: programs.read('git', 'rev-parse', 'HEAD'),
  }
}

function requireCleanMain(programs: Programs): void {
  const branch = programs.read('git', 'branch', '--show-current')
  if (branch !== 'main') throw refusal(`expected branch main, found ${branch || 'none'}`, 'git switch main')
  const changes = programs.read('git', 'status', '--porcelain').split('\n').filter(Boolean)
  if (changes.length === 0) return
  const some = changes.slice(0, 3).map((line) => line.slice(3))
  const more = changes.length > some.length ? ` and ${changes.length - some.length} more` : ''
  throw refusal(
    `expected a clean working tree, found changes: ${some.join(', ')}${more}`,
    'commit them, or put them aside with git stash --include-untracked',
  )
}

/** Where the remote is read from and pushed to; nowhere if there is none. */
function originOf(programs: Programs): readonly string[] {
  if (!programs.read('git', 'remote').split('\n').includes('origin')) return []
  const urls = (...flags: readonly string[]): string[] =>
    programs.read('git', 'remote', 'get-url', ...flags, '--all', 'origin').split('\n')
  return [...urls(), ...urls('--push')]
}

function packageOf(root: string): Package {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Package
}

function refusal(message: string, hint: string): ProsodyModsError {
  return new ProsodyModsError('USAGE', message, {hint})
}
