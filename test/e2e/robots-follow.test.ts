import {writeFile} from 'node:fs/promises'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {startReleases, type Releases} from '../helpers/bumped-project.ts'
import type {ProgramOutput} from '../helpers/program.ts'
import {runJob, type Clone, type Remote} from '../helpers/robots.ts'

let releases: Releases

beforeAll(async () => {
  releases = await startReleases()
})

afterAll(() => releases.remove())

const branch = 'renovate/jitsi-modules'

/** A project on whose branch a robot has moved the manifest to 102, and a clone of that branch as a job has it. */
const robotTest = it.extend<{remote: Remote; job: Clone}>({
  remote: async ({}, use) => {
    const remote = await releases.project()
    const robot = await remote.clone()
    await robot.git('switch', '--quiet', '--create', branch)
    await robot.write('prosody-mods.json', releases.manifest('102'))
    await robot.commit("Update Jitsi's modules")
    await robot.git('push', '--quiet', 'origin', branch)
    await use(remote)
    await remote.remove()
  },
  job: async ({remote}, use) => use(await remote.clone(branch)),
})

function follow({folder}: Clone, env: Readonly<Record<string, string>> = {}): Promise<ProgramOutput> {
  return runJob(folder, {
    PROSODY_MODS_MODE: 'follow',
    PROSODY_MODS_PROGRAM: releases.program,
    PROSODY_MODS_CACHE: `${folder}/../cache`,
    GITHUB_ACTIONS: 'true',
    GITHUB_HEAD_REF: branch,
    ...env,
  })
}

/** Commit of a branch of the remote. */
const tipOf = (remote: Remote, name = branch): Promise<string> =>
  remote.git('rev-parse', `refs/heads/${name}`)

