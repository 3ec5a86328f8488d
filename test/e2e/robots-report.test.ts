import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {startReleases, type Releases} from '../helpers/bumped-project.ts'
import {runProgram, type ProgramOutput} from '../helpers/program.ts'
import {runJob, startApi, type ApiAnswer, type Clone, type FakeApi, type Remote} from '../helpers/robots.ts'

let releases: Releases

beforeAll(async () => {
  releases = await startReleases()
})

afterAll(() => releases.remove())

const marker = '<!-- prosody-mods: . -->'
const bot = {login: 'github-actions[bot]'}

interface Comment {
  readonly id: number
  body: string
  readonly user: {readonly login: string}
}

/** Comments of a pull request as GitHub has them, page by page. */
function commentsOf(comments: Comment[], perPage = 100): ApiAnswer {
  return ({method, path, data}) => {
    const url = new URL(path, 'http://api')
    const body = typeof data?.['body'] === 'string' ? data['body'] : ''
    if (url.pathname === '/repos/acme/chat/issues/7/comments') {
      const first = (Number(url.searchParams.get('page')) - 1) * perPage
      if (method === 'GET') return [200, comments.slice(first, first + perPage)]
      comments.push({id: comments.length + 1, body, user: bot})
      return [201, comments.at(-1)]
    }
    const [, id] = /^\/repos\/acme\/chat\/issues\/comments\/(\d+)$/.exec(url.pathname) ?? []
    const one = comments.find((comment) => comment.id === Number(id))
    if (method !== 'PATCH' || one === undefined) return undefined
    one.body = body
    return [200, one]
  }
}

interface Job {
  readonly clone: Clone
  run(api: FakeApi, env?: Readonly<Record<string, string>>): Promise<ProgramOutput>
  summary(): Promise<string>
}

const reportTest = it.extend<{remote: Remote; job: Job}>({
  remote: async ({}, use) => {
    const remote = await releases.project()
    await use(remote)
    await remote.remove()
  },
  job: async ({remote}, use) => {
    const work = await mkdtemp(join(tmpdir(), 'prosody-mods-job-'))
    const clone = await remote.clone()
    const pull_request = {number: 7, head: {repo: {full_name: 'acme/chat'}}}
    await writeFile(join(work, 'event.json'), JSON.stringify({pull_request}))
    const run: Job['run'] = (api, env = {}) =>
      runJob(clone.folder, {
        PROSODY_MODS_PROGRAM: releases.program,
        PROSODY_MODS_CACHE: `${clone.folder}/../cache`,
        PROSODY_MODS_TOKEN: 'made-up-token',
        GITHUB_ACTIONS: 'true',
        GITHUB_REPOSITORY: 'acme/chat',
        GITHUB_API_URL: api.url,
        GITHUB_EVENT_PATH: join(work, 'event.json'),
        GITHUB_STEP_SUMMARY: join(work, 'summary.md'),
        ...env,
      })
    await use({clone, run, summary: () => readFile(join(work, 'summary.md'), 'utf8')})
    await rm(work, {recursive: true})
  },
})

/** What the CLI says, and how it ends, by itself. */
async function said({folder}: Clone, ...args: readonly string[]): Promise<{text: string; code: number}> {
  const env = {...process.env, PROSODY_MODS_CACHE: `${folder}/../cache`, NO_COLOR: '1'}
  const {stdout, stderr, code} = await runProgram([process.execPath, releases.program, ...args], {
    cwd: folder,
    env,
  })
  return {text: (stdout + stderr).trim(), code}
}

async function withApi<T>(answer: ApiAnswer, work: (api: FakeApi) => Promise<T>): Promise<T> {
  const api = await startApi(answer)
  try {
    return await work(api)
  } finally {
    await api.close()
  }
}

