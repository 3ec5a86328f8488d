import {readFileSync, readdirSync, writeFileSync} from 'node:fs'
import {chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {commands} from '../../src/commands/index.ts'
import {packagesToShip} from '../../tools/shipped-packages.ts'
import {cliPath, readTree} from '../helpers/cli.ts'
import {startDebianArchive, type DebianArchive} from '../helpers/debian-archive.ts'
import {runProgram, type ProgramOutput} from '../helpers/program.ts'
import {buildSingleFile} from '../helpers/single-file.ts'

const root = join(import.meta.dirname, '../..')
let folder: string
/** The file alone in a folder, under a name of its own. */
let program: string
let archive: DebianArchive

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prosody-mods-test-'))
  program = join(folder, 'alone/prosody-mods')
  await mkdir(dirname(program))
  await copyFile(await buildSingleFile(join(folder, 'first')), program)
  await chmod(program, 0o444)
  await chmod(dirname(program), 0o555)
  archive = await startDebianArchive()
  const files = {
    'usr/lib/prosody/modules/mod_packed/mod_packed.lua': 'module:log("info", "packed")\n',
    'usr/lib/prosody/modules/mod_packed/util.lib.lua': 'return {}\n',
  }
  await archive.add({package: 'own', version: '1.2-3', files})
  await archive.publish()
}, 300_000)

afterAll(async () => {
  await archive.close()
  await chmod(dirname(program), 0o755)
  await rm(folder, {recursive: true, force: true})
})

interface Run {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly node?: readonly string[]
}

function run(
  file: string,
  words: readonly string[],
  {env = {}, cwd = folder, node = []}: Run = {},
): Promise<ProgramOutput> {
  return runProgram([process.execPath, ...node, file, ...words], {cwd, env: {...environment(), ...env}})
}

/** As of a user who has set nothing. */
function environment(): NodeJS.ProcessEnv {
  const places = ['CACHE', 'CONFIG', 'STATE'].map((name): [string, string] => [
    `PROSODY_MODS_${name}`,
    join(folder, 'user', name.toLowerCase()),
  ])
  const own = Object.entries(process.env).filter(([name]) => !/proxy$|^GITHUB_TOKEN$/i.test(name))
  return {...Object.fromEntries([...own, ...places]), NETRC: '/dev/null'}
}

/** What both print, where only the place of the pages differs. */
function expectSame(single: ProgramOutput, packaged: ProgramOutput, what: string): void {
  const {version, homepage} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string
    homepage: string
  }
  const site = `${homepage.replace(/#.*/, '')}/blob/v${version}`
  const placed = ({code, stdout, stderr}: ProgramOutput, place: string): object => ({
    what,
    code,
    stdout: stdout.replaceAll(`${place}/docs`, 'DOCS'),
    stderr: stderr.replaceAll(`${place}/docs`, 'DOCS'),
  })
  expect(placed(single, site)).toEqual(placed(packaged, root))
}

async function expectSameOf(words: readonly string[], options: Run = {}): Promise<void> {
  const [single, packaged] = await Promise.all([run(program, words, options), run(cliPath, words, options)])
  expectSame(single, packaged, words.join(' '))
}

describe('the file', () => {
  it('has the same bytes whenever it is built, and no more than 4 MB', async () => {
    const again = readFileSync(await buildSingleFile(join(folder, 'second')))
    expect(again.equals(readFileSync(program))).toBe(true)
    expect(again.length).toBeLessThan(4_000_000)
  }, 300_000)

  it('is no part of the package, nor of the repository', () => {
    expect(readFileSync(join(root, '.gitignore'), 'utf8').split('\n')).toContain('dist-single/')
    const {files} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {files: string[]}
    expect(files.filter((name) => name.includes('single'))).toEqual([])
  })

  it('tells the licence of each package in it', () => {
    const text = readFileSync(program, 'utf8')
    const shipped = packagesToShip(root)
    expect(shipped.length).toBeGreaterThan(40)
    for (const {name, version} of shipped) expect(text).toContain(`\n==== ${name} ${version}\n`)
    expect(text).toContain('GNU LESSER GENERAL PUBLIC LICENSE')
    expect(text).toContain('Permission is hereby granted, free of charge')
  })
})

