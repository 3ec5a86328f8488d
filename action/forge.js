import {GitHub} from './github.js'
import {GitLab} from './gitlab.js'

/**
 * What a job knows of the forge that it runs on, and can do there. `kind` names the forge; `branch` is the branch that
 * the job is about, `base` the one that it shall go into, '' where there is none.
 * @typedef {{
 *   kind: string,
 *   branch: string,
 *   base: string,
 *   isOwn: boolean,
 *   note(body: string, marker: string): Promise<string>,
 *   propose(proposal: {branch: string, base: string, title: string, body: string}): Promise<string>,
 * }} Forge
 */

/**
 * Finds out which forge a job runs on.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Forge}
 */
export function forgeOf(env) {
  return env['GITLAB_CI'] === 'true' ? new GitLab(env) : new GitHub(env)
}
