import {readFileSync} from 'node:fs'
import {ask, findInPages, perPage} from './http.js'
import {JobError} from './settings.js'

/** GitHub, as a job of its Actions sees it. */
export class GitHub {
  kind = 'GitHub'
  #env
  #event

  /** @param {NodeJS.ProcessEnv} env */
  constructor(env) {
    this.#env = env
    this.#event = env['GITHUB_EVENT_PATH'] ? JSON.parse(readFileSync(env['GITHUB_EVENT_PATH'], 'utf8')) : {}
  }

  get branch() {
    if (this.#env['GITHUB_HEAD_REF']) return this.#env['GITHUB_HEAD_REF']
    return this.#env['GITHUB_REF_TYPE'] === 'tag' ? '' : (this.#env['GITHUB_REF_NAME'] ?? '')
  }

  get base() {
    return this.#env['GITHUB_BASE_REF'] ?? ''
  }

  /** Whether the branch is one of the repository itself, and not of a fork. */
  get isOwn() {
    const head = this.#event.pull_request?.head?.repo?.full_name
    return this.#event.pull_request === undefined || head === this.#env['GITHUB_REPOSITORY']
  }

  /**
   * Writes a comment on the pull request, in place of the one that an earlier run wrote; says what it did.
   * @param {string} body
   * @param {string} marker what the comment begins with
   */
  async note(body, marker) {
    const number = this.#event.pull_request?.number
    if (!Number.isInteger(number)) return 'no pull request to comment on'
    const author = this.#env['PROSODY_MODS_COMMENT_AUTHOR'] || 'github-actions[bot]'
    const path = `/issues/${number}/comments`
    const before = await findInPages(
      (page) => this.#ask('GET', `${path}?per_page=${perPage}&page=${page}`),
      (comment) => comment.body?.startsWith(marker) && comment.user?.login === author,
    )
    if (before === undefined) await this.#ask('POST', path, {body})
    else await this.#ask('PATCH', `/issues/comments/${before.id}`, {body})
    return before === undefined ? 'commented on the pull request' : 'updated the comment on the pull request'
  }

  /**
   * Opens a pull request, or brings the one that is open up to date; gives its address.
   * @param {{branch: string, base: string, title: string, body: string}} proposal
   */
  async propose({branch, base, title, body}) {
    const [owner] = this.#repository().split('/')
    const query = new URLSearchParams({state: 'open', head: `${owner}:${branch}`, base})
    const [open] = await this.#ask('GET', `/pulls?${query}`)
    const {html_url: url} =
      open === undefined
        ? await this.#ask('POST', '/pulls', {title, body, head: branch, base})
        : await this.#ask('PATCH', `/pulls/${open.number}`, {title, body})
    return url
  }

  #repository() {
    const repository = this.#env['GITHUB_REPOSITORY'] ?? ''
    if (!/^[^/\s]+\/[^/\s]+$/.test(repository)) throw new JobError('GITHUB_REPOSITORY is not set')
    return repository
  }

  #ask(method, path, data) {
    const token = this.#env['PROSODY_MODS_TOKEN'] || this.#env['GITHUB_TOKEN']
    if (!token) throw new JobError('there is no token: set the input "token", or GITHUB_TOKEN')
    const headers = {
      authorization: `Bearer ${token}`,
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
    }
    const api = {url: this.#env['GITHUB_API_URL'] || 'https://api.github.com', headers}
    return ask(api, {method, path: `/repos/${this.#repository()}${path}`, data})
  }
}