describe('it runs', () => {
  it.each(['prosody-mods', 'any.mjs', 'any.cjs', 'any.js', 'with space.mjs'])('as %s', async (name) => {
    const place = await mkdtemp(join(folder, 'named-'))
    await copyFile(program, join(place, name))
    const {code, stdout, stderr} = await run(join(place, name), ['--version'], {cwd: '/'})
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe((await run(cliPath, ['--version'])).stdout)
    expect(readdirSync(place)).toEqual([name])
  })

  it('from standard input', async () => {
    const input = await readFile(program)
    const output = await runProgram([process.execPath, '-', 'search', 'moderation'], {
      cwd: folder,
      env: environment(),
      input,
    })
    expect(output).toEqual(await run(cliPath, ['search', 'moderation']))
    expect(output.stdout).toContain('muc_moderation')
  })

  it('with nothing of what lies around it', async () => {
    const place = await mkdtemp(join(folder, 'hostile-'))
    for (const name of ['luaparse', 'tar', 'typescript', '@oclif/core'])
      await cp(join(root, 'fixtures'), join(place, 'node_modules', name, 'fixtures'), {recursive: true})
    for (const name of ['luaparse', 'tar', 'typescript'])
      await writeFile(
        join(place, 'node_modules', name, 'index.js'),
        'console.log("foreign"); process.exit(9)\n',
      )
    await writeFile(join(place, 'package.json'), '{"type": "module", "oclif": {"hooks": {"init": "./x.js"}}}')
    await copyFile(program, join(place, 'prosody-mods.mjs'))
    await writeFile(join(place, 'mod_x.lua'), 'module:log("info", "x")\nlocal y\n')
    for (const words of [['lint', '.'], ['lint', '--zzz=3', '-5'], ['--version']])
      expectSame(
        await run(join(place, 'prosody-mods.mjs'), words, {cwd: place}),
        await run(cliPath, words, {cwd: place}),
        words.join(' '),
      )
  })

  it('and says that Node.js is too old where it is', async () => {
    const old = join(folder, 'old.cjs')
    const text =
      "Object.defineProperty(process.versions, 'node', {value: '18.20.4'}); delete process.getBuiltinModule\n"
    await writeFile(old, text)
    const single = await run(program, ['--version'], {node: ['--require', old]})
    expect(single).toMatchObject({code: 1, stdout: ''})
    expect(single.stderr).toMatch(/^error: Node\.js 18\.20\.4 is too old for prosody-mods: 20\.19 or later/)
    expect(single).toEqual(await run(cliPath, ['--version'], {node: ['--require', old]}))
  })
})

describe('it prints what the package prints:', () => {
  it.each(['', 'cache', ...commands.keys()])('the help on "%s"', async (name) => {
    await expectSameOf([...name.split(' ').filter(Boolean), '--help'])
  })

  it.each([
    ['help on a topic', ['help', 'environment'], {}],
    ['the page of a code', ['explain', 'MODULE_AMBIGUOUS'], {}],
    ['its version', ['version', '--json'], {}],
    ['an unknown command', ['instal'], {}],
    ['a flag that only oclif explains', ['lint', '--zzz=3', '-5'], {}],
    ['a missing operand', ['info'], {}],
    ['a module that nobody has', ['info', 'no_such_module', '--offline'], {}],
    ['a module', ['info', 'muc_moderation', '--offline'], {}],
    ['a search', ['search', 'jwt', 'token'], {}],
    ['versions', ['versions', 'community/muc_moderation', '--offline'], {}],
    ['an explanation', ['explain', "module 'cjson' not found"], {}],
  ])('%s', async (_, words, env) => {
    await expectSameOf(words, {env})
  })
})

