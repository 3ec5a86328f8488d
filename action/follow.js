import {prosodyMods} from './program.js'
import {Repository} from './git.js'
import {JobError} from './settings.js'

/**
 * Brings lockfile and context to what a robot has made of the manifest, and commits them to the robot's branch. Throws a
 * JobError where the branch is no robot's, has moved, or can't be pushed to.
 * @param {ReturnType<import('./settings.js').settingsOf>} settings
 * @param {import('./forge.js').Forge} forge
 * @param {(line: string) => void} print
 */
export async function follow(settings, forge, print) {
  const repository = new Repository(settings.folder, settings.author)
  const branch = settings.branch || forge.branch
  await requireRobots(branch, {settings, forge, repository})
  await repository.requireClean()
  const head = await repository.git('rev-parse', 'HEAD')
  const tip = await repository.fetchBranch(branch)
  if (tip !== head)
    throw new JobError(`${branch} is at ${tip ?? 'nothing'}, and ${head} is checked out`, {
      hint: "check out the branch itself, not what it would be merged to: ref: ${{ github.head_ref }}; or it moved, and its newest commit's job does this",
    })
  const {code, stdout, stderr} = await prosodyMods(settings, ['install'])
  print(stdout + stderr)
  if (code !== 0) throw new JobError(`prosody-mods install: exit code ${code}`, {exitCode: code})
  const tree = await repository.stage()
  if (tree === (await repository.git('rev-parse', 'HEAD^{tree}'))) {
    print('nothing to commit: lockfile and context fit the manifest')
    return 0
  }
  const message = 'prosody-mods: lockfile and context follow the manifest\n'
  const commit = await repository.commit({tree, parents: [head], message})
  await repository.push(commit, branch)
  print(`committed ${commit} to ${branch}`)
  return 0
}

async function requireRobots(branch, {settings: {branches}, forge, repository}) {
  if (!forge.isOwn) throw new JobError('this is the branch of a fork, which this job has no business with')
  if (branch === '') throw new JobError('no branch is checked out', {exitCode: 2})
  const robots = patternOf(branches)
  if (!robots.test(branch))
    throw new JobError(`${branch} is no branch of a robot: expected one like ${branches}`, {
      exitCode: 2,
      hint: 'run this job for such branches only; "branches" says how they are named',
    })
  if (branch === (await repository.defaultBranch()))
    throw new JobError(`${branch} is the default branch, which this job never pushes to`, {exitCode: 2})
}

function patternOf(text) {
  try {
    return new RegExp(text)
  } catch (error) {
    throw new JobError(`PROSODY_MODS_BRANCHES: ${error.message}`, {exitCode: 2})
  }
}
