import {bodyCharacters, cutTo, fenced} from './markdown.js'
import {prosodyMods} from './program.js'
import {Repository} from './git.js'
import {JobError} from './settings.js'

/**
 * Moves modules to newer releases on a branch of its own and proposes that: as a new pull request, or in the one that an
 * earlier run has opened. Throws a JobError where the branch has commits of others, or bump fails.
 * @param {ReturnType<import('./settings.js').settingsOf>} settings
 * @param {import('./forge.js').Forge} forge
 * @param {(line: string) => void} print
 */
export async function propose(settings, forge, print) {
  const {bump, folder, author} = settings
  if (bump.length === 0)
    throw new JobError('nothing to move: set bump to modules or sources', {
      exitCode: 2,
      hint: 'bump: jitsi community',
    })
  const repository = new Repository(folder, author)
  const base = settings.base || (await repository.defaultBranch())
  const branch = settings.branch || `prosody-mods/bump-${bump.join('-').replaceAll(/[^A-Za-z0-9._]+/g, '-')}`
  if (branch === base) throw new JobError(`the branch of the proposal can't be ${base} itself`, {exitCode: 2})
  await repository.git('check-ref-format', '--branch', branch)
  await repository.requireClean()
  const [head, tip] = [await repository.git('rev-parse', 'HEAD'), await repository.fetchBranch(base)]
  if (tip !== head)
    throw new JobError(`expected ${base} at ${tip ?? 'nothing'} to be checked out, found ${head}`)
  const said = await reportOf(settings)
  const {moved} = await bumped(settings, print)
  const tree = await repository.stage()
  if (tree === (await repository.git('rev-parse', 'HEAD^{tree}'))) {
    print('nothing to propose: all is at the newest release already')
    return 0
  }
  const title = titleOf(moved)
  await publish({branch, base, head, tree, message: `${title}\n`}, {repository, author, print})
  const url = await forge.propose({branch, base, title, body: cutTo(said, bodyCharacters)})
  print(`proposed in ${url}`)
  return 0
}

/** What the bump would change, before it does. */
async function reportOf(settings) {
  const {code, stdout, stderr} = await prosodyMods(settings, [
    'bump',
    '--dry-run',
    '--format',
    'markdown',
    ...settings.bump,
  ])
  return code === 0 ? stdout : `The report failed with exit code ${code}:\n\n${fenced(stdout + stderr)}`
}

async function bumped(settings, print) {
  const {code, stdout, stderr} = await prosodyMods(settings, ['bump', '--json', ...settings.bump])
  if (code === 0) return JSON.parse(stdout)
  print(stdout + stderr)
  throw new JobError(`prosody-mods bump: exit code ${code}`, {exitCode: code})
}

/** `prosody-mods: jitsi 9955 → 10008, community/muc_moderation 2025.4.2 → 2026.7.23` */
function titleOf(moved) {
  const shown = 3
  const texts = moved.map(({source, from, to, entries}) => {
    const name = entries.length === 1 && !entries[0].module.endsWith('/*') ? entries[0].module : source
    return from === to ? `${name} ${to}` : `${name} ${from} → ${to}`
  })
  const rest = texts.length - shown
  const list = [...texts.slice(0, shown), ...(rest > 0 ? [`${rest} more`] : [])].join(', ')
  return `prosody-mods: ${list === '' ? 'lockfile and context' : list}`
}

/**
 * Pushes a tree to the branch. Where there is one from an earlier run, the commit follows it, with the base as its other
 * parent: nothing has to be forced.
 */
async function publish({branch, base, head, tree, message}, {repository, author, print}) {
  const before = await repository.fetchBranch(branch)
  if (before !== undefined) {
    await requireOwn({before, head, branch}, {repository, author})
    const isSame = tree === (await repository.git('rev-parse', `${before}^{tree}`))
    const isFresh = (await repository.git('merge-base', before, head)) === head
    if (isSame && isFresh) {
      print(`${branch} is as it shall be already`)
      return
    }
  }
  const parents = before === undefined ? [head] : [before, head]
  const commit = await repository.commit({tree, parents, message})
  await repository.push(commit, branch)
  print(`pushed ${commit} to ${branch}, for ${base}`)
}

async function requireOwn({before, head, branch}, {repository, author}) {
  const log = await repository.git('log', '--format=%h %ce', before, `^${head}`)
  const others = log.split('\n').filter((line) => line !== '' && !line.endsWith(` ${author.email}`))
  if (others.length > 0)
    throw new JobError(`${branch} has commits of others, which this job would undo:\n${others.join('\n')}`, {
      hint: 'merge the branch, or delete it',
    })
}
