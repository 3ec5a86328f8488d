import {createHash} from 'node:crypto'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {parse} from 'yaml'
import {packedPaths, packInto} from '../helpers/packed.ts'
import {mustRun, runProgram, type ProgramOutput} from '../helpers/program.ts'
import {startServer, type TestServer} from '../helpers/server.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const packageJson = JSON.parse(read('package.json')) as {
  name: string
  version: string
  repository: {url: string}
}

interface Step {
  readonly name?: string
  readonly uses?: string
  readonly run?: string
  readonly shell?: string
  readonly env?: Readonly<Record<string, string>>
  readonly with?: Readonly<Record<string, unknown>>
}

interface Action {
  readonly inputs: Readonly<Record<string, {readonly description: string; readonly default: string}>>
  readonly runs: {readonly using: string; readonly steps: readonly Step[]}
}

interface GitlabJob {
  readonly before_script?: readonly string[]
  readonly script?: readonly string[]
  readonly variables?: Readonly<Record<string, string>>
}

interface Workflow {
  readonly jobs: Readonly<Record<string, {readonly steps: readonly Step[]}>>
}

const action = parse(read('action.yml')) as Action
const gitlab = parse(read('gitlab/prosody-mods.yml')) as Record<string, GitlabJob>
const blocks = Array.from(
  read('docs/guide/robots.md').matchAll(/^```yaml\n(.*?)^```/gms),
  ([, text = '']) => parse(text) as Workflow | {jobs?: undefined},
)
const workflows = blocks.filter((block): block is Workflow => block.jobs !== undefined)
const documented = workflows.flatMap(({jobs}) => Object.values(jobs).flatMap(({steps}) => steps))
const scripts = readdirSync(join(root, 'action')).map((name) => `action/${name}`)
const code = scripts.map(read).join('\n')

/** Everything that a shell runs, by where it stands. */
const shell: readonly (readonly [place: string, text: string])[] = [
  ...[...action.runs.steps, ...documented].flatMap(({name = '', run}) =>
    run === undefined ? [] : [[name, run] as const],
  ),
  ...Object.entries(gitlab).flatMap(([name, {before_script = [], script = []}]) =>
    [...before_script, ...script].map((text) => [name, text] as const),
  ),
]

let work = ''
let registry: TestServer

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'prosody-mods-install-'))
  const tarball = await packInto(work)
  const bytes = await readFile(tarball)
  registry = await startServer()
  const {name, version} = packageJson
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
  const dist = {tarball: `${registry.url}/${basename(tarball)}`, integrity}
  const packument = {name, 'dist-tags': {latest: version}, versions: {[version]: {name, version, dist}}}
  registry.on(`/${name}`, ({response}) => void response.end(JSON.stringify(packument)))
  registry.on(`/${basename(tarball)}`, ({response}) => void response.end(bytes))
})

afterAll(async () => {
  await registry.close()
  await rm(work, {recursive: true})
})

