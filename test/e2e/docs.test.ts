import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {mkdir, writeFile} from 'node:fs/promises'
import {dirname, isAbsolute, join, posix, relative, sep} from 'node:path'
import ts from 'typescript'
import {afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {ruleIds} from '../../src/lint/rules/ids.ts'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'
import {packedPaths} from '../helpers/packed.ts'
import {runProgram} from '../helpers/program.ts'
import {sarifLog} from '../helpers/sarif.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const pagesIn = (text: string): string[] => text.match(/docs\/[\w\/.\-]+\.md/g) ?? []
const sources = readdirSync(join(root, 'src'), {recursive: true, encoding: 'utf8'})
  .filter((path) => path.endsWith('.ts'))
  .map((path) => `src/${path.split(sep).join('/')}`)

let packed: ReadonlySet<string>
beforeAll(async () => {
  packed = await packedPaths()
})

/** What of a source can be printed: its strings, without comments. */
function stringsOf(path: string): string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      found.push(node.text)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true))
  return found
}

describe('pages that are named', () => {
  it('by what the program prints, come with the package', () => {
    const schemas = readdirSync(join(root, 'registry/schema')).map((name) => read(`registry/schema/${name}`))
    const printed = [...sources.flatMap(stringsOf), ...schemas].flatMap(pagesIn)
    expect(printed).toEqual(expect.arrayContaining(['docs/guide/mirrors.md', 'docs/reference/json.md']))
    const rules = ruleIds.map((rule) => `docs/lint/${rule}.md`)
    expect([...printed, ...rules].filter((page) => !packed.has(page))).toEqual([])
  })

  it('by comments, are there', () => {
    const named = sources.flatMap((path) => pagesIn(read(path)))
    expect(named.filter((page) => !existsSync(join(root, page)))).toEqual([])
  })

  it('by pages that come with the package, come with it or are in the repository', () => {
    const {homepage} = JSON.parse(read('package.json')) as {homepage: string}
    const ours = homepage.replace(/#.*$/, '/')
    const pages = [...packed].filter((path) => path.endsWith('.md') && !path.startsWith('dist/node_modules/'))
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'CHANGELOG.md', 'docs/lint.md']))
    const dead = pages.flatMap((page) =>
      linksOf(page)
        .filter((link) => !leadsSomewhere(link, {page, ours}))
        .map((link) => `${page}: ${link}`),
    )
    expect(dead).toEqual([])
    const named = pages.flatMap((page) => pagesIn(read(page).replaceAll(/https:[^\s)]*/g, '')))
    expect(named.filter((page) => !packed.has(page))).toEqual([])
  })
})

