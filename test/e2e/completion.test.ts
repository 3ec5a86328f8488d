import {existsSync, readFileSync} from 'node:fs'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {globalFlags} from '../../src/cli/definition.ts'
import {commands} from '../../src/commands/index.ts'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'
import {mustRun, runProgram} from '../helpers/program.ts'

const typing = join(import.meta.dirname, '../helpers/type-in-shell.zsh')
const shells = ['bash', 'zsh', 'fish'] as const

let folder: string
let sandbox: Sandbox
/** Folder with what each shell is given: `bash`, `_prosody-mods` where zsh looks for it, `fish`. */
let scripts: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prosody-mods-test-'))
  scripts = join(folder, 'scripts')
  await mkdir(scripts)
  sandbox = await newSandbox()
  for (const shell of shells) {
    const {code, stdout, stderr} = await sandbox.cli(['completion', shell])
    expect({shell, code, stderr}).toEqual({shell, code: 0, stderr: ''})
    await writeFile(join(scripts, shell === 'zsh' ? '_prosody-mods' : shell), stdout)
  }
  await writeProject(sandbox.project)
}, 60_000)

afterAll(async () => {
  await sandbox.remove()
  await rm(folder, {recursive: true, force: true})
})

/** A project as prosody-mods lays it out, with names in its lockfile that no module may have besides. */
async function writeProject(project: string): Promise<void> {
  const names = ['community/muc_notes', 'jitsi/*', 'own/hello', '$(touch pwned)/x', 'own/`touch pwned`']
  const modules = Object.fromEntries(names.map((name) => [name, {version: '1'}]))
  await mkdir(join(project, 'conf.d'))
  await writeFile(join(project, 'prosody-mods.json'), '{"modules": {}}\n')
  await writeFile(
    join(project, 'prosody-mods.lock.json'),
    JSON.stringify({lockfileVersion: 1, modules}, undefined, 2),
  )
}

/** What lines become by one tab at their end, in an interactive shell in the project. */
async function typed(
  shell: 'bash' | 'zsh',
  lines: readonly string[],
  begin = beginning(shell),
): Promise<string[]> {
  const {code, stdout, stderr} = await runProgram(['zsh', '-f', typing, shell, begin], {
    cwd: sandbox.project,
    env: {...process.env, HOME: folder},
    input: `${lines.join('\n')}\n`,
  })
  expect({code, stderr}).toEqual({code: 0, stderr: ''})
  return stdout.replace(/\n$/, '').split('\n')
}

function beginning(shell: 'bash' | 'zsh'): string {
  return shell === 'bash'
    ? `source ${scripts}/bash`
    : `fpath=(${scripts} $fpath); autoload -Uz compinit; compinit -u -D`
}

/** What a shell offers for a line, each without its description. */
async function offered(shell: 'bash' | 'fish', line: string): Promise<string[]> {
  const program =
    shell === 'bash' ? ['bash', '--norc', '-c', askBash] : ['fish', '--no-config', '-c', askFish]
  const given = shell === 'bash' ? ['bash', `${scripts}/bash`, line] : [`${scripts}/fish`, line]
  const stdout = await mustRun([...program, ...given], {
    cwd: sandbox.project,
    env: {...process.env, HOME: folder},
  })
  return stdout
    .split('\n')
    .filter((word) => word !== '')
    .map((word) => word.replace(/\t.*/, ''))
}

// As readline calls it, which has split the words.
const askBash = `source "$1"
read -r -a COMP_WORDS <<<"$2"
[[ $2 != *' ' ]] || COMP_WORDS+=('')
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_prosody_mods
printf '%s\\n' "\${COMPREPLY[@]}"`
const askFish = 'source $argv[1]; complete -C $argv[2]'

const lines: readonly (readonly [typed: string, completed: string])[] = [
  ['comp', 'completion '],
  ['add muc_moderation_d', 'add muc_moderation_delay '],
  ['add community/muc_moderation_d', 'add community/muc_moderation_delay '],
  ['add --layout fl', 'add --layout flat '],
  ['deps --format=ap', 'deps --format=apt '],
  ['deps --format ap', 'deps --format apt '],
  ['init --debian tri', 'init --debian trixie '],
  ['lint --prosody 0', 'lint --prosody 0.12 '],
  ['search --source matr', 'search --source matrix-user-verification '],
  ['image init --profile x', 'image init --profile xmpp '],
  ['cache pru', 'cache prune '],
  ['help identi', 'help identify '],
  ['help cache pru', 'help cache prune '],
  ['completion zs', 'completion zsh '],
  ['remove muc', 'remove muc_notes '],
  ['remove own/', 'remove own/hello '],
  ['update jit', 'update jitsi '],
  ['lint hel', 'lint hello '],
  ['--json remo', 'remove '],
  ['-C conf.d remove muc', '-C conf.d remove muc_notes '],
  ['--directory conf.d remove muc', '--directory conf.d remove muc_notes '],
  ['identify con', 'identify conf.d/'],
  ['lint prosody-mods.l', 'lint prosody-mods.lock.json '],
  ['add ./con', 'add ./conf.d/'],
  ['diff ./prosody-mods.l', 'diff ./prosody-mods.lock.json '],
  ['list --js', 'list --json '],
  ['--vers', '--version '],
  // nothing is known of these
  ['add muc_moderation@', 'add muc_moderation@'],
  ['info muc_moderation muc_moderation_d', 'info muc_moderation muc_moderation_d'],
  ['bogus ad', 'bogus ad'],
  ['search moder', 'search moder'],
]

