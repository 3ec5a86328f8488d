import {writeFile} from 'node:fs/promises'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {startReleases, type Releases} from '../helpers/bumped-project.ts'
import {runProgram, type ProgramOutput} from '../helpers/program.ts'
import {runJob, startApi, type ApiAnswer, type Clone, type FakeApi, type Remote} from '../helpers/robots.ts'

let releases: Releases

beforeAll(async () => {
  releases = await startReleases()
})

afterAll(() => releases.remove())

const branch = 'prosody-mods/bump-jitsi'
const token = 'made-up-token'

/** Pull requests as GitHub has them: one that is open is listed. */
function gitHub(): ApiAnswer {
  const open: {number: number; html_url: string}[] = []
  return ({method, path}) => {
    if (method === 'GET' && path.startsWith('/repos/acme/chat/pulls?')) return [200, open]
    if (method === 'POST' && path === '/repos/acme/chat/pulls') {
      const pull = {number: 7, html_url: 'https://github.example/acme/chat/pull/7'}
      open.push(pull)
      return [201, pull]
    }
    return method === 'PATCH' && path === '/repos/acme/chat/pulls/7' ? [200, open[0]] : undefined
  }
}

const proposeTest = it.extend<{remote: Remote; api: FakeApi}>({
  remote: async ({}, use) => {
    const remote = await releases.project()
    await use(remote)
    await remote.remove()
  },
  api: async ({}, use) => {
    const api = await startApi(gitHub())
    await use(api)
    await api.close()
  },
})

function propose(
  {folder}: Clone,
  api: FakeApi,
  env: Readonly<Record<string, string>> = {},
): Promise<ProgramOutput> {
  return runJob(folder, {
    PROSODY_MODS_MODE: 'propose',
    PROSODY_MODS_BUMP: 'jitsi',
    PROSODY_MODS_PROGRAM: releases.program,
    PROSODY_MODS_CACHE: `${folder}/../cache`,
    PROSODY_MODS_TOKEN: token,
    GITHUB_ACTIONS: 'true',
    GITHUB_REF_NAME: 'main',
    GITHUB_REPOSITORY: 'acme/chat',
    GITHUB_API_URL: api.url,
    ...env,
  })
}

/** What bump says that it would change, however it says so: the body of the proposal has to have it. */
async function reportOf({folder}: Clone): Promise<string> {
  const args = ['bump', '--dry-run', '--format', 'markdown', 'jitsi']
  const env = {...process.env, PROSODY_MODS_CACHE: `${folder}/../cache`, NO_COLOR: '1'}
  const {stdout, stderr} = await runProgram([process.execPath, releases.program, ...args], {cwd: folder, env})
  return (stdout + stderr).trim()
}