describe('a job that reports', () => {
  reportTest('writes what check says into the summary and a comment', async ({job}) => {
    const comments: Comment[] = []
    const {code, stdout, stderr} = await withApi(commentsOf(comments), (api) => job.run(api))
    const check = await said(job.clone, 'check')
    expect([code, stderr]).toEqual([check.code, ''])
    expect(stdout).toContain('commented on the pull request\n')
    expect(await job.summary()).toBe(`## prosody-mods\n\n### Check\n\n\`\`\`text\n${check.text}\n\`\`\`\n`)
    expect(comments).toMatchObject([{body: `${marker}\n${await job.summary()}`}])
    expect(stdout).not.toContain('made-up-token')
  })

  reportTest('says what bump and diff say, and ends as they do', async ({job}) => {
    const bump = await said(
      job.clone,
      'bump',
      '--dry-run',
      '--format',
      'markdown',
      '--exit-code',
      'jitsi@102',
    )
    const diff = await said(job.clone, 'diff', '--format', 'markdown', 'HEAD')
    const env = {
      PROSODY_MODS_BUMP: ' jitsi@102\n',
      PROSODY_MODS_DIFF: 'HEAD',
      PROSODY_MODS_CHECK: 'false',
      PROSODY_MODS_FAIL_ON_BREAK: 'true',
    }
    const {code} = await withApi(commentsOf([]), (api) => job.run(api, env))
    const summary = await job.summary()
    expect(summary).toMatch(/^## prosody-mods\n\n### Changes since HEAD/)
    expect(summary).toContain('### What `bump jitsi@102` would change')
    expect([bump.text, diff.text].filter((text) => !summary.includes(text))).toEqual([])
    expect(code).toBe(diff.code || bump.code)
    // What was run has changed nothing.
    expect(await job.clone.git('status', '--porcelain')).toBe('')
  })

  reportTest('fails, and says so, where check finds an error', async ({job}) => {
    await writeFile(join(job.clone.folder, 'prosody-modules/jitsi/mod_lobby.lua'), 'changed\n')
    const comments: Comment[] = []
    const {code} = await withApi(commentsOf(comments), (api) => job.run(api))
    const check = await said(job.clone, 'check')
    expect([code, check.code]).toEqual([6, 6])
    expect(comments[0]?.body).toContain(`### Check ❌\n\n\`\`\`text\n${check.text}\n`)
  })

  reportTest('updates its own comment, wherever it stands', async ({job}) => {
    const comments: Comment[] = Array.from({length: 130}, (_, index) => ({
      id: index + 1,
      body: index === 120 ? `${marker}\nold words` : index === 3 ? `${marker}\nof somebody else` : 'words',
      user: index === 3 ? {login: 'mallory'} : bot,
    }))
    const {stdout} = await withApi(commentsOf(comments), (api) => job.run(api))
    expect(stdout).toContain('updated the comment on the pull request\n')
    expect(comments).toHaveLength(130)
    expect(comments[120]?.body).toBe(`${marker}\n${await job.summary()}`)
    expect(comments[3]?.body).toBe(`${marker}\nof somebody else`)
  })

  reportTest('has a comment for each project of a repository', async ({job}) => {
    const comments: Comment[] = [{id: 1, body: `${marker}\nof the other project`, user: bot}]
    await job.clone.write('chat/prosody-mods.json', releases.manifest('101'))
    await withApi(commentsOf(comments), (api) => job.run(api, {PROSODY_MODS_FOLDER: 'chat'}))
    expect(comments.map(({body}) => body.split('\n')[0])).toEqual([marker, '<!-- prosody-mods: chat -->'])
    expect(comments[1]?.body).toContain('## prosody-mods in `chat`\n')
  })

  reportTest('warns where the token of a fork may not comment', async ({job}) => {
    const refuse: ApiAnswer = () => [403, {message: 'Resource not accessible by integration'}]
    const {code, stdout} = await withApi(refuse, (api) => job.run(api))
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^::warning::the comment could not be written: GET \S+: 403 Resource not accessible/m,
    )
    expect(await job.summary()).toContain('### Check')
  })

  reportTest('fails where the API answers anything else', async ({job}) => {
    const {code, stderr} = await withApi(
      () => [500, {message: 'Oops'}],
      (api) => job.run(api),
    )
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: GET \S+: 500 Oops\n$/)])
    const gone = await withApi(commentsOf([]), (api) => Promise.resolve(api))
    const silent = await job.run(gone)
    expect([silent.code, silent.stderr]).toEqual([1, expect.stringMatching(/^error: GET .*ECONNREFUSED/)])
  })

  reportTest('asks nobody where there is no pull request, or no comment is wanted', async ({job}) => {
    await withApi(commentsOf([]), async (api) => {
      expect((await job.run(api, {GITHUB_EVENT_PATH: ''})).stdout).toContain(
        'no pull request to comment on\n',
      )
      expect((await job.run(api, {PROSODY_MODS_COMMENT: 'false'})).code).toBe(0)
      expect(api.requests).toEqual([])
    })
  })

  reportTest('cuts what is too long for GitHub, and closes what was open', async ({job}) => {
    // A command that says more than anybody reads: what stands for the CLI here has only to print.
    const program = join(job.clone.folder, '../long.mjs')
    await writeFile(
      program,
      "process.stdout.write('<details>\\n\\n' + 'a line of a report: ü `x`\\n'.repeat(90_000))\n",
    )
    const comments: Comment[] = []
    const env = {PROSODY_MODS_PROGRAM: program, PROSODY_MODS_BUMP: 'jitsi', PROSODY_MODS_CHECK: 'false'}
    await withApi(commentsOf(comments), (api) => job.run(api, env))
    const summary = await job.summary()
    expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024)
    expect(Buffer.byteLength(summary)).toBeGreaterThan(900_000)
    expect(summary).toMatch(
      /\n<\/details>\n\n_Cut here: \d+ more lines\. The log of the job has all of it\._\n$/,
    )
    expect(comments[0]?.body.length).toBeLessThan(65_536)
    const plain = {...env, PROSODY_MODS_BUMP: '', PROSODY_MODS_CHECK: 'true'}
    await withApi(commentsOf(comments), (api) => job.run(api, plain))
    expect(comments[0]?.body).toMatch(/\n```\n\n_Cut here: \d+ more lines/)
  })

  reportTest('gives text no way out of its fence', async ({job}) => {
    const program = join(job.clone.folder, '../ticks.mjs')
    await writeFile(program, "process.stdout.write('```\\n<img src=x>\\n````\\n')\n")
    await withApi(commentsOf([]), (api) => job.run(api, {PROSODY_MODS_PROGRAM: program}))
    expect(await job.summary()).toContain('\n`````text\n```\n<img src=x>\n````\n`````\n')
  })

  reportTest.for([
    [{PROSODY_MODS_CHECK: 'false'}, 'there is nothing to report'],
    [{PROSODY_MODS_CHECK: 'yes'}, 'PROSODY_MODS_CHECK: expected true or false, got "yes"'],
    [{PROSODY_MODS_DIFF: '--output=x'}, 'PROSODY_MODS_DIFF: expected a revision of Git, got --output=x'],
  ] as const)('refuses what makes no sense: %j', async ([env, message], {job}) => {
    const {code, stderr} = await withApi(commentsOf([]), (api) => job.run(api, env))
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  })
})