describe('what is run', () => {
  it('is there', () => {
    expect(shell.length).toBeGreaterThan(5)
    const named = shell.flatMap(([, text]) => text.match(/action\/[\w.-]+/g) ?? [])
    expect(new Set(named)).toEqual(new Set(['action/install.js', 'action/main.js']))
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  it('has nothing of an event or an input in it', () => {
    expect(shell.filter(([, text]) => text.includes('${{'))).toEqual([])
  })

  it.for(shell)('is sound for shellcheck: %s: %s', async ([, text]) => {
    const {stdout, stderr} = await runProgram(['shellcheck', '--shell', 'bash', '-'], {input: `${text}\n`})
    expect(stdout + stderr).toBe('')
  })

  it('says in which shell', () => {
    const runs = action.runs.steps.filter(({run}) => run !== undefined)
    expect(runs.map(({shell: name}) => name)).toEqual(runs.map(() => 'bash'))
  })

  it('comes with the package, for GitLab', async () => {
    const packed = await packedPaths()
    expect(scripts.filter((path) => !packed.has(path))).toEqual([])
  })
})

describe('what others wrote', () => {
  it('is named by its whole commit', () => {
    const used = [...action.runs.steps, ...documented].flatMap(({uses}) => uses ?? [])
    const own = /github\.com\/(.+)\.git$/.exec(packageJson.repository.url)?.[1] ?? ''
    expect(used.filter((name) => name.startsWith(`${own}@`)).length).toBe(workflows.length)
    const others = used.filter((name) => !name.startsWith(`${own}@`))
    expect(others.length).toBeGreaterThan(0)
    expect(others.filter((name) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(name))).toEqual([])
  })
})

describe('the inputs', () => {
  it('are all handed over, and nothing else is', () => {
    const handed = action.runs.steps.flatMap(({env = {}}) => Object.values(env))
    const names = handed.flatMap((text) => /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(text)?.[1] ?? [])
    expect(names.sort()).toEqual(Object.keys(action.inputs).sort())
  })

  it('are read by the scripts under the names that they are handed over by', () => {
    const names = [
      ...action.runs.steps.flatMap(({env = {}}) => Object.keys(env)),
      ...Object.values(gitlab).flatMap(({variables = {}}) => Object.keys(variables)),
    ].filter((name) => name.startsWith('PROSODY_MODS_') && !/_(?:CACHE|TOOL)$/.test(name))
    const isRead = (name: string): boolean =>
      code.includes(`text('${name.replace('PROSODY_MODS_', '')}'`) || code.includes(`['${name}']`)
    expect(names.length).toBeGreaterThan(10)
    expect(names.filter((name) => !isRead(name))).toEqual([])
  })

  it('have the defaults that the scripts have', () => {
    const defaults = Array.from(code.matchAll(/text\('(\w+)',\s*'([^']*)'/g), ([, name = '', value = '']) => [
      name === 'FOLDER' ? 'working-directory' : name.toLowerCase().replaceAll('_', '-'),
      value,
    ])
    expect(defaults.length).toBeGreaterThan(5)
    expect(defaults.filter(([name = '', value]) => action.inputs[name]?.default !== value)).toEqual([])
  })

  it('are all documented, and only they', () => {
    const rows = Array.from(read('docs/guide/robots.md').matchAll(/^\| `([\w-]+)` +\|/gm), ([, name]) => name)
    expect(rows.sort()).toEqual(Object.keys(action.inputs).sort())
    const given = documented
      .filter(({uses = ''}) => uses.startsWith('prosody-mods/'))
      .flatMap(({with: inputs = {}}) => Object.keys(inputs))
    expect(given.filter((name) => !Object.hasOwn(action.inputs, name))).toEqual([])
  })
})

describe('the installation', () => {
  async function install(version: string): Promise<ProgramOutput & {readonly program: string | undefined}> {
    const temp = await mkdtemp(join(work, 'runner-'))
    const variables = join(temp, 'env')
    await writeFile(variables, '')
    const env = {
      ...process.env,
      RUNNER_TEMP: temp,
      GITHUB_ENV: variables,
      PROSODY_MODS_VERSION: version,
      npm_config_registry: registry.url,
      npm_config_cache: join(work, 'npm'),
    }
    const output = await runProgram([process.execPath, join(root, 'action/install.js')], {env})
    const program = /^PROSODY_MODS_PROGRAM=(.+)\n$/.exec(await readFile(variables, 'utf8'))?.[1]
    return {...output, program}
  }

  it("takes the action's own version from npm, and says where it is", async () => {
    const {code: exitCode, stderr, program} = await install('')
    expect([exitCode, stderr]).toEqual([0, ''])
    const said = await mustRun([process.execPath, program ?? '', '--version'])
    expect(said).toContain(`prosody-mods/${packageJson.version} `)
  })

  it.for(['latest', '^0.1.0', '0.1', '0.1.0 --force', '0.1.0;id', 'https://example.org/x.tgz', '*'])(
    'takes no %s',
    async (version) => {
      const asked = registry.requests.length
      const {code: exitCode, stderr, program} = await install(version)
      expect([exitCode, program]).toEqual([2, undefined])
      expect(stderr).toBe(
        `error: version: expected an exact one such as ${packageJson.version}, got ${JSON.stringify(version)}\n`,
      )
      expect(registry.requests.length).toBe(asked)
    },
  )

  it('fails for a version that there is not', async () => {
    const {code: exitCode, stdout, stderr, program} = await install('99.0.0')
    expect([exitCode, program]).toEqual([1, undefined])
    expect(stdout + stderr).toMatch(/npm could not install prosody-mods@99\.0\.0\n$/)
  })
})

describe('the template for GitLab', () => {
  it.for([
    ['0.1.0', 0],
    ['1.2.3-rc.1', 0],
    ['', 2],
    ['latest', 2],
    ['^0.1.0', 2],
    ['0.1.0\n0.2.0', 2],
  ] as const)('takes exact versions alone: %j', async ([version, expected]) => {
    const [guard = ''] = gitlab['.prosody-mods']?.before_script ?? []
    const env = {...process.env, PROSODY_MODS_VERSION: version}
    const {code: exitCode} = await runProgram(['sh', '-c', guard], {env})
    expect(exitCode).toBe(expected)
  })

  it('installs and runs as a job does', async () => {
    const project = join(work, 'project')
    await mustRun(['git', 'init', '--quiet', project])
    await writeFile(join(project, 'prosody-mods.json'), '{}\n')
    const {before_script = [], script = [], variables = {}} = gitlab['.prosody-mods'] ?? {}
    const set = Object.entries(variables).map(([key, value]) => [
      key,
      value.replace('$CI_PROJECT_DIR', project),
    ])
    const env = {
      ...process.env,
      ...(Object.fromEntries(set) as Record<string, string>),
      PROSODY_MODS_VERSION: packageJson.version,
      GITLAB_CI: 'true',
      npm_config_registry: registry.url,
      npm_config_cache: join(work, 'npm'),
    }
    const command = ['sh', '-e', '-c', [...before_script, ...script].join('\n')]
    const {code: exitCode, stdout, stderr} = await runProgram(command, {cwd: project, env})
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^prosody-mods check: exit code 0$/m)
    expect(stdout).toContain('no merge request to comment on\n')
    expect(await mustRun(['git', '-C', project, 'status', '--porcelain'])).toBe('?? prosody-mods.json\n')
  })
})