describe("a job that follows a robot's change of the manifest", () => {
  robotTest('commits lockfile and context to the branch', async ({remote, job}) => {
    const before = await tipOf(remote)
    const {code, stdout, stderr} = await follow(job)
    expect([code, stderr]).toEqual([0, ''])
    const after = await tipOf(remote)
    expect(stdout).toContain(`committed ${after} to ${branch}\n`)
    expect(await remote.git('log', '--format=%P %an <%ae> %cn: %s', '-1', after)).toBe(
      `${before} github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com> github-actions[bot]: prosody-mods: lockfile and context follow the manifest`,
    )
    expect((await remote.git('diff', '--name-only', before, after)).split('\n')).toEqual([
      'prosody-mods.lock.json',
      'prosody-modules/jitsi/mod_lobby.lua',
    ])
    const fresh = await remote.clone(branch)
    expect(await fresh.read('prosody-modules/jitsi/mod_lobby.lua')).toContain('release 102')
    expect(await releases.cli(fresh, 'install', '--frozen', '--offline')).toContain('up to date')
  })

  robotTest('commits nothing where nothing is to be done, however often it runs', async ({remote, job}) => {
    await follow(job)
    const before = await tipOf(remote)
    const again = await remote.clone(branch)
    const {code, stdout} = await follow(again)
    expect([code, await tipOf(remote)]).toEqual([0, before])
    expect(stdout).toContain('nothing to commit: lockfile and context fit the manifest\n')
  })

  robotTest(
    'loses the race against another push with an error, and forces nothing',
    async ({remote, job}) => {
      const other = await remote.clone(branch)
      await other.write('README.md', 'somebody else was here\n')
      const theirs = await other.commit('words')
      // Somebody pushes while the job installs: after its look at the branch, before its push.
      const program = `${remote.folder}/../while-it-installs.mjs`
      const pushing = ['-C', other.folder, 'push', '--quiet', 'origin', branch]
      await writeFile(
        program,
        `import {execFileSync} from 'node:child_process'
execFileSync('git', ${JSON.stringify(pushing)})
execFileSync(process.execPath, [${JSON.stringify(releases.program)}, ...process.argv.slice(2)], {stdio: 'inherit'})
`,
      )
      const {code, stderr} = await follow(job, {PROSODY_MODS_PROGRAM: program})
      expect(code).toBe(1)
      expect(stderr).toContain(`error: the push to ${branch} failed, and nothing was changed there:\n`)
      expect(stderr).toContain('hint: somebody pushed to the branch meanwhile: run the job again\n')
      expect(await tipOf(remote)).toBe(theirs)
    },
  )

  robotTest('does nothing for a branch that has moved since it was checked out', async ({remote, job}) => {
    const other = await remote.clone(branch)
    await other.write('README.md', 'words\n')
    const theirs = await other.commit('words')
    await other.git('push', '--quiet', 'origin', branch)
    const {code, stderr} = await follow(job)
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^error: renovate\/jitsi-modules is at [0-9a-f]{40}, and [0-9a-f]{40} is checked out\nhint: /,
    )
    expect(await tipOf(remote)).toBe(theirs)
    expect(await job.git('status', '--porcelain')).toBe('')
  })

  robotTest('works in a shallow checkout without a branch, as jobs have it', async ({remote}) => {
    const before = await tipOf(remote)
    const {code, stderr} = await follow(await remote.checkout(branch))
    expect([code, stderr]).toEqual([0, ''])
    expect(await remote.git('log', '-1', '--format=%P', branch)).toBe(before)
    expect(await remote.git('rev-list', '--count', branch)).toBe('3')
  })

  robotTest('works only where a robot does', async ({remote, job}) => {
    const before = await tipOf(remote)
    const refused = async (env: Readonly<Record<string, string>>): Promise<readonly [number, string]> => {
      const {code, stderr} = await follow(job, env)
      return [code, stderr.split('\n')[0] ?? '']
    }
    expect(await refused({GITHUB_HEAD_REF: 'feature/x'})).toEqual([
      2,
      'error: feature/x is no branch of a robot: expected one like ^(?:renovate|prosody-mods)/',
    ])
    expect(await refused({GITHUB_HEAD_REF: 'main', PROSODY_MODS_BRANCHES: '.'})).toEqual([
      2,
      'error: main is the default branch, which this job never pushes to',
    ])
    expect(await refused({PROSODY_MODS_BRANCHES: '('})).toEqual([
      2,
      expect.stringMatching(/^error: PROSODY_MODS_BRANCHES: /),
    ])
    await job.write('stray.txt', 'x\n')
    expect(await refused({})).toEqual([1, 'error: the work tree has changes already:'])
    expect([await tipOf(remote), await tipOf(remote, 'main')]).not.toContain(undefined)
    expect(await tipOf(remote)).toBe(before)
  })

  robotTest('has no business with the branch of a fork', async ({remote, job}) => {
    const event = `${remote.folder}/../event.json`
    await writeFile(
      event,
      JSON.stringify({pull_request: {number: 1, head: {repo: {full_name: 'mallory/x'}}}}),
    )
    const {code, stderr} = await follow(job, {GITHUB_EVENT_PATH: event, GITHUB_REPOSITORY: 'acme/x'})
    expect([code, stderr]).toEqual([1, expect.stringContaining('the branch of a fork')])
  })

  robotTest('tells why install failed, with its exit code, and pushes nothing', async ({remote, job}) => {
    await job.write('prosody-mods.json', releases.manifest('999'))
    await job.commit('a release that is not there')
    await job.git('push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`)
    const before = await tipOf(remote)
    const {code, stdout, stderr} = await follow(job)
    expect(code).toBe(3)
    expect(stdout).toContain('jitsi/*@999: no known release satisfies it\n')
    expect(stderr).toBe('error: prosody-mods install: exit code 3\n')
    expect(await tipOf(remote)).toBe(before)
  })

  robotTest("takes GitLab's names for the same things", async ({remote, job}) => {
    const env = {GITHUB_ACTIONS: '', GITHUB_HEAD_REF: '', GITLAB_CI: 'true', CI_COMMIT_BRANCH: branch}
    const author = 'prosody-mods <prosody-mods@noreply.invalid>'
    const {code} = await follow(job, {...env, PROSODY_MODS_AUTHOR: author})
    expect(code).toBe(0)
    expect(await remote.git('log', '-1', '--format=%an <%ae>', branch)).toBe(author)
  })
})
