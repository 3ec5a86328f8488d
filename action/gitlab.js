import {ApiError, ask, findInPages, perPage} from './http.js'
import {JobError} from './settings.js'

/** GitLab, as a job of its CI sees it. */
export class GitLab {
  kind = 'GitLab'
  #env

  /** @param {NodeJS.ProcessEnv} env */
  constructor(env) {
    this.#env = env
  }

  get branch() {
    return this.#env['CI_MERGE_REQUEST_SOURCE_BRANCH_NAME'] ?? this.#env['CI_COMMIT_BRANCH'] ?? ''
  }

  get base() {
    return this.#env['CI_MERGE_REQUEST_TARGET_BRANCH_NAME'] ?? ''
  }

  /** Whether the branch is one of the project itself, and not of a fork. */
  get isOwn() {
    const source = this.#env['CI_MERGE_REQUEST_SOURCE_PROJECT_ID']
    return source === undefined || source === this.#env['CI_PROJECT_ID']
  }

  /**
   * Writes a note on the merge request, in place of the one that an earlier run wrote; says what it did.
   * @param {string} body
   * @param {string} marker what the note begins with
   */
  async note(body, marker) {
    const number = this.#env['CI_MERGE_REQUEST_IID']
    if (number === undefined || number === '') return 'no merge request to comment on'
    const {username} = await this.#ask('GET', '/user')
    const path = `/projects/${this.#project()}/merge_requests/${number}/notes`
    const before = await findInPages(
      (page) => this.#ask('GET', `${path}?per_page=${perPage}&page=${page}`),
      (note) => note.body?.startsWith(marker) && note.author?.username === username,
    )
    if (before === undefined) await this.#ask('POST', path, {body})
    else await this.#ask('PUT', `${path}/${before.id}`, {body})
    return before === undefined
      ? 'commented on the merge request'
      : 'updated the comment on the merge request'
  }

  /**
   * Opens a merge request, or brings the one that is open up to date; gives its address.
   * @param {{branch: string, base: string, title: string, body: string}} proposal
   */
  async propose({branch, base, title, body: description}) {
    const path = `/projects/${this.#project()}/merge_requests`
    const query = new URLSearchParams({state: 'opened', source_branch: branch, target_branch: base})
    const [open] = await this.#ask('GET', `${path}?${query}`)
    const {web_url: url} =
      open === undefined
        ? await this.#ask('POST', path, {title, description, source_branch: branch, target_branch: base})
        : await this.#ask('PUT', `${path}/${open.iid}`, {title, description})
    return url
  }

  #project() {
    const id = this.#env['CI_PROJECT_ID']
    if (!id) throw new JobError('CI_PROJECT_ID is not set')
    return id
  }

  #ask(method, path, data) {
    const token = this.#env['PROSODY_MODS_TOKEN']
    if (!token)
      throw new ApiError(
        "there is no token: set the masked variable PROSODY_MODS_TOKEN to an access token with the scope api, as GitLab's CI_JOB_TOKEN may neither comment nor open merge requests",
        403,
      )
    const api = {url: this.#env['CI_API_V4_URL'] ?? '', headers: {'private-token': token}}
    return ask(api, {method, path, data})
  }
}