/** Commands of a project, one after the other, by one of both programs in one place. */
async function workThrough(file: string): Promise<{outputs: ProgramOutput[]; tree: object}> {
  const project = join(folder, 'project')
  const modules = join(project, 'own')
  await rm(join(folder, 'user'), {recursive: true, force: true})
  await rm(project, {recursive: true, force: true})
  await mkdir(join(modules, 'mod_hello'), {recursive: true})
  await writeFile(join(modules, 'mod_hello/mod_hello.lua'), 'local x = 1\nmodule:log("info", not_there)\n')
  await writeFile(join(project, 'own.asc'), archive.key.armored)
  const source = {
    kind: 'debian',
    archive: archive.server.url,
    suite: 'trixie',
    package: 'own',
    root: 'usr/lib/prosody/modules',
    signedBy: 'own.asc',
  }
  const outputs: ProgramOutput[] = []
  const go = async (...words: readonly string[]): Promise<void> => {
    outputs.push(await run(file, words, {cwd: project}))
  }
  await go('add', 'hello')
  await go('init')
  const manifest = JSON.parse(await readFile(join(project, 'prosody-mods.json'), 'utf8')) as object
  await writeFile(join(project, 'prosody-mods.json'), JSON.stringify({...manifest, sources: {own: source}}))
  await go('add', 'own/packed', './own/mod_hello')
  await go('list')
  await go('list', '--json')
  await rm(join(project, 'prosody-modules'), {recursive: true, force: true})
  await go('install', '--frozen')
  await go('install', '--frozen', '--offline')
  await go('verify')
  await go('tree')
  await go('why', 'own/packed')
  await go('check')
  await go('deps')
  await go('versions', 'own/packed')
  await go('lint')
  await go('lint', '--format', 'sarif')
  await go('outdated')
  writeFileSync(join(project, 'prosody-modules/own/mod_packed/mod_packed.lua'), 'changed()\n')
  await go('verify')
  writeFileSync(join(project, 'prosody-mods.json'), '{"modules": []}')
  await go('install', '--force')
  return {outputs, tree: await readTree(project)}
}

it('a project comes out the same, and nothing is written beside the file', async () => {
  const before = await readTree(dirname(program))
  const single = await workThrough(program)
  const packaged = await workThrough(cliPath)
  expect(single.outputs.map(({code}) => code)).toEqual([2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 6, 0, 4, 2])
  expect(single.outputs[14]?.stdout).toContain('# unknown-global')
  for (const [index, output] of single.outputs.entries())
    expectSame(output, packaged.outputs[index] ?? output, String(index))
  expect(single.tree).toEqual(packaged.tree)
  expect(await readTree(dirname(program))).toEqual(before)
}, 300_000)

it('lints in threads, which start from the file itself, and finds the same', async () => {
  const place = join(folder, 'lua')
  await mkdir(place)
  const body = 'local unused = 1\nlocal function f(a) if a then return undefined_global end end\nf(2)\n'
  for (let index = 0; index < 40; index += 1)
    writeFileSync(join(place, `mod_${index}.lua`), `-- ${index}\n${body.repeat(600)}`)
  const processors = join(folder, 'processors.cjs')
  // Of a machine with four processors; each thread says that it runs.
  await writeFile(
    processors,
    `require('node:os').availableParallelism = () => 4
if (!require('node:worker_threads').isMainThread) require('node:fs').appendFileSync(process.env.THREADS, 'x')
`,
  )
  const lint = async (file: string, counted: string): Promise<ProgramOutput> =>
    run(file, ['lint', '--no-config', '.'], {
      cwd: place,
      env: {THREADS: join(folder, counted), PROSODY_MODS_CACHE: join(folder, 'user', counted)},
      node: ['--require', processors],
    })
  expectSame(await lint(program, 'single'), await lint(cliPath, 'packaged'), 'lint')
  expect(readFileSync(join(folder, 'packaged'), 'latin1')).toBe('xx')
  expect(readFileSync(join(folder, 'single'), 'latin1')).toBe('xx')
}, 120_000)
