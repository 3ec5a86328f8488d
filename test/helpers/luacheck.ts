import {readFileSync, rmSync} from 'node:fs'
import {mkdtemp} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {sha256From} from './digest.ts'
import {lintFiles} from '../../src/lint/index.ts'
import {luacheckRows} from '../../src/lint/rows.ts'
import type {OptionSet} from '../../src/lint/options/options.ts'
import {cachedDeb} from './debs.ts'
import {mustRun, runProgram, type ProgramOutput} from './program.ts'

/** One way to call luacheck, and the same as data. */
export interface OptionCase {
  readonly name: string
  readonly args: readonly string[]
  readonly options: OptionSet
}

const paths = (...names: string[]) => ({paths: names, fields: new Map()})

/** Option sets over which both linters are compared. */
export const optionCases: readonly OptionCase[] = [
  {name: 'default', args: [], options: {}},
  {name: 'std max', args: ['--std', 'max'], options: {std: 'max'}},
  {name: 'std min', args: ['--std', 'min'], options: {std: 'min'}},
  {name: 'std lua51', args: ['--std', 'lua51'], options: {std: 'lua51'}},
  {name: 'std lua54', args: ['--std', 'lua54'], options: {std: 'lua54'}},
  {name: 'std luajit', args: ['--std', 'luajit+busted'], options: {std: 'luajit+busted'}},
  {name: 'std ngx_lua', args: ['--std', 'ngx_lua'], options: {std: 'ngx_lua'}},
  {name: 'std none', args: ['--std', 'none'], options: {std: 'none'}},
  {name: 'no unused args', args: ['--no-unused-args'], options: {unused_args: false}},
  {name: 'no unused', args: ['-u'], options: {unused: false}},
  {name: 'no global', args: ['-g'], options: {global: false}},
  {name: 'no redefined', args: ['-r'], options: {redefined: false}},
  {name: 'no secondaries', args: ['-s'], options: {unused_secondaries: false}},
  {name: 'no self', args: ['--no-self'], options: {self: false}},
  {name: 'only', args: ['--only', '21.', '1/m.*'], options: {only: ['21.', '1/m.*']}},
  {
    name: 'ignore and enable',
    args: ['--ignore', '2', '6', '.*x.*', '--enable', '211/_.*', '213', 'self'],
    options: {ignore: ['2', '6', '.*x.*'], enable: ['211/_.*', '213', 'self']},
  },
  {name: 'length 80', args: ['--max-line-length', '80'], options: {max_line_length: 80}},
  {
    name: 'lengths',
    args: ['--no-max-line-length', '--max-comment-line-length', '60', '--max-string-line-length', '30'],
    options: {max_line_length: false, max_comment_line_length: 60, max_string_line_length: 30},
  },
  {name: 'complexity', args: ['--max-cyclomatic-complexity', '5'], options: {max_cyclomatic_complexity: 5}},
  {name: 'defined', args: ['--allow-defined'], options: {allow_defined: true}},
  {name: 'defined top', args: ['--allow-defined-top'], options: {allow_defined_top: true}},
  {name: 'module', args: ['--allow-defined-top', '-m'], options: {allow_defined_top: true, module: true}},
  {
    name: 'globals',
    args: [
      '--globals',
      'module',
      'prosody.x',
      '--read-globals',
      'prosody',
      'string.foo',
      '--not-globals',
      'print',
      'os.time',
    ],
    options: {
      globals: paths('module', 'prosody.x'),
      read_globals: paths('prosody', 'string.foo'),
      not_globals: ['print', 'os.time'],
    },
  },
]

/** Debian 12's package of luacheck 1.1.0, for machines that have another version. */
const package110 = {
  package: 'lua-check',
  version: '1.1.0-1',
  path: 'pool/main/l/luacheck/lua-check_1.1.0-1_all.deb',
  sha256: sha256From('a6452188de53a22d0bef3e4aa2aaacd9427e656844c9338bec2ce4aad7951aa9'),
  root: 'usr/share/lua/5.1',
}

interface Luacheck {
  readonly command: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

let found: Promise<Luacheck> | undefined

/** Runs luacheck 1.1.0: the machine's, or else the one of Debian 12's package. */
export async function runLuacheck(
  args: readonly string[],
  options: {readonly cwd?: string} = {},
): Promise<ProgramOutput> {
  const {command, env} = await (found ??= findLuacheck())
  return runProgram([...command, ...args], {...options, env, timeout: 600_000})
}

async function findLuacheck(): Promise<Luacheck> {
  const {stdout} = await runProgram(['luacheck', '--version'])
  if (/^Luacheck: 1\.1\.0$/m.test(stdout)) return {command: ['luacheck'], env: process.env}
  const folder = await mkdtemp(join(tmpdir(), 'prosody-mods-luacheck-'))
  process.once('exit', () => rmSync(folder, {recursive: true, force: true}))
  await mustRun(['dpkg-deb', '--extract', await cachedDeb(package110), folder])
  const lua = join(folder, package110.root)
  const env = {...process.env, LUA_PATH: `${lua}/?.lua;${lua}/?/init.lua;;`}
  return {command: ['lua5.1', join(folder, 'usr/bin/luacheck')], env}
}

/** Rows of the real luacheck, in its order. Rejects where it fails. */
export async function realRows(files: readonly string[], args: readonly string[]): Promise<string[]> {
  const plain = ['--no-config', '--codes', '--ranges', '--formatter', 'plain']
  const {code, stdout, stderr} = await runLuacheck([...files, ...plain, ...args])
  if (code > 2) throw new Error(`luacheck ended with ${code}: ${stderr.slice(0, 2000)}`)
  return stdout.split('\n').filter((row) => row !== '')
}

/** Rows of our own, as luacheck would print them. */
export function ownRows(files: readonly string[], options: OptionSet): string[] {
  const found = lintFiles(files.map((path) => ({bytes: readFileSync(path), layers: [options]})))
  return files.flatMap((path, index) => luacheckRows(path, found[index] ?? []))
}