/** Targets of a page's links, but those within the page itself. */
function linksOf(page: string): string[] {
  const prose = read(page).replace(/^```.*?^```/gms, '')
  return Array.from(
    prose.matchAll(/\](?:\(|: )([^)#\s]+)(?:#[^)\s]*)?(?:\)|$)/gm),
    ([, target = '']) => target,
  )
}

function leadsSomewhere(link: string, from: {readonly page: string; readonly ours: string}): boolean {
  if (link.startsWith(from.ours)) {
    const [, path] = /^(?:blob|tree)\/main\/(.*)$/.exec(link.slice(from.ours.length)) ?? []
    return path !== undefined && existsSync(join(root, path))
  }
  if (link.startsWith('https:')) return true
  const path = posix.join(posix.dirname(from.page), link)
  return packed.has(path) || [...packed].some((one) => one.startsWith(`${path}/`))
}

describe('what the built program prints', () => {
  let sandbox: Sandbox
  beforeEach(async () => {
    sandbox = await newSandbox()
    expect((await sandbox.cli(['init'])).code).toBe(0)
  })
  afterEach(() => sandbox.remove())

  /** Paths of pages in a text, as they stand there. */
  const pathsIn = (text: string): string[] => text.match(/[^\s("]*docs\/[\w\/.\-]+\.md/g) ?? []

  const hints = [
    {name: 'a broken manifest', page: 'docs/reference/manifest.md', args: ['list'], code: 2},
    {name: 'a broken configuration', page: 'docs/guide/mirrors.md', args: ['list'], code: 2},
    {name: 'no network', page: 'docs/guide/mirrors.md', args: ['add', 'muc_moderation'], code: 5},
  ]

  it.each(hints)('a hint on $name names a file that can be opened', async ({name, page, args, code}) => {
    if (name === 'a broken manifest')
      await writeFile(join(sandbox.project, 'prosody-mods.json'), '{"modules": 1}')
    const config = sandbox.env['PROSODY_MODS_CONFIG'] ?? ''
    await mkdir(config)
    const broken = name === 'a broken configuration' ? '{"mirrors": 1}' : '{}'
    await writeFile(join(config, 'config.json'), broken)
    const nowhere = {https_proxy: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9'}
    const output = await sandbox.cli(args, {env: nowhere})
    expect({code: output.code, stderr: output.stderr}).toMatchObject({code})
    const [path = ''] = pathsIn(output.stderr.slice(output.stderr.indexOf('hint: ')))
    expect(isAbsolute(path)).toBe(true)
    expect(readFileSync(path, 'utf8')).toBe(read(page))
  })

  it('a hint names a file below the working directory from there', async () => {
    await writeFile(join(sandbox.project, 'prosody-mods.json'), '{"modules": 1}')
    const program = ['node', 'bin/run.js', 'list', '-C', sandbox.project]
    const {stderr} = await runProgram(program, {cwd: root, env: sandbox.env})
    expect(pathsIn(stderr)).toEqual(['docs/reference/manifest.md'])
  })

  it.each([[[]], [['lint']], [['cache']], [['cache', 'prune']]])(
    'help of %j says where its pages lie',
    async (words) => {
      const {code, stdout, stderr} = await sandbox.cli([...words, '--help'])
      expect([code, stderr]).toEqual([0, ''])
      const [, folder = ''] = /^DOCUMENTATION\n {2}(.*)\n/m.exec(stdout) ?? []
      expect(relative(root, folder)).toBe('docs')
      for (const page of pagesIn(stdout))
        expect([page, existsSync(join(dirname(folder), page))]).toEqual([page, true])
    },
  )

  it('from a working directory that was removed, names files by their absolute paths', async () => {
    const program = join(root, 'bin/run.js')
    const inRemoved = (args: string): ReturnType<typeof runProgram> =>
      runProgram(
        [
          'sh',
          '-c',
          `mkdir gone && cd gone && rmdir ../gone && exec node "$0" ${args}`,
          program,
          sandbox.project,
        ],
        {cwd: sandbox.project, env: sandbox.env},
      )
    const help = await inRemoved('--help')
    expect([help.code, help.stderr]).toEqual([0, ''])
    expect(help.stdout).toContain(`DOCUMENTATION\n  ${join(root, 'docs')}\n`)
    expect(await inRemoved('list')).toEqual({
      code: 3,
      stdout: '',
      stderr:
        'error[PATH_NOT_FOUND]: the working folder was removed\nhint: change into a folder that is there, or name one with -C\n',
    })
    expect(await inRemoved('list -C "$1"')).toMatchObject({code: 0, stderr: ''})
    await writeFile(join(sandbox.project, 'prosody-mods.json'), '{"modules": 1}')
    const broken = await inRemoved('list -C "$1"')
    expect([broken.code, pathsIn(broken.stderr)]).toEqual([2, [join(root, 'docs/reference/manifest.md')]])
  })

  it('SARIF brings the pages of the rules that found something', async () => {
    await writeFile(join(sandbox.project, 'mod_x.lua'), 'module:no_such_method()\n-- prosody-mods: odd\n')
    const {stdout} = await sandbox.cli(['lint', '--format', 'sarif', 'mod_x.lua'])
    const rules = sarifLog(stdout).runs[0]?.tool.driver.rules ?? []
    const helps = rules.map(({id, help}) => [id, help?.markdown])
    expect(helps).toEqual([
      ['inline-comment', read('docs/lint/inline-comment.md').replace(/\[(inline comments)\]\(.*\)/, '$1')],
      ['unknown-method', read('docs/lint/unknown-method.md')],
    ])
    expect(stdout).not.toContain(root)
  })
})
