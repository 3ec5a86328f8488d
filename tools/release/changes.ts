import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {ProsodyModsError} from '../../src/errors.ts'
import type {Plan} from './plan.ts'
import type {Programs} from './programs.ts'

const files = ['CHANGELOG.md', 'package-lock.json', 'package.json']

/** What a release changes in a working tree and its history. */
export class Changes {
  readonly #root: string
  readonly #plan: Plan
  readonly #programs: Programs
  /** What git said when all was written. */
  #written: string | undefined

  constructor(root: string, plan: Plan, programs: Programs) {
    this.#root = root
    this.#plan = plan
    this.#programs = programs
  }

  async write(): Promise<void> {
    const {version, changelog} = this.#plan
    writeFileSync(join(this.#root, 'CHANGELOG.md'), changelog)
    await this.#programs.run(
      'npm',
      'version',
      '--no-git-tag-version',
      '--ignore-scripts',
      '--silent',
      version,
    )
    this.#written = this.#difference()
  }

  /** Throws USAGE where anything else has changed: what was checked has to be what is released. */
  requireNoOther(): void {
    const git = (...args: readonly string[]): string => this.#programs.read('git', ...args)
    if (git('rev-parse', 'HEAD') !== this.#plan.base)
      throw moved('expected main to stay, found another commit')
    if (this.#difference() !== this.#written)
      throw moved(`expected ${files.join(', ')} to stay as they were written, found them changed`)
    const ours = files.map((file) => ` M ${file}`)
    const other = git('status', '--porcelain')
      .split('\n')
      .find((line) => !ours.includes(line))
    if (other !== undefined) throw moved(`expected nothing else to change meanwhile, found ${other.slice(3)}`)
  }

  /** Commits and tags. The tag comes last: where it is, all is done. */
  async commit(): Promise<void> {
    const {version} = this.#plan
    await this.#programs.run('git', 'commit', '--quiet', '--message', subjectOf(version), '--', ...files)
    this.#programs.read('git', 'tag', '--annotate', '--message', `prosody-mods ${version}`, `v${version}`)
  }

  /**
   * Undoes what is ours, the commit if it came to one and the files; gives false where somebody else has changed the
   * files meanwhile, which then stay as they are.
   */
  takeBack(): boolean {
    const {version, base} = this.#plan
    const [subject, parent] = this.#programs.read('git', 'log', '-1', '--format=%s%n%P').split('\n')
    if (subject === subjectOf(version) && parent === base)
      this.#programs.read('git', 'reset', '--quiet', '--soft', base)
    if (this.#written !== undefined && this.#difference() !== this.#written) return false
    this.#programs.read('git', 'restore', '--staged', '--worktree', '--', ...files)
    return true
  }

  #difference(): string {
    return this.#programs.read(
      'git',
      'diff',
      '--no-ext-diff',
      '--no-textconv',
      this.#plan.base,
      '--',
      ...files,
    )
  }
}

function subjectOf(version: string): string {
  return `release: ${version}`
}

function moved(message: string): ProsodyModsError {
  return new ProsodyModsError('USAGE', message, {
    hint: 'what was checked has to be what is released: commit or remove it and begin again',
  })
}
