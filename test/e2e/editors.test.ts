import {execFileSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {chmod, mkdir, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {parse} from 'yaml'
import {cliPath, newSandbox, type Sandbox} from '../helpers/cli.ts'
import {packedPaths} from '../helpers/packed.ts'
import {mustRun, runProgram} from '../helpers/program.ts'
import {scratchFolder} from '../helpers/scratch.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

describe('JSON Schemas', () => {
  const {repository} = JSON.parse(read('package.json')) as {repository: {url: string}}
  const [, owned = ''] = /github\.com\/(.+)\.git$/.exec(repository.url) ?? []
  const folder = `https://raw.githubusercontent.com/${owned}/main/registry/schema`

  it.each(['manifest', 'lockfile', 'config'])('that of the %s says where it lies', (name) => {
    const schema = JSON.parse(read(`registry/schema/${name}.schema.json`)) as {$id: string}
    expect(schema.$id).toBe(`${folder}/${name}.schema.json`)
  })

  it('are told to the catalogue by the names of files', () => {
    const entries = JSON.parse(read('tools/schemastore.json')) as Record<string, unknown>[]
    expect(entries.map(({fileMatch, url}) => [fileMatch, url])).toEqual([
      [['prosody-mods.json'], `${folder}/manifest.schema.json`],
      [['prosody-mods.lock.json'], `${folder}/lockfile.schema.json`],
    ])
    for (const entry of entries)
      expect(Object.keys(entry)).toEqual(['name', 'description', 'fileMatch', 'url'])
  })
})

interface Matcher {
  readonly owner: string
  readonly severity?: string
  readonly pattern: readonly [{readonly regexp: string} & Readonly<Record<string, number>>]
}

describe('the problem matcher', () => {
  const {problemMatcher} = JSON.parse(read('action/problem-matcher.json')) as {problemMatcher: Matcher[]}

  /** What a workflow finds in a log, as `file:line:column severity code message`. */
  function found(log: string): string[] {
    return log.split('\n').flatMap((line) =>
      problemMatcher.flatMap(({severity, pattern: [{regexp, ...groups}]}) => {
        const match = new RegExp(regexp).exec(line)
        if (match === null) return []
        const part = (name: string): string => match[groups[name] ?? -1] ?? ''
        const level = severity ?? part('severity')
        return [
          `${part('file')}:${part('line')}:${part('column')} ${level} ${part('code')} ${part('message')}`,
        ]
      }),
    )
  }

  async function lint(...words: readonly string[]): Promise<{log: string; findings: Finding[]}> {
    const sandbox = await newSandbox()
    const text = 'local x = 1\nmodule:nothing()\nfoo(require "util.nowhere")\nmodule:hook("nowhere", print)\n'
    await mkdir(join(sandbox.project, 'a b'))
    await writeFile(join(sandbox.project, 'a b/mod_x.lua'), text)
    await writeFile(join(sandbox.project, 'mod_y.lua'), 'local function (\n')
    const {stdout, stderr} = await sandbox.cli(['lint', '.', '--no-config', ...words])
    expect(stderr).toBe('')
    const {json} = await sandbox.cli(['lint', '.', '--no-config', ...words, '--json'])
    await sandbox.remove()
    return {log: stdout, findings: (json as {findings: Finding[]}).findings}
  }

  interface Finding {
    readonly path: string
    readonly line: number
    readonly column: number
    readonly severity: string
    readonly code: string
    readonly message: string
  }

  it('finds all that lint prints as text', async () => {
    const {log, findings} = await lint()
    expect(findings.length).toBeGreaterThan(3)
    expect(found(log).sort()).toEqual(
      findings
        .map(({path, line, column, severity, code, message}) => {
          const level = severity === 'note' ? 'notice' : severity
          return `${path}:${line}:${column} ${level} ${code} ${message}`
        })
        .sort(),
    )
  })

  it('finds all that lint and luacheck print in luacheck’s form', async () => {
    const {log} = await lint('--format', 'luacheck')
    const rows = log.split('\n').filter((line) => /\([EW]\d+\)/.test(line))
    expect(rows.length).toBeGreaterThan(3)
    const lines = found(log)
    expect(lines).toHaveLength(rows.length)
    expect(lines).toContainEqual(expect.stringMatching(/^a b\/mod_x\.lua:1:7 warning W211 unused variable/))
    expect(lines).toContainEqual(expect.stringMatching(/^mod_y\.lua:1:\d+ error E011 /))
    expect(new Set(problemMatcher.map(({owner}) => owner)).size).toBe(problemMatcher.length)
  })

  it('comes with the package, and is what the guide has for Visual Studio Code', async () => {
    expect(await packedPaths()).toContain('action/problem-matcher.json')
    const [, task = ''] =
      /In a task of Visual Studio Code:\n\n```json\n(.*?)```/s.exec(read('docs/guide/getting-it.md')) ?? []
    const {problemMatcher: one} = JSON.parse(task) as {problemMatcher: {pattern: {regexp: string}}}
    const ours = problemMatcher[0]?.pattern[0].regexp ?? ''
    expect(one.pattern.regexp).toBe(ours.replace('error|warning', 'error|warning|note'))
  })
})

interface Hook {
  readonly id: string
  readonly entry: string
  readonly language: string
}

describe('hooks of pre-commit', () => {
  const hooks = parse(read('.pre-commit-hooks.yaml')) as Hook[]

  it('are installed by npm, which prints the name of its file alone', async () => {
    expect(hooks.map(({language}) => language)).toEqual(['node', 'node', 'node'])
    expect(await mustRun(['npm', 'config', 'get', 'foreground-scripts'], {cwd: root})).toBe('false\n')
  })

  /** A project in a repository with the hooks, as they are but for being installed. */
  async function repository(sandbox: Sandbox): Promise<(...words: readonly string[]) => Promise<string>> {
    const bin = await scratchFolder()
    const source = await scratchFolder()
    await symlink(cliPath, join(bin, 'prosody-mods'))
    const env = {
      ...sandbox.env,
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      PRE_COMMIT_HOME: await scratchFolder(),
      GIT_CONFIG_GLOBAL: join(bin, 'gitconfig'),
    }
    await writeFile(env.GIT_CONFIG_GLOBAL, '[user]\nname = Somebody\nemail = somebody@example.org\n')
    const git = (cwd: string, ...words: readonly string[]): string =>
      execFileSync('git', words, {cwd, env, encoding: 'utf8'})
    const text = read('.pre-commit-hooks.yaml').replaceAll('language: node', 'language: system')
    await writeFile(join(source, '.pre-commit-hooks.yaml'), text)
    for (const words of [
      ['init', '--quiet'],
      ['add', '.'],
      ['commit', '--quiet', '--message', 'hooks'],
    ])
      git(source, ...words)
    const ids = hooks.map(({id}) => `      - id: ${id}\n`).join('')
    const config = `repos:\n  - repo: file://${source}\n    rev: ${git(source, 'rev-parse', 'HEAD').trim()}\n    hooks:\n${ids}`
    await writeFile(join(sandbox.project, '.pre-commit-config.yaml'), config)
    git(sandbox.project, 'init', '--quiet')
    return async (...words) => {
      git(sandbox.project, 'add', '--all')
      const output = await runProgram(['pre-commit', 'run', ...words], {
        cwd: sandbox.project,
        env,
        timeout: 120_000,
      })
      return `${output.stdout.replaceAll(/\.{3,}/g, ' ')}${output.stderr}`
    }
  }

  it('pass for a sound project, and say what is wrong with another', async () => {
    const sandbox = await newSandbox()
    const run = await repository(sandbox)
    await writeFile(join(sandbox.project, 'mod_hello.lua'), 'module:log("info", "hello")\n')
    expect((await sandbox.cli(['add', '--init', './mod_hello.lua'])).code).toBe(0)
    const sound = await run('--all-files')
    expect(sound.match(/^prosody-mods \w+ .*Passed$/gm)).toHaveLength(3)

    const [written = ''] = (
      await mustRun(['find', 'prosody-modules', '-name', '*.lua'], {cwd: sandbox.project})
    )
      .trim()
      .split('\n')
    await chmod(join(sandbox.project, written), 0o644)
    await writeFile(join(sandbox.project, written), 'local x = 1\n')
    await writeFile(join(sandbox.project, 'mod_other.lua'), 'local unused = 1\n')
    const broken = await run()
    expect(broken).toMatch(/^prosody-mods lint .*Failed$/m)
    expect(broken).toContain("mod_other.lua:1:7: warning: unused variable 'unused' [211]")
    expect(broken).not.toContain(`${written}:1:7`)
    expect(broken).toMatch(/^prosody-mods verify .*Failed$/m)
    expect(broken).toMatch(/^prosody-mods check .*Failed$/m)
    await sandbox.remove()
  }, 180_000)
})