describe.each(['bash', 'zsh'] as const)('a tab in an interactive %s', (shell) => {
  it('completes commands, flags, values, modules, names of the lockfile and paths', async () => {
    const whole = lines.map((pair) => pair.map((line) => `prosody-mods ${line}`))
    const results = await typed(
      shell,
      whole.map(([line = '']) => line),
    )
    expect(results.map((line) => line.replace('--json remove', 'remove'))).toEqual(
      whole.map(([, completed]) => completed),
    )
    expect(existsSync(join(sandbox.project, 'pwned'))).toBe(false)
  })
})

it('zsh takes the script also where it is sourced', async () => {
  const begin = `autoload -Uz compinit; compinit -u -D; source ${scripts}/_prosody-mods`
  expect(await typed('zsh', ['prosody-mods outd'], begin)).toEqual(['prosody-mods outdated '])
})

describe('fish', () => {
  it.each(lines)('completes %s', async (line, completed) => {
    const offers = await offered('fish', `prosody-mods ${line}`)
    const word = /\S*$/.exec(completed.trimEnd())?.[0] ?? ''
    expect(offers).toEqual(line === completed ? [] : [word])
    expect(existsSync(join(sandbox.project, 'pwned'))).toBe(false)
  })

  it('tells what modules do', async () => {
    const {summaries} = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../registry/summaries.json'), 'utf8'),
    ) as {summaries: Record<string, Record<string, {summary: string}>>}
    const ask = [`${scripts}/fish`, 'prosody-mods add community/muc_moderation_d']
    const stdout = await mustRun(['fish', '--no-config', '-c', askFish, ...ask])
    const summary = summaries['community']?.['muc_moderation_delay']?.summary ?? 'none'
    expect(stdout).toBe(`community/muc_moderation_delay\t${summary}\n`)
  })
})

describe.each(['bash', 'fish'] as const)('%s offers', (shell) => {
  it('every command', async () => {
    const first = [...commands.keys()].map((name) => name.split(' ')[0])
    expect(new Set(await offered(shell, 'prosody-mods '))).toEqual(new Set([...first, 'help']))
  })

  it.each([...commands])('every flag of %s', async (name, {flags}) => {
    const expected = [...Object.keys(flags), ...Object.keys(globalFlags), 'help'].map((flag) => `--${flag}`)
    const words = await offered(shell, `prosody-mods ${name} --`)
    expect(words.sort()).toEqual(expected.sort())
  })

  it('every module of the registry', async () => {
    const {names, sources} = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../registry/index.json'), 'utf8'),
    ) as {names: Record<string, string[]>; sources: string[]}
    const words = new Set(await offered(shell, 'prosody-mods info '))
    expect(Object.keys(names).length).toBeGreaterThan(500)
    const withModules = sources.filter((source) => Object.values(names).some((all) => all.includes(source)))
    expect(words).toEqual(new Set([...Object.keys(names), ...withModules]))
  })
})

it('zsh offers every flag of every command', async () => {
  // a tab behind all but the last letter of a flag that no other begins like
  const asked = [...commands].flatMap(([name, {flags}]) => {
    const all = [...Object.keys(flags), ...Object.keys(globalFlags), 'help']
    return all
      .filter((flag) => all.every((other) => other === flag || !other.startsWith(flag.slice(0, -1))))
      .map((flag) => `prosody-mods ${name} --${flag}`)
  })
  expect(asked.length).toBeGreaterThan(100)
  const results = await typed(
    'zsh',
    asked.map((line) => line.slice(0, -1)),
  )
  expect(results.map((line) => line.replace(/[ =]$/, ''))).toEqual(asked)
}, 120_000)

describe('values that are offered', () => {
  const listed = [...commands].flatMap(([name, {flags}]) =>
    Object.entries(flags).flatMap(([flag, {values}]) =>
      values === undefined || ['std', 'rules', 'lua'].includes(flag) ? [] : [{name, flag, values}],
    ),
  )

  it.each(listed)('are those of $name --$flag', async ({name, flag, values}) => {
    const operand = commands.get(name)?.operands?.required === true ? ['muc_notes'] : []
    const {stderr} = await sandbox.cli([...name.split(' '), ...operand, `--${flag}`, 'bogus'])
    const hint = stderr.slice(stderr.indexOf('hint: '))
    const unknown = values.filter((value) => !new RegExp(String.raw`\b${value}\b`).test(hint))
    expect({hint, unknown}).toEqual({hint: expect.stringMatching(/^hint: ./) as string, unknown: []})
  })

  it.each(['std', 'rules', 'lua'])('are taken by lint --%s', async (flag) => {
    await writeFile(join(folder, 'x.lua'), 'local _ = 1\n')
    const values = commands.get('lint')?.flags[flag]?.values ?? []
    expect(values.length).toBeGreaterThan(1)
    for (const value of values) {
      const {code, stderr} = await sandbox.cli([
        'lint',
        '--no-config',
        '-C',
        folder,
        `--${flag}`,
        value,
        join(folder, 'x.lua'),
      ])
      expect({value, code, stderr}).toEqual({value, code: 0, stderr: ''})
    }
  })
})

it('the script of bash is sound for shellcheck', async () => {
  const {stdout} = await runProgram(['shellcheck', `${scripts}/bash`])
  expect(stdout).toBe('')
})

it('a shell that has none is refused with those that have', async () => {
  const {code, stdout, stderr} = await sandbox.cli(['completion', 'tcsh'])
  expect({code, stdout}).toEqual({code: 2, stdout: ''})
  expect(stderr).toContain('there is no completion for "tcsh"\nhint: shells are bash, zsh, fish')
})

it('with --json, the script is a member', async () => {
  const {json} = await sandbox.cli(['completion', 'fish', '--json'])
  expect(json).toEqual({shell: 'fish', script: readFileSync(join(scripts, 'fish'), 'utf8')})
})