describe('a scheduled job', () => {
  proposeTest('moves modules on a branch and opens a pull request with the report', async ({remote, api}) => {
    const job = await remote.clone()
    const said = await reportOf(job)
    const main = await remote.git('rev-parse', 'main')
    const {code, stdout, stderr} = await propose(job, api)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('proposed in https://github.example/acme/chat/pull/7\n')
    expect(await remote.git('log', '--format=%P %an: %s', '-1', branch)).toBe(
      `${main} github-actions[bot]: prosody-mods: jitsi 101 → 103`,
    )
    expect(await remote.git('rev-parse', 'main')).toBe(main)
    const fresh = await remote.clone(branch)
    expect(JSON.parse(await fresh.read('prosody-mods.json'))).toMatchObject({modules: {'jitsi/*': '103'}})
    expect(await fresh.read('prosody-modules/jitsi/mod_lobby.lua')).toContain('release 103')
    await releases.cli(fresh, 'install', '--frozen', '--offline')
    expect(api.requests).toMatchObject([
      {
        method: 'GET',
        path: '/repos/acme/chat/pulls?state=open&head=acme%3Aprosody-mods%2Fbump-jitsi&base=main',
      },
      {
        method: 'POST',
        token: `Bearer ${token}`,
        data: {title: 'prosody-mods: jitsi 101 → 103', head: branch, base: 'main'},
      },
    ])
    expect(api.requests[1]?.data?.['body']).toContain(said)
    expect(stdout + stderr).not.toContain(token)
  })

  proposeTest('brings the open one up to date, and pushes nothing that is there', async ({remote, api}) => {
    await propose(await remote.clone(), api)
    const before = await remote.git('rev-parse', branch)
    const {code, stdout} = await propose(await remote.clone(), api)
    expect(code).toBe(0)
    expect(stdout).toContain(`${branch} is as it shall be already\n`)
    expect(await remote.git('rev-parse', branch)).toBe(before)
    expect(api.requests.map(({method}) => method)).toEqual(['GET', 'POST', 'GET', 'PATCH'])
  })

  proposeTest(
    'follows a base that has moved with a commit of two parents, never forced',
    async ({remote, api}) => {
      await remote.git('config', 'receive.denyNonFastForwards', 'true')
      await propose(await remote.clone(), api)
      const before = await remote.git('rev-parse', branch)
      const other = await remote.clone()
      await other.write('README.md', 'words\n')
      await other.write('prosody-mods.json', releases.manifest('102'))
      await releases.cli(other, 'install')
      const base = await other.commit('by hand to 102')
      await other.git('push', '--quiet', 'origin', 'main')
      const {code, stderr} = await propose(await remote.checkout('main'), api)
      expect([code, stderr]).toEqual([0, ''])
      expect(await remote.git('log', '-1', '--format=%P: %s', branch)).toBe(
        `${before} ${base}: prosody-mods: jitsi 102 → 103`,
      )
      const fresh = await remote.clone(branch)
      expect(await fresh.read('README.md')).toBe('words\n')
      expect(await fresh.read('prosody-modules/jitsi/mod_lobby.lua')).toContain('release 103')
      expect(api.requests.at(-1)).toMatchObject({
        method: 'PATCH',
        data: {title: 'prosody-mods: jitsi 102 → 103'},
      })
    },
  )

  proposeTest('proposes nothing where all is at the newest release', async ({remote, api}) => {
    const other = await remote.clone()
    await other.write('prosody-mods.json', releases.manifest('103'))
    await releases.cli(other, 'install')
    await other.commit('by hand')
    await other.git('push', '--quiet', 'origin', 'main')
    const {code, stdout} = await propose(await remote.clone(), api)
    expect([code, api.requests]).toEqual([0, []])
    expect(stdout).toContain('nothing to propose')
    expect(await remote.git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main')
  })

  proposeTest('leaves a branch alone on which others have committed', async ({remote, api}) => {
    await propose(await remote.clone(), api)
    const other = await remote.clone(branch)
    await other.write('words.txt', 'mine\n')
    const theirs = await other.commit('mine')
    await other.git('push', '--quiet', 'origin', branch)
    const {code, stderr} = await propose(await remote.clone(), api)
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^error: prosody-mods\/bump-jitsi has commits of others, which this job would undo:\n[0-9a-f]+ ann@example\.org\nhint: merge the branch, or delete it\n$/,
    )
    expect(await remote.git('rev-parse', branch)).toBe(theirs)
  })

  proposeTest('says so where the remote refuses the push', async ({remote, api}) => {
    const hook = '#!/bin/sh\necho this repository is closed >&2\nexit 1\n'
    await writeFile(`${remote.folder}/hooks/pre-receive`, hook, {mode: 0o755})
    const {code, stderr} = await propose(await remote.clone(), api)
    expect(code).toBe(1)
    expect(stderr).toContain(`error: the push to ${branch} failed, and nothing was changed there:\n`)
    expect(stderr).toContain('this repository is closed')
    expect(api.requests).toEqual([])
  })

  proposeTest('tells what the API said, without the token', async ({remote}) => {
    const api = await startApi(() => [422, {message: 'Validation Failed'}])
    const {code, stdout, stderr} = await propose(await remote.clone(), api)
    await api.close()
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: GET http:\S+: 422 Validation Failed\n$/)
    expect(stdout + stderr).not.toContain(token)
  })

  proposeTest('tells why bump failed, with its exit code', async ({remote, api}) => {
    const {code, stderr} = await propose(await remote.clone(), api, {PROSODY_MODS_BUMP: 'nothing_like_it'})
    expect([code, stderr]).toEqual([3, 'error: prosody-mods bump: exit code 3\n'])
    expect(api.requests).toEqual([])
  })

  proposeTest.for([
    [{PROSODY_MODS_BUMP: ''}, 'nothing to move'],
    [{PROSODY_MODS_BUMP: 'jitsi --force'}, 'expected modules or sources, got --force'],
    [{PROSODY_MODS_BRANCH: 'main'}, "the branch of the proposal can't be main itself"],
    [{PROSODY_MODS_AUTHOR: 'nobody'}, 'PROSODY_MODS_AUTHOR: expected Name <address>, got "nobody"'],
    [{PROSODY_MODS_MODE: 'other'}, 'PROSODY_MODS_MODE: expected report, follow, propose, got other'],
  ] as const)('refuses what makes no sense: %j', async ([env, message], {remote, api}) => {
    const {code, stderr} = await propose(await remote.clone(), api, env)
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  })

  proposeTest('opens merge requests on GitLab', async ({remote}) => {
    const open: {iid: number; web_url: string}[] = []
    const api = await startApi(({method, path}) => {
      const root = '/projects/12/merge_requests'
      if (method === 'GET' && path.startsWith(`${root}?`)) return [200, open]
      const request = {iid: 3, web_url: 'https://gitlab.example/acme/chat/-/merge_requests/3'}
      if (method === 'POST' && path === root) open.push(request)
      return method === 'POST' || (method === 'PUT' && path === `${root}/3`) ? [200, request] : undefined
    })
    const env = {GITHUB_ACTIONS: '', GITLAB_CI: 'true', CI_API_V4_URL: api.url, CI_PROJECT_ID: '12'}
    const {code, stdout} = await propose(await remote.clone(), api, env)
    await propose(await remote.clone(), api, env)
    await api.close()
    expect(code).toBe(0)
    expect(stdout).toContain('proposed in https://gitlab.example/acme/chat/-/merge_requests/3\n')
    expect(api.requests.map(({method}) => method)).toEqual(['GET', 'POST', 'GET', 'PUT'])
    expect(api.requests[1]).toMatchObject({
      token,
      data: {title: 'prosody-mods: jitsi 101 → 103', source_branch: branch, target_branch: 'main'},
    })
  })
})
