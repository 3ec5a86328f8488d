import {run} from './program.js'
import {JobError} from './settings.js'

/** The repository that the project is in. */
export class Repository {
  #folder
  #author

  /**
   * @param {string} folder of the project
   * @param {{name: string, email: string}} author of commits
   */
  constructor(folder, author) {
    this.#folder = folder
    this.#author = author
  }

  /**
   * Runs Git; gives what it prints, without white space at the end. Throws a JobError where it fails.
   * @param {readonly string[]} args
   */
  async git(...args) {
    const {code, stdout, stderr} = await this.#run(args)
    if (code !== 0)
      throw new JobError(`git ${args[0]} failed: ${withoutTokens(stderr) || `exit code ${code}`}`)
    return stdout.trimEnd()
  }

  /** Throws a JobError where anything is changed or new that Git does not ignore: what changes later is then ours. */
  async requireClean() {
    const changed = await this.git('status', '--porcelain', '--untracked-files=all')
    if (changed !== '')
      throw new JobError(`the work tree has changes already:\n${changed}`, {
        hint: 'run this before any step that writes into the checkout',
      })
  }

  /**
   * Fetches a branch of origin with its history; gives its commit, or undefined where there is none.
   * @param {string} branch
   */
  async fetchBranch(branch) {
    const listed = await this.git('ls-remote', 'origin', `refs/heads/${branch}`)
    if (listed === '') return undefined
    const isShallow = (await this.git('rev-parse', '--is-shallow-repository')) === 'true'
    await this.git(
      'fetch',
      '--quiet',
      '--no-tags',
      ...(isShallow ? ['--unshallow'] : []),
      'origin',
      `refs/heads/${branch}`,
    )
    return this.git('rev-parse', 'FETCH_HEAD')
  }

  /** The name of origin's default branch. */
  async defaultBranch() {
    const line = await this.git('ls-remote', '--symref', 'origin', 'HEAD')
    const [, name] = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(line) ?? []
    if (name === undefined) throw new JobError('origin does not say which branch is its default')
    return name
  }

  /** Puts all changes of the project's folder into the index; gives the tree that they make. */
  async stage() {
    await this.git('add', '--all', '--', '.')
    return this.git('write-tree')
  }

  /**
   * Makes a commit of a tree, without touching branch or checkout.
   * @param {{tree: string, parents: readonly string[], message: string}} commit
   */
  async commit({tree, parents, message}) {
    const {code, stdout, stderr} = await this.#run(
      ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'],
      message,
    )
    if (code !== 0) throw new JobError(`git commit-tree failed: ${withoutTokens(stderr)}`)
    return stdout.trim()
  }

  /**
   * Pushes a commit to a branch, and never over anything: throws a JobError where the branch has other commits.
   * @param {string} commit
   * @param {string} branch
   */
  async push(commit, branch) {
    const {code, stderr} = await this.#run(['push', '--quiet', 'origin', `${commit}:refs/heads/${branch}`])
    if (code === 0) return
    const moved = /non-fast-forward|fetch first|cannot lock ref/.test(stderr)
    throw new JobError(
      `the push to ${branch} failed, and nothing was changed there:\n${withoutTokens(stderr)}`,
      {
        hint: moved
          ? 'somebody pushed to the branch meanwhile: run the job again'
          : 'the job needs the permission "contents: write" (GitHub), or a token with write_repository (GitLab)',
      },
    )
  }

  #run(args, input) {
    const {name, email} = this.#author
    const env = {
      ...process.env,
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
      GIT_TERMINAL_PROMPT: '0',
    }
    return run(['git', ...args], {cwd: this.#folder, env, ...(input === undefined ? {} : {input})})
  }
}

/** What Git says, without what stands before the @ of a URL. */
function withoutTokens(text) {
  return text.trim().replaceAll(/(\w+:\/\/)[^\s/@]+@/g, '$1')
}