describe('a job that reports on GitLab', () => {
  const gitlab = (api: FakeApi): Record<string, string> => ({
    GITHUB_ACTIONS: '',
    GITHUB_STEP_SUMMARY: '',
    GITLAB_CI: 'true',
    CI_API_V4_URL: api.url,
    CI_PROJECT_ID: '12',
    CI_MERGE_REQUEST_IID: '5',
  })

  reportTest('writes a note, and updates the one of its own user', async ({job}) => {
    const path = '/projects/12/merge_requests/5/notes'
    const notes = [{id: 1, body: `${marker}\nof somebody else`, author: {username: 'mallory'}}]
    const answer: ApiAnswer = ({method, path: asked, data}) => {
      if (asked === '/user') return [200, {username: 'robot'}]
      if (method === 'GET' && asked.startsWith(`${path}?`)) return [200, notes]
      const body = typeof data?.['body'] === 'string' ? data['body'] : ''
      if (method === 'POST' && asked === path) notes.push({id: 2, body, author: {username: 'robot'}})
      return method === 'POST' || (method === 'PUT' && asked === `${path}/2`) ? [200, {}] : undefined
    }
    await withApi(answer, async (api) => {
      expect((await job.run(api, gitlab(api))).stdout).toContain('commented on the merge request\n')
      expect((await job.run(api, gitlab(api))).stdout).toContain('updated the comment on the merge request\n')
      expect(api.requests.map(({method}) => method)).toEqual(['GET', 'GET', 'POST', 'GET', 'GET', 'PUT'])
      expect(api.requests.every(({token}) => token === 'made-up-token')).toBe(true)
    })
    expect(notes[1]?.body).toMatch(/^<!-- prosody-mods: \. -->\n## prosody-mods\n/)
  })

  reportTest('warns where there is no token, as in pipelines of forks', async ({job}) => {
    await withApi(commentsOf([]), async (api) => {
      const {code, stdout} = await job.run(api, {...gitlab(api), PROSODY_MODS_TOKEN: ''})
      expect(code).toBe(0)
      expect(stdout).toMatch(/^warning: the comment could not be written: there is no token/m)
      expect(api.requests).toEqual([])
    })
  })
})
